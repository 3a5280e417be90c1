import { checkOptionNames } from "@cache/core/spi";

/** When a write is kept. See {@link SqliteOptions.durability}. */
export type Durability = "relaxed" | "strict";

/** Data in a file that is named, or in memory. */
interface KeptPlace {
  /**
   * The file of the data, made if missing together with its folder. While it is open there are two more beside it, named like it with
   * `-wal` and `-shm` at the end. It must be on a local disk. `":memory:"` keeps the data in the process instead, until the store closes.
   */
  readonly path: string;
  readonly temporary?: false | undefined;
}

/** Data in a file that vanishes. */
interface TemporaryPlace {
  /**
   * Instead of `path`: a file of the store's own among the system's temporary files, made when the store is opened and deleted when it is
   * closed. For data that needn't stay, but don't fit into memory. No other store can have it open.
   */
  readonly temporary: true;
  readonly path?: undefined;
}

/** How a SQLite store keeps its data, wherever that is. */
interface KeepingOptions {
  /**
   * What a write has reached when it returns or its promise settles.
   *
   * - `"relaxed"` (default): every reader in every process sees it, and it outlives a crash of the process. If the machine fails, the last
   *   writes may be missing, as a whole and in order; what is there is never damaged.
   * - `"strict"`: the disk, too.
   *
   * What vanishes anyway, in memory or in a temporary file, never waits for the disk.
   */
  readonly durability?: Durability | undefined;
  /**
   * How long to wait for other processes that write, in milliseconds, before giving up with `CACHE_LOCKED`. The wait blocks the thread.
   * Default 5,000.
   */
  readonly lockTimeout?: number | undefined;
  /** The size in bytes that the file may grow to; a write that needs more fails with `CACHE_FULL`. Default: what the disk has. */
  readonly maxFileBytes?: number | undefined;
}

/** Where a SQLite store keeps its data, `path` or `temporary`, and how. */
export type SqliteOptions = (KeptPlace | TemporaryPlace) & KeepingOptions;

export const optionNames: readonly string[] = [
  "path",
  "temporary",
  "durability",
  "lockTimeout",
  "maxFileBytes",
] as const satisfies readonly (keyof SqliteOptions)[];

/** Options checked and complete. */
export interface SqliteSettings {
  /** Absent: a temporary file. */
  readonly path: string | undefined;
  readonly durability: Durability;
  readonly lockTimeout: number;
  /** `Infinity` for no bound. */
  readonly maxFileBytes: number;
}

/** The path that stands for no file. */
export const IN_MEMORY = ":memory:";

/** The greatest wait that SQLite takes, in milliseconds. */
const MAX_LOCK_TIMEOUT = 2 ** 31 - 1;

/** Checks the options of a store. Throws a `TypeError` for unknown names and wrong values. */
export function settingsOf(options: SqliteOptions): SqliteSettings {
  checkOptionNames("sqliteStore", options, optionNames);
  const { path, temporary = false, durability = "relaxed", lockTimeout = 5000, maxFileBytes = Number.POSITIVE_INFINITY } = options;
  if (typeof temporary !== "boolean") throw new TypeError("temporary must be true or false");
  if (temporary && path !== undefined) throw new TypeError("a temporary store has no path; give one or the other");
  // The engine would cut off blanks in silence, and so open another file.
  if (!temporary && (typeof path !== "string" || path === "" || path.includes("\0") || path.trim() !== path))
    throw new TypeError("path must name a file");
  if (durability !== "relaxed" && durability !== "strict") throw new TypeError('durability must be "relaxed" or "strict"');
  if (!Number.isInteger(lockTimeout) || lockTimeout < 0 || lockTimeout > MAX_LOCK_TIMEOUT)
    throw new TypeError("lockTimeout must be a whole number of milliseconds, 0 or more");
  if (typeof maxFileBytes !== "number" || !(maxFileBytes > 0)) throw new TypeError("maxFileBytes must be a positive number of bytes");
  return { path, durability, lockTimeout, maxFileBytes };
}
