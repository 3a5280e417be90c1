import { closeSync, fsync, fsyncSync, openSync } from "node:fs";
import { promisify } from "node:util";
import { logOf } from "./data-file.ts";

/*
 * With `synchronous = NORMAL`, SQLite brings its log to the disk only before it writes it back into the file. What a commit needs to outlive a
 * failure of the machine is that its frames in the log do: recovery reads the log up to the last whole commit. The file needs nothing, since
 * the log is reused only once the file has reached the disk. Writing the log back instead would be more work, and is refused while others do
 * so or read. Opening and closing the log is harmless: SQLite's locks, which a process loses when it closes any handle, are on other files.
 */

const fsyncAside = promisify(fsync);

/** Brings the log of an open file to the disk, in another thread. Throws the file system's errors. */
export async function syncLog(path: string): Promise<void> {
  // Opened before anybody can close the file, and the log with it.
  const log = openLog(path);
  try {
    await fsyncAside(log);
  } finally {
    closeSync(log);
  }
}

/** Brings the log of an open file to the disk at once. Throws the file system's errors. */
export function syncLogHere(path: string): void {
  const log = openLog(path);
  try {
    fsyncSync(log);
  } finally {
    closeSync(log);
  }
}

function openLog(path: string): number {
  // Windows flushes only what may be written to.
  return openSync(logOf(path), "r+");
}
