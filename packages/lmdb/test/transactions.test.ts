import { join } from "node:path";
import { expect, test } from "vitest";
import { type Engine, openEngine } from "../src/engine.ts";
import { EngineKey } from "../src/engine-key.ts";
import { Transactions } from "../src/transactions.ts";
import { TestFolder } from "./folder.ts";

const key = new EngineKey();

/** An engine, but for what `instead` gives for some of its members. */
function changed(engine: Engine, instead: (member: string | symbol) => unknown): Engine {
  return new Proxy(engine, {
    get(target, member) {
      const value: unknown = instead(member) ?? Reflect.get(target, member, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

/** Has a test work with transactions on an engine in a folder of its own. */
async function withTransactions(
  change: (engine: Engine) => Engine,
  use: (transactions: Transactions, engine: Engine) => Promise<void>,
): Promise<void> {
  using folder = new TestFolder();
  const engine = openEngine(folder.path, 16);
  try {
    await use(new Transactions(change(engine), join(folder.path, "data.mdb"), join(folder.path, "lock.mdb")), engine);
  } finally {
    await engine.close();
  }
}

const put = (engine: Engine, number: number): void => {
  engine.put(key.row(0, Uint8Array.of(number)), Uint8Array.of(number));
};

const has = (engine: Engine, number: number): boolean => engine.getBinaryFast(key.row(0, Uint8Array.of(number))) !== undefined;

test("the engine may be closed once its threads are done with all transactions, the last one ending first or not", async () => {
  const ends: PromiseWithResolvers<void>[] = [];
  const heldUp = (member: string | symbol): unknown => {
    if (member !== "flushed") return undefined;
    const end = Promise.withResolvers<void>();
    ends.push(end);
    return end.promise;
  };
  await withTransactions(
    (engine) => changed(engine, heldUp),
    async (transactions, engine) => {
      for (let number = 0; number < 3; number++) await transactions.aside(() => put(engine, number));
      const failed = transactions.aside(() => {
        throw new RangeError("no");
      });
      await expect(failed).rejects.toThrow(RangeError);
      let isFree = false;
      const closed = Promise.resolve(transactions.close()).then(() => (isFree = true));
      for (const end of ends.slice(1).toReversed()) end.resolve();
      await new Promise(setImmediate);
      expect(isFree).toBe(false);
      ends[0]?.resolve();
      await closed;
    },
  );
});

/** What lmdb-js says of a commit that it refuses over its list of free pages. */
const refusal = Object.assign(new Error("MDB_BAD_TXN: Transaction must abort, has a child, or is invalid"), { code: -30_782 });

/** Refuses the first commits. */
function refusing(commits: number): (engine: Engine) => Engine {
  let left = commits;
  const refuse = (): boolean => left-- > 0;
  return (engine) =>
    changed(engine, (member) => {
      if (member === "transactionSync")
        return (job: () => unknown) => {
          if (refuse()) throw refusal;
          return engine.transactionSync(job);
        };
      if (member === "childTransaction")
        return (job: () => unknown) => {
          if (!refuse()) return engine.childTransaction(job);
          const commitError = Promise.reject(refusal);
          commitError.catch(() => undefined);
          return Promise.reject(Object.assign(new Error("Commit failed (see commitError for details)"), { commitError }));
        };
      return undefined;
    });
}

test("a commit that the engine refuses without a reason is tried again", async () => {
  await withTransactions(refusing(1), async (transactions, engine) => {
    await transactions.aside(() => put(engine, 1));
    expect(has(engine, 1)).toBe(true);
    await transactions.close();
  });
  await withTransactions(refusing(2), async (transactions, engine) => {
    transactions.here(() => put(engine, 2));
    expect(has(engine, 2)).toBe(true);
    await transactions.close();
  });
});

test("a commit that the engine refuses again and again fails", async () => {
  await withTransactions(refusing(100), async (transactions, engine) => {
    await expect(transactions.aside(() => put(engine, 1))).rejects.toBe(refusal);
    expect(() => transactions.here(() => put(engine, 1))).toThrow(refusal);
    expect(has(engine, 1)).toBe(false);
    await transactions.close();
  });
});
