import type { Batch, MaybePromise } from "@cache/core/spi";
import type { SqliteStore } from "@cache/sqlite";
import SqliteDatabase from "better-sqlite3";
import { statSync } from "node:fs";
import { bytes } from "./rows.ts";

/** How many pages of a log a thread writes back, commits wait with, and SQLite writes back itself. */
export const LONG = 8192;
export const WAITING = 2 * LONG;
export const MAX = 4 * LONG;

/** What a page takes in the log, in bytes. */
const FRAME_BYTES = 4096 + 24;

const ROWS = 64;

/** Overwrites the same rows again and again, so that the log grows and the file doesn't: about `PAGES_PER_BATCH` pages a time. */
export function overwriting(round: number): Batch {
  const value = new Uint8Array(8000).fill(round);
  const operations = Array.from({ length: ROWS }, (_, at) => ({
    type: "set" as const,
    table: 1,
    key: bytes(`row ${at}`),
    value,
    expiresAt: Infinity,
    entries: [],
  }));
  return { now: 0, checks: [], operations };
}

/** Each row has a page or two of its own. */
const PAGES_PER_BATCH = 2 * ROWS;

/** Enough batches for so many pages. */
export function batchesFor(pages: number): Batch[] {
  return Array.from({ length: Math.ceil(pages / PAGES_PER_BATCH) }, (_, round) => overwriting(round));
}

/** How many pages the log of a file has had at most since it was cut down. */
export function logPages(path: string): number {
  return Math.floor((statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0) / FRAME_BYTES);
}

/** How many pages the log of a file has, and how many of them are in the file, as seen by somebody else. */
export function progressOf(path: string): { readonly log: number; readonly written: number } {
  const other = new SqliteDatabase(path, { fileMustExist: true });
  const [{ log, checkpointed }] = other.pragma("wal_checkpoint(NOOP)") as [{ log: number; checkpointed: number }];
  other.close();
  return { log, written: checkpointed };
}

/** Commits one after the other, each when the one before has settled; gives the longest that the log has been, in pages. */
export async function commitAll(store: SqliteStore, path: string, batches: readonly Batch[]): Promise<number> {
  let longest = 0;
  for (const batch of batches) {
    const committed: MaybePromise<unknown> = store.commit(batch);
    longest = Math.max(longest, logPages(path));
    await committed;
  }
  return longest;
}
