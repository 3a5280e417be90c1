import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A folder of its own that is deleted in the end. */
export class TestFolder {
  readonly path: string = mkdtempSync(join(tmpdir(), "cache-sqlite-"));

  /** The path of something in the folder. */
  in(...names: string[]): string {
    return join(this.path, ...names);
  }

  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}
