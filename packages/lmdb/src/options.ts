import { checkOptionNames } from "@cache/core/spi";

/** When a promise of a write is kept. */
export type Durability = "relaxed" | "strict";

/** Data that stay. */
interface KeptPlace {
  /** The folder of the data, made if missing. It will hold `data.mdb` and `lock.mdb`. It must be on a local disk. */
  readonly path: string;
  readonly temporary?: false | undefined;
}

/** Data that vanish. */
interface TemporaryPlace {
  /**
   * Instead of `path`: a folder of the store's own among the system's temporary files, made when the store is opened and deleted when it is
   * closed. No other store can have it open.
   */
  readonly temporary: true;
  readonly path?: undefined;
}

/** How an LMDB store keeps its data, wherever that is. */
interface KeepingOptions {
  /**
   * What a settled write has reached.
   *
   * - `"relaxed"` (default): every reader in every process sees it, and it outlives a crash of the process. The disk follows at once. If the
   *   machine fails before it has, the last writes may be missing, as a whole and in order; what is there is never damaged.
   * - `"strict"`: the disk, too.
   *
   * On the synchronous face every write has reached the disk when it returns, whatever is chosen.
   */
  readonly durability?: Durability | undefined;
  /** How many processes and worker threads may read at once. The first to open the data decides. Default 126. */
  readonly maxReaders?: number | undefined;
}

/** Where an LMDB store keeps its data, `path` or `temporary`, and how. */
export type LmdbOptions = (KeptPlace | TemporaryPlace) & KeepingOptions;

/** The names of {@link LmdbOptions}. */
export const optionNames: readonly string[] = [
  "path",
  "temporary",
  "durability",
  "maxReaders",
] as const satisfies readonly (keyof LmdbOptions)[];

/** Options checked and complete. */
export interface LmdbSettings {
  /** Absent: a temporary folder. */
  readonly path: string | undefined;
  readonly durability: Durability;
  readonly maxReaders: number;
}

/** Checks the options of a store. Throws a `TypeError` for unknown names and wrong values. */
export function settingsOf(options: LmdbOptions): LmdbSettings {
  checkOptionNames("lmdbStore", options, optionNames);
  const { path, temporary = false, durability = "relaxed", maxReaders = 126 } = options;
  if (typeof temporary !== "boolean") throw new TypeError("temporary must be true or false");
  if (temporary && path !== undefined) throw new TypeError("a temporary store has no path; give one or the other");
  if (!temporary && (typeof path !== "string" || path === "" || path.includes("\0"))) throw new TypeError("path must name a folder");
  if (durability !== "relaxed" && durability !== "strict") throw new TypeError('durability must be "relaxed" or "strict"');
  if (!Number.isInteger(maxReaders) || maxReaders < 1) throw new TypeError("maxReaders must be a whole number, 1 or more");
  return { path, durability, maxReaders };
}
