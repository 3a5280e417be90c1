import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { type Engine, openEngine } from "../src/engine.ts";
import { EngineKey } from "../src/engine-key.ts";
import { Transactions } from "../src/transactions.ts";
import { TestFolder } from "./folder.ts";

const key = new EngineKey();

/** What a thread tells of a transaction: that it is done, and that all readers see it. */
const DONE = 0;
const VISIBLE = 1;

/** LMDB's `MDB_BAD_TXN`, and the system's `EIO`. */
const BAD_TRANSACTION = -30_782;
const EIO = 5;

type Tell = (status: number) => unknown;

/** Has all that the engine's threads tell go by another way. */
function intercept(engine: Engine, tellOf: (tell: Tell) => Tell): void {
  const { env } = engine;
  const start = env.startWriting.bind(env);
  const value: typeof start = (address, tell) => start(address, tellOf(tell));
  Object.defineProperty(env, "startWriting", { value, configurable: true });
}

/** Has a test work with transactions on an engine in a folder of its own, of which `change` makes what the transactions see. */
async function withTransactions(
  change: (engine: Engine) => Engine,
  use: (transactions: Transactions, engine: Engine) => Promise<void>,
): Promise<void> {
  using folder = new TestFolder();
  const engine = openEngine(folder.path, 16);
  const transactions = new Transactions(change(engine), join(folder.path, "data.mdb"), join(folder.path, "lock.mdb"));
  try {
    await use(transactions, engine);
  } finally {
    transactions.close();
    await transactions.ended;
    await engine.close();
  }
}

const put = (engine: Engine, number: number): void => {
  engine.put(key.row(0, Uint8Array.of(number)), Uint8Array.of(number));
};

const has = (engine: Engine, number: number): boolean => engine.getBinaryFast(key.row(0, Uint8Array.of(number))) !== undefined;

/** An engine whose transactions are with the disk until they are let go of: how many were begun, and those that are there now. */
class SlowDisk {
  begun = 0;
  readonly held: (() => void)[] = [];
  readonly change = (engine: Engine): Engine => {
    intercept(engine, (tell) => {
      this.begun++;
      return (status) => {
        if (status !== DONE) return tell(status);
        // lmdb-js may not come to tell of this on a quick one.
        tell(VISIBLE);
        this.held.push(() => tell(DONE));
        return undefined;
      };
    });
    return engine;
  };
}

test("a transaction settles when readers see it, and ends when the disk has it", async () => {
  const { change, held } = new SlowDisk();
  await withTransactions(change, async (transactions, engine) => {
    await transactions.aside(() => put(engine, 1));
    expect(has(engine, 1)).toBe(true);
    let hasEnded = false;
    const ended = transactions.ended?.then(() => (hasEnded = true));
    await vi.waitUntil(() => held.length === 1);
    expect(hasEnded).toBe(false);
    held.shift()?.();
    await ended;
    expect([hasEnded, transactions.ended]).toEqual([true, undefined]);
  });
});

test("while two transactions are with the disk a third waits for the first", async () => {
  const disk = new SlowDisk();
  await withTransactions(disk.change, async (transactions, engine) => {
    await transactions.aside(() => put(engine, 1));
    await transactions.aside(() => put(engine, 2));
    await vi.waitUntil(() => disk.held.length === 2);
    const third = transactions.aside(() => put(engine, 3));
    // lmdb-js begins what is asked for in the next turn.
    for (let turn = 0; turn < 10; turn++) await new Promise(setImmediate);
    expect(disk.begun).toBe(2);
    disk.held.shift()?.();
    await third;
    expect(disk.begun).toBe(3);
    expect([1, 2, 3].map((number) => has(engine, number))).toEqual([true, true, true]);
    await vi.waitUntil(() => disk.held.length === 2);
    for (const letGo of disk.held) letGo();
  });
});

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

/** An engine that tells of so many transactions in threads that they failed, as of those that it refuses over its list of free pages. */
function failing(
  transactions: number,
  code: number,
  isVisible: boolean,
): { readonly change: (engine: Engine) => Engine; readonly stop: () => void } {
  const log = vi.spyOn(console, "error").mockReturnValue(undefined);
  onTestFinished(() => log.mockRestore());
  let left = transactions;
  const change = (engine: Engine): Engine => {
    intercept(engine, (tell) => (status) => {
      if (left === 0 || (status !== DONE && status !== VISIBLE)) return tell(status);
      if (isVisible) tell(VISIBLE);
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
  const { change } = failing(1, BAD_TRANSACTION, false);
  await withTransactions(change, async (transactions, engine) => {
    let tries = 0;
    const job = (): number => {
      put(engine, tries++);
      return tries;
    };
    expect(await transactions.aside(job)).toBe(2);
    expect(tries).toBe(2);
  });
});

test("a commit that the engine refuses again and again fails", async () => {
  const { change, stop } = failing(1000, BAD_TRANSACTION, false);
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

test("that a visible transaction didn't get to the disk is told once", async () => {
  const { change } = failing(1, EIO, true);
  await withTransactions(change, async (transactions, engine) => {
    await transactions.aside(() => put(engine, 1));
    await transactions.ended;
    expect(() => transactions.assertWritten()).toThrow(expect.objectContaining({ code: EIO }));
    expect(() => transactions.assertWritten()).not.toThrow();
    await transactions.aside(() => put(engine, 2));
    await transactions.ended;
    expect(() => transactions.assertWritten()).not.toThrow();
  });
});

/** An engine that refuses the first commits on its synchronous face. */
function refusing(commits: number): (engine: Engine) => Engine {
  const refusal = Object.assign(new Error("MDB_BAD_TXN: Transaction must abort, has a child, or is invalid"), { code: BAD_TRANSACTION });
  let left = commits;
  return (engine) =>
    new Proxy(engine, {
      get(target, member) {
        const value: unknown = Reflect.get(target, member, target);
        if (member === "transactionSync" && left-- > 0)
          return () => {
            throw refusal;
          };
        return typeof value === "function" ? value.bind(target) : value;
      },
    });
}

test("one on the synchronous face is tried again as often", async () => {
  await withTransactions(refusing(2), async (transactions, engine) => {
    transactions.here(() => put(engine, 2));
    expect(has(engine, 2)).toBe(true);
  });
  await withTransactions(refusing(100), async (transactions, engine) => {
    expect(() => transactions.here(() => put(engine, 1))).toThrow(expect.objectContaining({ code: BAD_TRANSACTION }));
    expect(has(engine, 1)).toBe(false);
  });
});
