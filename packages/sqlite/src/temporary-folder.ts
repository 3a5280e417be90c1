import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Makes a new folder among the system's temporary files. */
export function makeTemporaryFolder(): string {
  return mkdtempSync(join(tmpdir(), "cache-sqlite-"));
}

/** Deletes a temporary folder. One that can't be deleted is left to the system, as is one whose process died. */
export function removeTemporaryFolder(folder: string): void {
  try {
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  } catch {
    // The data are out of use, and nobody can do anything about it here.
  }
}
