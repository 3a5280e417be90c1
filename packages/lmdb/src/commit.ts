import type { Batch, CommitResult } from "@cache/core/spi";
import { uniqueVersion } from "./check.ts";
import { runBatch } from "./batch-run.ts";
import type { Connection } from "./connection.ts";
import type { Engine } from "./engine.ts";
import { flush } from "./flush.ts";
import type { Durability } from "./options.ts";
import { readVersion, writeVersion } from "./tally.ts";

/** Commits a batch at once: it is on the disk when this returns. Blocks while another process writes. */
export function commitHere(connection: Connection, batch: Batch): CommitResult {
  const { engine, room, transactions } = connection;
  const isTight = room.assertFor(batch, engine);
  const checkedAt = checkBefore(connection, batch);
  const result = transactions.here(() => runBatch(engine, batch, checkedAt));
  if (isTight) makeFreedPagesUsableHere(connection);
  return result;
}

/** Commits a batch with the help of another thread: only the batch itself is carried out in this one. */
export async function commitAside(connection: Connection, batch: Batch, durability: Durability): Promise<CommitResult> {
  const { engine, room, transactions } = connection;
  const { threads } = transactions;
  const { losses } = threads;
  const isTight = room.assertFor(batch, engine);
  const checkedAt = checkBefore(connection, batch);
  const result = await transactions.aside(() => runBatch(engine, batch, checkedAt));
  if (isTight) await makeFreedPagesUsable(connection);
  if (durability === "strict") await flush(engine, threads, losses);
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

/**
 * Pages become usable when the disk has the commit that freed them, and the one after it, which must not begin before. Should it fail, they stay as
 * they are.
 */
async function makeFreedPagesUsable({ engine, transactions }: Connection): Promise<void> {
  await transactions.threads.ended;
  await transactions.aside(() => rewriteVersion(engine)).catch(() => undefined);
  await transactions.threads.ended;
}

function makeFreedPagesUsableHere({ engine, transactions }: Connection): void {
  try {
    transactions.here(() => rewriteVersion(engine));
  } catch {
    // As above.
  }
}

function rewriteVersion(engine: Engine): void {
  writeVersion(engine, readVersion(engine));
}
