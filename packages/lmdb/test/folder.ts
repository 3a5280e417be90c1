import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A file system in memory, for the many tests that aren't about disks: theirs answer at once. */
const IN_MEMORY = "/dev/shm";

/** A folder of its own that is deleted in the end. */
export class TestFolder {
  readonly path: string;

  constructor({ onDisk = false }: { readonly onDisk?: boolean } = {}) {
    this.path = mkdtempSync(join(!onDisk && existsSync(IN_MEMORY) ? IN_MEMORY : tmpdir(), "cache-lmdb-"));
  }

  /** The path of something in the folder. */
  in(...names: string[]): string {
    return join(this.path, ...names);
  }

  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}
