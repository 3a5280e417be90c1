import { CacheError } from "@cache/core/spi";
import type { Database } from "better-sqlite3";
import { pragmaNumber } from "./engine.ts";
import { isLocked } from "./errors.ts";
import { APPLICATION_ID, FORMAT_VERSION, SCHEMA } from "./layout.ts";

/** How long to wait for another process that makes the log, in milliseconds, before trying again. */
const RETRY_MS = 5;

/**
 * Whether a file has our format; one that is empty hasn't yet. Throws `CACHE_CORRUPT` for somebody else's SQLite file and `CACHE_VERSION`
 * for one of another format. To be called inside a transaction: another process may be making the format meanwhile.
 */
export function hasFormat(database: Database, store: string): boolean {
  const version = pragmaNumber(database, "user_version");
  if (pragmaNumber(database, "application_id") === APPLICATION_ID) {
    if (version !== FORMAT_VERSION) {
      const advice = version > FORMAT_VERSION ? "update it" : "delete the file";
      throw new CacheError(
        "CACHE_VERSION",
        `${store} has format ${version}, but this release of @cache/sqlite knows format ${FORMAT_VERSION}: ${advice}, or choose another path`,
      );
    }
    return true;
  }
  const isEmpty = version === 0 && database.prepare("SELECT 1 FROM sqlite_schema").get() === undefined;
  if (isEmpty) return false;
  throw new CacheError("CACHE_CORRUPT", `${store} is a SQLite file, but no cache: choose another path. It was left as it is`);
}

/**
 * Makes a file ready for use: in our format, with a write-ahead log, which lets readers and a writer work at once. Another process may do the
 * same at the same time. Throws what {@link hasFormat} does, and `CACHE_UNSUPPORTED` where there can be no log.
 */
export function ensureFormat(database: Database, store: string, lockTimeout: number): void {
  const check = (): boolean => hasFormat(database, store);
  const isReady = database.transaction(check)();
  // Of use before the first page is written only.
  if (!isReady) database.pragma("auto_vacuum = INCREMENTAL");
  if (!database.memory) useLog(database, store, lockTimeout);
  if (isReady) return;
  database
    .transaction(() => {
      if (!check()) database.exec(SCHEMA);
    })
    .immediate();
}

/** Several processes that make a log for a new file are in each other's way, and SQLite gives up at once rather than wait. */
function useLog(database: Database, store: string, lockTimeout: number): void {
  const deadline = performance.now() + lockTimeout;
  for (;;) {
    try {
      const mode = database.pragma("journal_mode = WAL", { simple: true });
      if (mode === "wal") return;
      throw new CacheError("CACHE_UNSUPPORTED", `${store} can't have a write-ahead log: it must be on a local disk`);
    } catch (error) {
      if (!isLocked(error) || performance.now() > deadline) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, RETRY_MS);
    }
  }
}
