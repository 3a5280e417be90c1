import { CacheError } from "@cache/core/spi";
import type { Database } from "better-sqlite3";
import { pragmaNumber } from "./engine.ts";
import { isFull } from "./errors.ts";

/** The most free pages that are given back to the file system at once: 64 MiB. */
const MAX_PAGES_FREED = 16_384;

/**
 * Checks a file whose last user died, or that such a check found damaged, or whose check was never finished. Throws `CACHE_CORRUPT`.
 */
export function checkIfSuspect(database: Database, store: string, wasAbandoned: boolean): void {
  const isMarked = database.prepare("SELECT suspect FROM state").pluck().get() === 1;
  if (!wasAbandoned && !isMarked) return;
  mark(database, 1);
  const finding = database.pragma("quick_check(1)", { simple: true });
  if (finding !== "ok")
    throw new CacheError(
      "CACHE_CORRUPT",
      `${store} is damaged (${String(finding)}): set the file aside and start anew, or restore a backup`,
    );
  mark(database, 0);
}

function mark(database: Database, suspect: 0 | 1): void {
  try {
    database.prepare("UPDATE state SET suspect = ?").run(suspect);
  } catch (error) {
    // What is there can be read on a full disk, too.
    if (!isFull(error)) throw error;
  }
}

/**
 * Writes the log back into the file, whose pages may be there already, and gives the log's room back to a full disk. Tells whether that went
 * well, so that it is worth to try again what found no room.
 */
export function makeRoom(database: Database): boolean {
  try {
    // The pragma gives one line.
    const [{ busy, log }] = database.pragma("wal_checkpoint") as [{ busy: number; log: number }];
    if (busy !== 0 || log === 0) return false;
    database.pragma("wal_checkpoint(TRUNCATE)");
    return true;
  } catch {
    return false;
  }
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
