import { expect, test } from "vitest";
import type { Engine } from "../src/engine.ts";
import { BAD_TRANSACTION, DONE, EIO, has, intercept, muteErrors, put, VISIBLE, withTransactions } from "./with-transactions.ts";

test("a job that throws changes nothing, and settles with what it threw, whatever is done beside it", async () => {
  await withTransactions(
    (engine) => engine,
    async (transactions, engine) => {
      const failed = transactions.aside(() => {
        put(engine, 1);
        throw new RangeError("no");
      });
      const written = transactions.aside(() => put(engine, 2));
      await expect(failed).rejects.toThrow(RangeError);
      await written;
      expect([has(engine, 1), has(engine, 2)]).toEqual([false, true]);
    },
  );
});

/** An engine that tells of so many transactions in threads that they failed. */
function failing(transactions: number, code: number): { readonly change: (engine: Engine) => Engine; readonly stop: () => void } {
  muteErrors();
  let left = transactions;
  const change = (engine: Engine): Engine => {
    intercept(engine, (tell) => (status) => {
      if (left === 0 || (status !== DONE && status !== VISIBLE)) return tell(status);
      if (status === VISIBLE) return undefined;
      left--;
      return tell(code);
    });
    return engine;
  };
  const stop = (): void => {
    left = 0;
  };
  return { change, stop };
}

test("a commit that the engine refuses without a reason is tried again", async () => {
  const { change } = failing(1, BAD_TRANSACTION);
  await withTransactions(change, async (transactions, engine) => {
    let tries = 0;
    const job = (): number => {
      put(engine, tries++);
      return tries;
    };
    expect(await transactions.aside(job)).toBe(2);
    expect([tries, transactions.threads.losses]).toEqual([2, 0]);
  });
});

test("a commit that the engine refuses again and again fails", async () => {
  const { change, stop } = failing(1000, BAD_TRANSACTION);
  await withTransactions(change, async (transactions, engine) => {
    let tries = 0;
    const job = (): void => put(engine, tries++);
    await expect(transactions.aside(job)).rejects.toThrow(expect.objectContaining({ code: BAD_TRANSACTION }));
    expect(tries).toBe(6);
    stop();
    // Or else lmdb-js doesn't close.
    await transactions.aside(() => put(engine, 1));
  });
});

test("a commit that fails at the disk before it was heard that readers see it is rejected, and counts as a loss", async () => {
  const { change } = failing(1, EIO);
  await withTransactions(change, async (transactions, engine) => {
    await expect(transactions.aside(() => put(engine, 1))).rejects.toThrow(expect.objectContaining({ code: EIO }));
    expect([has(engine, 1), transactions.threads.losses]).toEqual([true, 1]);
  });
});

test("when no transaction could be begun, that is told, and tried but once", async () => {
  let asked = 0;
  const change = (engine: Engine): Engine =>
    new Proxy(engine, {
      get(target, member) {
        const value: unknown = Reflect.get(target, member, target);
        if (member !== "getWriteTxnId") return typeof value === "function" ? value.bind(target) : value;
        return () => {
          asked++;
          return 0;
        };
      },
    });
  await withTransactions(change, async (transactions, engine) => {
    expect(() => transactions.here(() => put(engine, 1))).toThrow("can't begin");
    await expect(transactions.aside(() => put(engine, 2))).rejects.toThrow("can't begin");
    expect([asked, has(engine, 1), has(engine, 2)]).toEqual([2, false, false]);
  });
});

/** An engine that refuses the first transactions on both faces. */
function refusing(transactions: number): (engine: Engine) => Engine {
  const refusal = Object.assign(new Error("MDB_BAD_TXN: Transaction must abort, has a child, or is invalid"), { code: BAD_TRANSACTION });
  let left = transactions;
  return (engine) =>
    new Proxy(engine, {
      get(target, member) {
        const value: unknown = Reflect.get(target, member, target);
        if (member === "transactionSync" && left-- > 0)
          return () => {
            throw refusal;
          };
        if (member === "childTransaction" && left-- > 0) {
          const commitError = Promise.reject(refusal);
          return () => Promise.reject(Object.assign(new Error("Commit failed (see commitError for details)"), { commitError }));
        }
        return typeof value === "function" ? value.bind(target) : value;
      },
    });
}

test("what lmdb-js itself says of a refused commit has it tried again as often, on either face", async () => {
  const done: string[] = [];
  await withTransactions(refusing(2), async (transactions, engine) => {
    transactions.here(() => done.push("here"));
    expect(has(engine, 1)).toBe(false);
  });
  await withTransactions(refusing(2), async (transactions) => {
    await transactions.aside(() => done.push("aside"));
  });
  expect(done).toEqual(["here", "aside"]);
  await withTransactions(refusing(6), async (transactions, engine) => {
    expect(() => transactions.here(() => put(engine, 1))).toThrow(expect.objectContaining({ code: BAD_TRANSACTION }));
    transactions.here(() => put(engine, 2));
    expect([has(engine, 1), has(engine, 2)]).toEqual([false, true]);
  });
  await withTransactions(refusing(6), async (transactions, engine) => {
    await expect(transactions.aside(() => put(engine, 1))).rejects.toThrow(expect.objectContaining({ code: BAD_TRANSACTION }));
    await transactions.aside(() => put(engine, 2));
    expect([has(engine, 1), has(engine, 2)]).toEqual([false, true]);
  });
});
