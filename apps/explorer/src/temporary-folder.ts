import { mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A new, empty folder that is removed with all that is in it, unless it was asked to stay. */
export class TemporaryFolder {
  readonly path: string;
  #stays = false;

  private constructor(path: string) {
    this.path = path;
  }

  static async make(): Promise<TemporaryFolder> {
    return new TemporaryFolder(await mkdtemp(join(await realpath(tmpdir()), "cache-explorer-")));
  }

  /** Leaves the folder where it is. */
  keep(): void {
    this.#stays = true;
  }

  /** Removes it, unless it is to stay. */
  async remove(): Promise<void> {
    if (!this.#stays) await rm(this.path, { recursive: true, force: true });
  }
}
