import type { Engine } from "./engine.ts";
import type { WriteThreads } from "./write-threads.ts";

/*
 * Bytes on the disk are not enough: with `overlappingSync`, which lmdb-js sets wherever it isn't Windows, a commit that is visible is not yet
 * one that is opened after the machine has failed. Then the engine goes by a third record beside LMDB's two (in `mdb_env_sync` of its mdb.c),
 * and writes that only after all pages of a commit have reached the disk. So its own `sync` it must be, which covers the last commit of all
 * processes, rather than the file system's.
 */

/**
 * Brings all commits so far to the disk, in another thread. The engine must stay open meanwhile. Throws `CACHE_IO` if there were more losses than
 * `losses`, now or earlier.
 */
export async function flush(engine: Engine, threads: WriteThreads, losses: number): Promise<void> {
  const synced = new Promise<void>((resolve) => {
    engine.sync((error) => {
      if (error) threads.lose(error);
      resolve();
    });
  });
  // The system tells of a failure once: to us, to a thread that is with the disk, or to a synchronous commit.
  await Promise.all([synced, threads.visibleEnded]);
  threads.assertLosses(losses);
}

/** The same at once, but for what threads that are with the disk will tell. */
export function flushHere(engine: Engine, threads: WriteThreads, losses: number): void {
  try {
    engine.env.sync();
  } catch (error) {
    threads.lose(error);
  }
  threads.assertLosses(losses);
}
