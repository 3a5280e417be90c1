import type { Connection } from "./connection.ts";
import type { Engine } from "./engine.ts";

/*
 * Bytes on the disk are not enough: with `overlappingSync`, which lmdb-js sets wherever it isn't Windows, a commit that is visible is not yet
 * one that is opened after the machine has failed. Then the engine goes by a third record beside LMDB's two (in `mdb_env_sync` of its mdb.c),
 * and writes that only after all pages of a commit have reached the disk. So its own `sync` it must be, which covers the last commit of all
 * processes, rather than the file system's.
 */

/** Brings all commits so far to the disk, in another thread. The engine must stay open meanwhile. Fails, too, if an earlier one couldn't be. */
export async function flush({ engine, transactions }: Connection): Promise<void> {
  await Promise.all([synced(engine), transactions.ended]);
  transactions.assertWritten();
}

/** Brings all commits so far to the disk at once. Throws, too, if an earlier one is known not to have got there. */
export function flushHere({ engine, transactions }: Connection): void {
  engine.env.sync();
  transactions.assertWritten();
}

function synced(engine: Engine): Promise<void> {
  return new Promise((resolve, reject) => {
    engine.sync((error) => {
      if (error) reject(error);
      else resolve();
    });
  });
}
