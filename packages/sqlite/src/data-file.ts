import { CacheError } from "@cache/core/spi";
import type { Database } from "better-sqlite3";
import { mkdirSync, rmSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { openEngine } from "./engine.ts";
import { isLocked } from "./errors.ts";
import { hasFormat } from "./format.ts";

/** What SQLite may put beside a file, by the end of the name. */
const companions = ["-wal", "-shm", "-journal"];

/** The write-ahead log of a file. */
export function logOf(path: string): string {
  return `${path}-wal`;
}

/** Makes the folder that a file will be in. */
export function makeFolder(path: string): void {
  mkdirSync(dirname(path), { recursive: true });
}

/** Whether a file has a write-ahead log with something in it. The last one to close a file normally removes the log. */
export function hasLog(path: string): boolean {
  return sizeOf(path) > 0 && sizeOf(logOf(path)) > 0;
}

/** How many bytes a file and its companions are long. */
export function bytesOf(path: string): number {
  return ["", ...companions].reduce((sum, ending) => sum + sizeOf(path + ending), 0);
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

/**
 * Looks at a file that has a log: whether nobody has it open, so that whoever wrote the log died. Throws what `hasFormat` does, and then
 * leaves the file and its log as they are.
 */
export function wasAbandoned(path: string, store: string, lockTimeout: number): boolean {
  const reader = openEngine(path, { lockTimeout, readonly: true });
  try {
    reader.transaction(() => hasFormat(reader, store))();
  } finally {
    reader.close();
  }
  const alone = openAlone(path);
  alone?.close();
  return alone !== undefined;
}

/** Deletes a file and what SQLite put beside it. Throws `CACHE_LOCKED` while somebody has it open, and what `hasFormat` does. */
export function deleteFiles(path: string, store: string): void {
  if (!statSync(path, { throwIfNoEntry: false })) return;
  const database = openAlone(path);
  if (!database) throw new CacheError("CACHE_LOCKED", `${store} is still open elsewhere; close it there first`);
  const paths = [path, ...companions.map((end) => path + end)];
  const remove = (): void => paths.forEach((one) => rmSync(one, { force: true }));
  try {
    // Only what proves to be ours is deleted; an empty file may be anybody's, and stays.
    if (!database.transaction(() => hasFormat(database, store))()) return;
    // Without a log, closing has no file left to delete, which by then could be somebody else's new one. Nothing needs to reach the disk.
    database.pragma("synchronous = OFF");
    database.pragma("journal_mode = DELETE");
    // Deleted while the lock is held, lest somebody opens what is about to go. Windows doesn't delete open files.
    if (process.platform !== "win32") remove();
  } finally {
    database.close();
  }
  if (process.platform === "win32") remove();
}

/** Opens a file in such a way that nobody else can; gives `undefined` if somebody has it open. */
function openAlone(path: string): Database | undefined {
  const database = openEngine(path, { lockTimeout: 0 });
  try {
    database.pragma("locking_mode = EXCLUSIVE");
    // The lock is taken with the first access.
    database.prepare("SELECT 1 FROM sqlite_schema").get();
    return database;
  } catch (error) {
    database.close();
    if (isLocked(error)) return undefined;
    throw error;
  }
}
