import { join } from "node:path";
import { onTestFinished, vi } from "vitest";
import { type Engine, openEngine } from "../src/engine.ts";
import { EngineKey } from "../src/engine-key.ts";
import { readVersion, writeVersion } from "../src/tally.ts";
import { Transactions } from "../src/transactions.ts";
import { TestFolder } from "./folder.ts";

const key = new EngineKey();

/** What a thread tells of a transaction: that it is done, that all readers see it, and that jobs may be carried out. */
export const DONE = 0;
export const VISIBLE = 1;
export const ASKS_FOR_JOBS = 2;

/** LMDB's `MDB_BAD_TXN`, and the system's `EIO`. */
export const BAD_TRANSACTION = -30_782;
export const EIO = 5;

/** How a thread tells. */
export type Tell = (status: number) => unknown;

/** Has all that the engine's threads tell go by another way. */
export function intercept(engine: Engine, tellOf: (tell: Tell) => Tell): void {
  const { env } = engine;
  const start = env.startWriting.bind(env);
  const value: typeof start = (address, tell) => start(address, tellOf(tell));
  Object.defineProperty(env, "startWriting", { value, configurable: true });
}

/** Settles once a condition holds. What is right is not a matter of time, so it is waited for as long as a test may take. */
export function until(condition: () => boolean): Promise<boolean> {
  return vi.waitUntil(condition, { timeout: 60_000, interval: 1 });
}

/** Has a test work with transactions on an engine in a folder of its own. `release` lets go of whatever the engine is waiting for. */
export async function withTransactions(
  change: (engine: Engine) => Engine,
  use: (transactions: Transactions, engine: Engine) => Promise<void>,
  release: () => void = () => undefined,
): Promise<void> {
  using folder = new TestFolder({ onDisk: true });
  const engine = openEngine(folder.path, 16);
  const transactions = new Transactions(change(engine), join(folder.path, "data.mdb"), join(folder.path, "lock.mdb"));
  try {
    await use(transactions, engine);
  } finally {
    release();
    transactions.close();
    await transactions.threads.ended;
    await engine.close();
  }
}

/** Writes a row, as a commit does that has a version. */
export const put = (engine: Engine, number: number): void => {
  engine.put(key.row(0, Uint8Array.of(number)), Uint8Array.of(number));
  writeVersion(engine, readVersion(engine) + 1);
};

export const has = (engine: Engine, number: number): boolean => engine.getBinaryFast(key.row(0, Uint8Array.of(number))) !== undefined;

/** lmdb-js prints what fails. */
export function muteErrors(): void {
  const log = vi.spyOn(console, "error").mockReturnValue(undefined);
  onTestFinished(() => log.mockRestore());
}
