import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Where Linux has a file system in memory. */
const MEMORY_FOLDER = "/dev/shm";

/** A folder of its own that is deleted in the end. */
export class TestFolder {
  readonly path: string;

  /** In memory where that can be had, `true` asks for: hundreds of short-lived files wait for the disk most of the time. */
  constructor(inMemory = false) {
    this.path = mkdtempSync(join(inMemory && existsSync(MEMORY_FOLDER) ? MEMORY_FOLDER : tmpdir(), "cache-sqlite-"));
  }

  /** The path of something in the folder. */
  in(...names: string[]): string {
    return join(this.path, ...names);
  }

  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}
