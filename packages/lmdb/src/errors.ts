import { CacheError, type CacheErrorCode } from "@cache/core/spi";

/** Codes of LMDB (`lmdb.h`) and of the operating system that mean something to callers; all others are `CACHE_IO`. */
const codes: Readonly<Record<string, CacheErrorCode>> = {
  // MDB_PAGE_NOTFOUND, MDB_CORRUPTED, MDB_INVALID, MDB_BAD_CHECKSUM
  "-30797": "CACHE_CORRUPT",
  "-30796": "CACHE_CORRUPT",
  "-30793": "CACHE_CORRUPT",
  "-30778": "CACHE_CORRUPT",
  // MDB_VERSION_MISMATCH
  "-30794": "CACHE_VERSION",
  // MDB_MAP_FULL, MDB_TXN_FULL
  "-30792": "CACHE_FULL",
  "-30788": "CACHE_FULL",
  // MDB_READERS_FULL
  "-30790": "CACHE_LOCKED",
  // EFBIG, ENOSPC, EDQUOT; libuv has them as names, the engine as numbers
  EFBIG: "CACHE_FULL",
  ENOSPC: "CACHE_FULL",
  EDQUOT: "CACHE_FULL",
  "27": "CACHE_FULL",
  "28": "CACHE_FULL",
  "122": "CACHE_FULL",
};

const EIO = "5";

/** LMDB's `MDB_BAD_TXN`. */
const BAD_TRANSACTION = "-30782";

const advice: Partial<Record<CacheErrorCode, string>> = {
  CACHE_CORRUPT: "its data is damaged: set the folder aside and start anew, or restore a backup",
  CACHE_FULL: "there is no room to write: free some, or delete entries. Nothing was changed",
  CACHE_LOCKED: "all reader slots are taken: open it with a greater maxReaders once no process has it open",
  CACHE_VERSION: "its data was written by another release of the engine: update @cache/lmdb",
};

/** An error of the engine or the file system as a `CacheError`; those that already are one, and mistakes of a program, stay as they are. */
export function cacheErrorOf(store: string, error: unknown): unknown {
  if (error instanceof CacheError || error instanceof TypeError) return error;
  const code = codes[engineCode(error)] ?? "CACHE_IO";
  const reason = error instanceof Error ? error.message : String(error);
  return new CacheError(code, `${store}: ${advice[code] ?? "the engine failed"} (${reason})`, { cause: error });
}

/** What is thrown when there is no room to write. */
export function noRoom(store: string, cause: unknown): CacheError {
  return new CacheError("CACHE_FULL", `${store}: ${advice.CACHE_FULL}`, { cause });
}

/** What is thrown when readers see what the disk hasn't taken. */
export function notOnDisk(cause: unknown): CacheError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new CacheError("CACHE_IO", `the disk hasn't taken what was written, which will be gone if the machine fails (${reason})`, {
    cause,
  });
}

/** Whether the engine failed to write as much as it wanted. It doesn't ask for the reason, which mostly is a full disk. */
export function isShortWrite(error: unknown): boolean {
  return engineCode(error) === EIO;
}

/**
 * Whether a commit failed though nothing is wrong. Once in many thousands, lmdb-js 3.5.6 refuses one over its own list of free pages ("reserved
 * freelist had a data entry with zero-size"), and has changed nothing.
 */
export function isPassing(error: unknown): boolean {
  return engineCode(error) === BAD_TRANSACTION;
}

function engineCode(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}
