import { CacheError, type CacheErrorCode } from "@cache/core/spi";

/** Names of IndexedDB's errors that mean something to callers; all others are `CACHE_IO`. */
const codes: Readonly<Record<string, CacheErrorCode>> = {
  QuotaExceededError: "CACHE_FULL",
  VersionError: "CACHE_VERSION",
  NotReadableError: "CACHE_CORRUPT",
};

const advice: Partial<Record<CacheErrorCode, string>> = {
  CACHE_CORRUPT: "the browser can't read its data: delete the database and start anew",
  CACHE_FULL: "there is no room to write: free some, or delete entries. Nothing was changed",
  CACHE_VERSION: "its data was written by a newer release: update @cache/idb, or reload the page",
};

/** An error of IndexedDB as a `CacheError`; those that already are one, and mistakes of a program, stay as they are. */
export function cacheErrorOf(store: string, error: unknown): unknown {
  if (error instanceof CacheError || error instanceof TypeError) return error;
  const code = codes[nameOf(error)] ?? "CACHE_IO";
  const reason = error instanceof Error && error.message !== "" ? error.message : String(error);
  return new CacheError(code, `${store}: ${advice[code] ?? "the engine failed"} (${reason})`, { cause: error });
}

/** The same for what ended a commit: of a lack of room it also tells what the browser says about it, which may be hard to believe. */
export async function commitErrorOf(store: string, error: unknown): Promise<unknown> {
  const converted = cacheErrorOf(store, error);
  if (!(converted instanceof CacheError && converted.code === "CACHE_FULL")) return converted;
  try {
    const { usage, quota } = await navigator.storage.estimate();
    return new CacheError("CACHE_FULL", `${converted.message}; the browser counts ${usage} bytes of ${quota} for this origin`, {
      cause: error,
    });
  } catch {
    // Not every browser has estimates, or gives them here.
    return converted;
  }
}

/**
 * Whether an error says that the connection is gone, or that the browser ended the transaction of its own accord. WebKit has no error of its
 * own for the loss of its database process.
 */
export function isLost(error: unknown): boolean {
  const name = nameOf(error);
  if (name === "AbortError" || name === "InvalidStateError") return true;
  return name === "UnknownError" && error instanceof Error && /connection|closing|server lost/i.test(error.message);
}

/** Whether an error says that a row's key or one of its unique entries is another's already. */
export function isConstraint(error: unknown): boolean {
  return nameOf(error) === "ConstraintError";
}

function nameOf(error: unknown): string {
  return error instanceof DOMException ? error.name : "";
}
