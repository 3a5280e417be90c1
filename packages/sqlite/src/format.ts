import { CacheError } from "@cache/core/spi";
import type { Database } from "better-sqlite3";
import { pragmaNumber } from "./engine.ts";
import { APPLICATION_ID, FORMAT_VERSION, SCHEMA } from "./layout.ts";

/**
 * Whether a file has our format; one that is empty hasn't yet. Throws `CACHE_CORRUPT` for somebody else's SQLite file and `CACHE_VERSION`
 * for one of a newer release. To be called inside a transaction: another process may be making the format meanwhile.
 */
export function hasFormat(database: Database, store: string): boolean {
  const version = pragmaNumber(database, "user_version");
  if (pragmaNumber(database, "application_id") === APPLICATION_ID) {
    if (version > FORMAT_VERSION)
      throw new CacheError(
        "CACHE_VERSION",
        `${store} has format ${version}, but this release of @cache/sqlite knows formats up to ${FORMAT_VERSION}: update it`,
      );
    return true;
  }
  const isEmpty = version === 0 && database.prepare("SELECT 1 FROM sqlite_schema").get() === undefined;
  if (isEmpty) return false;
  throw new CacheError("CACHE_CORRUPT", `${store} is a SQLite file, but no cache: choose another path. It was left as it is`);
}

/** Makes the format in an empty file, unless another process was first. Throws what {@link hasFormat} does. */
export function ensureFormat(database: Database, store: string): void {
  const check = (): boolean => hasFormat(database, store);
  if (database.transaction(check)()) return;
  // Of use before the first table only.
  database.pragma("auto_vacuum = INCREMENTAL");
  database
    .transaction(() => {
      if (!check()) database.exec(SCHEMA);
    })
    .immediate();
}
