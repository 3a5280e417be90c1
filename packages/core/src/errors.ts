/**
 * What went wrong, as a stable word that programs may compare with. Messages may change between releases; codes don't.
 *
 * - `CACHE_CLOSED`: the cache was used after `close()`.
 * - `CACHE_CONFLICT`: another writer changed what a commit relied on, more often than it was worth retrying.
 * - `CACHE_CORRUPT`: stored bytes are damaged, or a file isn't what its name says.
 * - `CACHE_FULL`: the disk, the quota or the memory map has no room; nothing was changed.
 * - `CACHE_IO`: the engine failed to read or write for another reason; see `cause`.
 * - `CACHE_KEY_TOO_LONG`: an encoded key is longer than `MAX_KEY_BYTES`.
 * - `CACHE_LOCKED`: another process or tab holds the store and did not let go in time.
 * - `CACHE_NOT_READY`: an index is still being built, and the synchronous face can't wait for it.
 * - `CACHE_SCHEMA_INVALID`: a value was refused by its schema; see `issues`.
 * - `CACHE_TOO_LARGE`: an entry counts for more bytes than its table or the cache may keep; what was there is as it was.
 * - `CACHE_UNIQUE`: another row has the same entry in a unique index; nothing was changed.
 * - `CACHE_UNSUPPORTED`: this store, runtime or value cannot do what was asked.
 * - `CACHE_VERSION`: the stored data is in a format that this release doesn't know, or a table or row in a version that this program doesn't.
 */
export type CacheErrorCode =
  | "CACHE_CLOSED"
  | "CACHE_CONFLICT"
  | "CACHE_CORRUPT"
  | "CACHE_FULL"
  | "CACHE_IO"
  | "CACHE_KEY_TOO_LONG"
  | "CACHE_LOCKED"
  | "CACHE_NOT_READY"
  | "CACHE_SCHEMA_INVALID"
  | "CACHE_TOO_LARGE"
  | "CACHE_UNIQUE"
  | "CACHE_UNSUPPORTED"
  | "CACHE_VERSION";

/** One reason for which a schema refused a value: where in the value, and what is wrong there in the schema's own words, which may quote it. */
export interface SchemaIssue {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

/** What a {@link CacheError} carries besides its code and message. */
export interface CacheErrorOptions {
  /** The engine's own error. */
  readonly cause?: unknown;
  /** The reasons of a `CACHE_SCHEMA_INVALID`. */
  readonly issues?: readonly SchemaIssue[];
  /** The unique index of a `CACHE_UNIQUE`. */
  readonly index?: string | undefined;
}

/**
 * An error of a cache or a store. Recognise it by `code`: two copies of this package may be loaded, and `instanceof` fails between them.
 * Mistakes in a program (a NaN key, an unknown option) are plain `TypeError`s instead.
 */
export class CacheError extends Error {
  override readonly name: string = "CacheError";
  readonly code: CacheErrorCode;
  /** The reasons of a `CACHE_SCHEMA_INVALID`; empty for other codes. */
  readonly issues: readonly SchemaIssue[];
  /** The name of the unique index of a `CACHE_UNIQUE`; `undefined` for other codes. */
  readonly index: string | undefined;

  constructor(code: CacheErrorCode, message: string, options: CacheErrorOptions = {}) {
    super(message, "cause" in options ? { cause: options.cause } : undefined);
    this.code = code;
    this.issues = options.issues ?? [];
    this.index = options.index;
  }
}

/** Tells whether an unknown error is a {@link CacheError}, of the given code if one is given. */
export function isCacheError(error: unknown, code?: CacheErrorCode): error is CacheError {
  return error instanceof Error && "code" in error && typeof error.code === "string" && error.code.startsWith("CACHE_")
    ? code === undefined || error.code === code
    : false;
}

/** What the synchronous face says to a schema that answers with a promise. */
export function asyncSchema(): CacheError {
  return new CacheError("CACHE_UNSUPPORTED", "the schema validates asynchronously, which needs openCache instead of openCacheSync");
}
