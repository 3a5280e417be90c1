import { parseArgs } from "node:util";
import { type StoreName, storeNames } from "./cache-home.ts";
import { ExplorerError } from "./explorer-error.ts";

/** What the explorer was asked to do. */
export interface Arguments {
  /** As given; `undefined` for the default. */
  readonly folder: string | undefined;
  readonly stores: readonly StoreName[];
  /** Whether the stores were named. */
  readonly chosen: boolean;
  /** Where to keep the cache, as given. */
  readonly cache: string | undefined;
  readonly json: boolean;
  readonly help: boolean;
}

/** How the explorer is called. */
export const usage = `Usage: npm start -- [<folder>] [--store lmdb|sqlite|memory] [--cache <path>] [--json]

Indexes a folder into a cache, does so again to see what the cache saves, and proves that
the cache equals a fresh scan of the folder.

  <folder>         what to index; by default this repository with its node_modules
  --store <name>   use this store; by default all three in turn, in temporary caches
  --cache <path>   keep the cache here, or go on with the one that is here:
                   a folder for lmdb, a file for sqlite
  --json           print one JSON document on stdout, and nothing else
  --help           print this

Ctrl-C keeps what is done: at --cache; with --store alone in the temporary folder, which it
then names. The temporary caches of a run with all stores are removed in any case.

Exit codes: 0 all is equal, 1 it isn't or the job failed, 2 wrong arguments, 130 interrupted.`;

/** Reads the arguments of the command line. Throws an {@link ExplorerError} for wrong ones. */
export function parseArguments(args: readonly string[]): Arguments {
  const { values, positionals } = parsed(args);
  const [folder, ...more] = positionals;
  if (more.length > 0) throw new ExplorerError(`one folder at a time, not ${positionals.length}`);
  if (folder === "") throw new ExplorerError("the folder needs a path");
  const stores = [...new Set(values.store?.map(storeNamed) ?? storeNames)];
  const { cache, json = false, help = false } = values;
  if (cache !== undefined) {
    if (cache === "") throw new ExplorerError("--cache needs a path");
    if (stores.length !== 1) throw new ExplorerError("--cache keeps the cache of one store: name it with --store");
    if (stores[0] === "memory") throw new ExplorerError("a cache in memory can't be kept; --cache goes with --store lmdb or sqlite");
  }
  return { folder, stores, chosen: values.store !== undefined, cache, json, help };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      // npm needs one "--" before its own arguments end; whoever writes one before each option means no harm.
      args: args.filter((arg) => arg !== "--"),
      allowPositionals: true,
      options: {
        store: { type: "string", multiple: true },
        cache: { type: "string" },
        json: { type: "boolean" },
        help: { type: "boolean", short: "h" },
      },
    });
  } catch (error) {
    // Only parseArgs can have thrown, and its message says what is wrong.
    throw new ExplorerError(error instanceof Error ? error.message : String(error));
  }
}

function storeNamed(name: string): StoreName {
  const store = storeNames.find((known) => known === name);
  if (!store) throw new ExplorerError(`there is no store "${name}"; there are: ${storeNames.join(", ")}`);
  return store;
}
