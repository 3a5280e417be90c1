import type { Batch, CommitResult } from "@cache/core/spi";
import { runBatch } from "./batch-run.ts";
import type { Connection } from "./connection.ts";
import type { Engine } from "./engine.ts";
import { commitFailure } from "./errors.ts";
import type { Durability } from "./options.ts";
import { readVersion, writeVersion } from "./tally.ts";

/** Commits a batch at once: it is on the disk when this returns. Blocks while another process writes. */
export function commitHere({ engine, room }: Connection, batch: Batch): CommitResult {
  const isTight = room.assertFor(batch, engine);
  const result = engine.transactionSync(() => runBatch(engine, batch));
  if (isTight) engine.transactionSync(() => touchVersion(engine));
  return result;
}

/**
 * Commits a batch with the help of another thread, which waits for other writers, begins the transaction, and writes the pages. Only the
 * batch itself is carried out in this one.
 */
export async function commitAside({ engine, room }: Connection, batch: Batch, durability: Durability): Promise<CommitResult> {
  const isTight = room.assertFor(batch, engine);
  let result: CommitResult;
  try {
    // A child transaction, since of an ordinary one all is kept that was done before its callback threw.
    result = await engine.childTransaction(() => runBatch(engine, batch));
    if (isTight) await engine.childTransaction(() => touchVersion(engine));
  } catch (error) {
    throw await settled(engine, error);
  }
  if (durability === "strict") await flushed(engine);
  return result;
}

/** A commit that changes nothing. Pages become usable only when the commit after that which freed them is done. */
function touchVersion(engine: Engine): void {
  writeVersion(engine, readVersion(engine));
}

/** After a failed commit lmdb-js' `close` would wait for ever, unless another one succeeds; an empty one does. */
async function settled(engine: Engine, error: unknown): Promise<unknown> {
  const failure = await commitFailure(error);
  if (failure !== error) await engine.childTransaction(() => undefined).catch(() => undefined);
  return failure;
}

/** Not lmdb-js' own `flushed`, which never settles when a commit that was begun meanwhile fails. */
function flushed(engine: Engine): Promise<void> {
  return new Promise((resolve, reject) => {
    engine.sync((error) => {
      if (error) reject(error);
      else resolve();
    });
  });
}
