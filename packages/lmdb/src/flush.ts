import type { Engine } from "./engine.ts";

/*
 * Bytes on the disk are not enough: with `overlappingSync`, which lmdb-js sets wherever it isn't Windows, a commit that is visible is not yet
 * one that is opened after the machine has failed. Then the engine goes by a third record beside LMDB's two (in `mdb_env_sync` of its mdb.c),
 * and writes that only after all pages of a commit have reached the disk. So its own `sync` it must be, which covers the last commit of all
 * processes, rather than the file system's.
 */

/** Brings all commits so far to the disk, in another thread. The engine must stay open meanwhile. */
export function flush(engine: Engine): Promise<void> {
  // Not lmdb-js' own `flushed`, which never settles when a commit that was begun meanwhile fails.
  return new Promise((resolve, reject) => {
    engine.sync((error) => {
      if (error) reject(error);
      else resolve();
    });
  });
}

/** Brings all commits so far to the disk at once. */
export function flushHere(engine: Engine): void {
  engine.env.sync();
}
