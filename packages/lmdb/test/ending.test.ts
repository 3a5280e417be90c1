import { join } from "node:path";
import { expect, test } from "vitest";
import { type Engine, openEngine } from "../src/engine.ts";
import { EngineKey } from "../src/engine-key.ts";
import { Transactions } from "../src/transactions.ts";
import { TestFolder } from "./folder.ts";

const key = new EngineKey();

/** An engine in a folder, whose threads seem to be done with transactions only when `end` is called with the transaction's number. */
function heldUp(engine: Engine): { readonly engine: Engine; end: (transaction: number) => void } {
  const ends: PromiseWithResolvers<void>[] = [];
  return {
    engine: new Proxy(engine, {
      get(target, name) {
        if (name === "flushed") {
          const end = Promise.withResolvers<void>();
          ends.push(end);
          return end.promise;
        }
        const value: unknown = Reflect.get(target, name, target);
        return typeof value === "function" ? value.bind(target) : value;
      },
    }),
    end: (transaction) => ends[transaction]?.resolve(),
  };
}

test("the engine may be closed once its threads are done with all transactions, the last one ending first or not", async () => {
  using folder = new TestFolder();
  const real = openEngine(folder.path, 16);
  try {
    const { engine, end } = heldUp(real);
    const transactions = new Transactions(engine, join(folder.path, "data.mdb"), join(folder.path, "lock.mdb"));
    for (let number = 0; number < 3; number++)
      // oxlint-disable-next-line no-await-in-loop -- Each is a transaction of its own.
      await transactions.aside(() => real.put(key.row(0, Uint8Array.of(number)), Uint8Array.of(number)));
    await expect(
      transactions.aside(() => {
        throw new RangeError("no");
      }),
    ).rejects.toThrow(RangeError);
    let isFree = false;
    const closed = Promise.resolve(transactions.close()).then(() => (isFree = true));
    for (const number of [3, 2, 1]) end(number);
    await new Promise(setImmediate);
    expect(isFree).toBe(false);
    end(0);
    await closed;
  } finally {
    await real.close();
  }
});
