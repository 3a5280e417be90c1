import { type Batch, CacheError, type CommitResult } from "@cache/core/spi";
import { Commit } from "./commit.ts";
import type { Connection } from "./connection.ts";
import { commitErrorOf, isConstraint } from "./errors.ts";
import type { KnownSizes } from "./known-sizes.ts";
import { TOKENS_KEPT } from "./layout.ts";
import { Tallies } from "./tally.ts";
import { begin } from "./transaction.ts";
import type { Durability } from "./options.ts";

/** What commits of a store need of it. */
export interface CommitOptions {
  readonly connection: Connection;
  readonly name: string;
  readonly durability: Durability;
  readonly known: KnownSizes;
}

/**
 * Carries out a batch; once more, with care, when rows are in each other's way by their unique entries. When the connection is lost on the
 * way, it is carried out once more on a new one, unless it has happened already: what had been handed to the browser whole is looked for among
 * the last commits by its token, since checks and counts would come out differently the second time. `CACHE_IO` when so many others have
 * committed since that nobody can tell.
 */
export async function commitBatch({ connection, name, durability, known }: CommitOptions, batch: Batch): Promise<CommitResult> {
  const token = Math.floor(Math.random() * Number.MAX_SAFE_INTEGER);
  let last: Commit | undefined;
  const carryOut = (database: IDBDatabase, isCareful = false): Promise<CommitResult> => {
    last = new Commit(begin(database, "readwrite", durability), { batch, token, known, isCareful });
    return last.run().catch((error: unknown) => {
      if (isCareful || !isConstraint(error)) throw error;
      return carryOut(database, true);
    });
  };
  const again = async (database: IDBDatabase): Promise<CommitResult> => {
    if (last?.result && last.before !== undefined && (await hasHappened(database, name, token, last.before))) return last.result;
    return carryOut(database);
  };
  try {
    return await connection.use(carryOut, again);
  } catch (error) {
    throw await commitErrorOf(name, error);
  }
}

/** Whether the commit with a token is among those that came after the first `before`. */
async function hasHappened(database: IDBDatabase, name: string, token: number, before: number): Promise<boolean> {
  const { stores, failed } = begin(database, "readonly", "relaxed");
  const tallies = await Promise.race([Tallies.load(stores.meta, []), failed]);
  if (tallies.remembers(token)) return true;
  if (tallies.commits - before < TOKENS_KEPT) return false;
  throw new CacheError("CACHE_IO", `${name}: the connection was lost while a write was under way; it may or may not have happened`);
}
