import type { Batch, CommitResult } from "@cache/core/spi";
import { uniqueVersion } from "./check.ts";
import { runBatch } from "./batch-run.ts";
import type { Connection } from "./connection.ts";
import type { Engine } from "./engine.ts";
import { commitFailure } from "./errors.ts";
import { flush } from "./flush.ts";
import type { Durability } from "./options.ts";
import { readVersion, writeVersion } from "./tally.ts";

/** Commits a batch at once: it is on the disk when this returns. Blocks while another process writes. */
export function commitHere(connection: Connection, batch: Batch): CommitResult {
  const { engine, room } = connection;
  const isTight = room.assertFor(batch, engine);
  const checkedAt = checkBefore(connection, batch);
  const result = engine.transactionSync(() => runBatch(engine, batch, checkedAt));
  if (isTight) makeFreedPagesUsableHere(engine);
  return result;
}

/**
 * Commits a batch with the help of another thread, which waits for other writers, begins the transaction, and writes the pages. Only the
 * batch itself is carried out in this one.
 */
export async function commitAside(connection: Connection, batch: Batch, durability: Durability): Promise<CommitResult> {
  const { engine, room } = connection;
  const isTight = room.assertFor(batch, engine);
  const checkedAt = checkBefore(connection, batch);
  // A child transaction, since of an ordinary one all is kept that was done before its callback threw.
  const result = await aside(engine, () => runBatch(engine, batch, checkedAt));
  if (isTight) await makeFreedPagesUsable(engine);
  if (durability === "strict") await flush(engine);
  return result;
}

/**
 * Looks for index entries that must be unique before other writers are kept waiting, and where the engine uses one cursor for all. Tells the
 * version they were found at.
 */
function checkBefore(connection: Connection, batch: Batch): number | undefined {
  if (!batch.checks.some(({ type }) => type === "unique")) return undefined;
  connection.beginReading();
  return uniqueVersion(connection.engine, batch);
}

async function aside<T>(engine: Engine, job: () => T): Promise<T> {
  try {
    return await engine.childTransaction(job);
  } catch (error) {
    const failure = await commitFailure(error);
    // After a failed commit lmdb-js' `close` would wait for ever, unless another one succeeds; an empty one does.
    if (failure !== error) await engine.childTransaction(() => undefined).catch(() => undefined);
    throw failure;
  }
}

/** Pages become usable only when the commit after that which freed them is done. Should it fail, they stay as they are. */
async function makeFreedPagesUsable(engine: Engine): Promise<void> {
  await aside(engine, () => rewriteVersion(engine)).catch(() => undefined);
}

function makeFreedPagesUsableHere(engine: Engine): void {
  try {
    engine.transactionSync(() => rewriteVersion(engine));
  } catch {
    // As above.
  }
}

function rewriteVersion(engine: Engine): void {
  writeVersion(engine, readVersion(engine));
}
