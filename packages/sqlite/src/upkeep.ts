import { CacheError } from "@cache/core/spi";
import type { Database } from "better-sqlite3";
import { pragmaNumber } from "./engine.ts";

/** The most free pages that are given back to the file system at once: 64 MiB. */
const MAX_PAGES_FREED = 16_384;

/**
 * Checks a file whose last user died, or that such a check found damaged, or whose check was never finished. Throws `CACHE_CORRUPT`.
 */
export function checkIfSuspect(database: Database, store: string, wasAbandoned: boolean): void {
  if (wasAbandoned) database.exec("UPDATE state SET suspect = 1");
  if (database.prepare("SELECT suspect FROM state").pluck().get() !== 1) return;
  const finding = database.pragma("quick_check(1)", { simple: true });
  if (finding !== "ok")
    throw new CacheError(
      "CACHE_CORRUPT",
      `${store} is damaged (${String(finding)}): set the file aside and start anew, or restore a backup`,
    );
  database.exec("UPDATE state SET suspect = 0");
}

/** Leaves a file small and tidy for the next one to open it, as far as can be had without waiting for others. */
export function tidy(database: Database): void {
  try {
    database.pragma("busy_timeout = 0");
    // Free pages are soon used again; only a file that is half empty is worth rewriting.
    if (pragmaNumber(database, "freelist_count") * 2 > pragmaNumber(database, "page_count"))
      database.pragma(`incremental_vacuum(${MAX_PAGES_FREED})`);
    database.pragma("optimize");
    database.pragma("wal_checkpoint(TRUNCATE)");
  } catch {
    // What is committed is in the log, and safe; whoever is in the way tidies up later.
  }
}
