import { CacheError, type CacheErrorCode } from "@cache/core/spi";

/** Primary result codes of SQLite (https://sqlite.org/rescode.html) that mean something to callers; all others are `CACHE_IO`. */
const codes: Readonly<Record<string, CacheErrorCode>> = {
  SQLITE_BUSY: "CACHE_LOCKED",
  SQLITE_CORRUPT: "CACHE_CORRUPT",
  SQLITE_FULL: "CACHE_FULL",
  SQLITE_LOCKED: "CACHE_LOCKED",
  SQLITE_NOTADB: "CACHE_CORRUPT",
  SQLITE_TOOBIG: "CACHE_UNSUPPORTED",
};

const advice: Partial<Record<CacheErrorCode, string>> = {
  CACHE_CORRUPT: "the file is damaged, or no SQLite file: set it aside and start anew, or restore a backup",
  CACHE_FULL: "there is no room to write: free some, or delete entries. Nothing was changed",
  CACHE_LOCKED: "another process held the file for longer than lockTimeout",
  CACHE_UNSUPPORTED: "a key or a value is larger than SQLite takes",
};

/** An error of the engine or the file system as a `CacheError`; those that already are one, and mistakes of a program, stay as they are. */
export function cacheErrorOf(store: string, error: unknown): unknown {
  if (error instanceof CacheError || error instanceof TypeError) return error;
  const code = codeOf(error);
  const reason = error instanceof Error ? error.message : String(error);
  return new CacheError(code, `${store}: ${advice[code] ?? "the engine failed"} (${reason})`, { cause: error });
}

/** Whether the engine gave up because somebody else holds the file. */
export function isLocked(error: unknown): boolean {
  return codeOf(error) === "CACHE_LOCKED";
}

/** Whether the engine gave up because there is no room to write. */
export function isFull(error: unknown): boolean {
  return codeOf(error) === "CACHE_FULL";
}

function codeOf(error: unknown): CacheErrorCode {
  // What is too large for a parameter is refused before SQLite sees it.
  if (error instanceof RangeError) return "CACHE_UNSUPPORTED";
  if (!(error instanceof Error && "code" in error)) return "CACHE_IO";
  // Extended codes go on where the primary one ends: SQLITE_BUSY_SNAPSHOT.
  const [primary = ""] = /^SQLITE_[A-Z]+/.exec(String(error.code)) ?? [];
  return codes[primary] ?? "CACHE_IO";
}
