import { openCache, openCacheSync } from "@cache/lmdb";
import { expect, test, vi } from "vitest";
import type { Engine } from "../src/engine.ts";
import { flush, flushHere } from "../src/flush.ts";
import type { Transactions } from "../src/transactions.ts";
import { TestFolder } from "./folder.ts";
import { ASKS_FOR_JOBS, DONE, EIO, has, intercept, muteErrors, put, until, VISIBLE, withTransactions } from "./with-transactions.ts";

/** Lets so many turns of the event loop pass. */
async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise(setImmediate);
}

/** An engine whose transactions are with the disk until they are let go of: how many were begun, and those that are there now. */
class SlowDisk {
  begun = 0;
  readonly held: (() => void)[] = [];
  /** What its threads tell in the end. */
  outcome = DONE;
  #isSlow = true;
  readonly change = (engine: Engine): Engine => {
    intercept(engine, (tell) => {
      this.begun++;
      return (status) => {
        if (status !== DONE || !this.#isSlow) return tell(status);
        // lmdb-js may not come to tell of this on a quick one.
        tell(VISIBLE);
        this.held.push(() => tell(this.outcome));
        return undefined;
      };
    });
    return engine;
  };
  /** Lets go of all, also of those to come. */
  readonly release = (): void => {
    this.#isSlow = false;
    this.outcome = DONE;
    for (const letGo of this.held.splice(0)) letGo();
  };
}

test("a transaction settles when readers see it, and ends when the disk has it", async () => {
  const { change, held, release } = new SlowDisk();
  const use = async (transactions: Transactions, engine: Engine): Promise<void> => {
    expect(has(engine, 1)).toBe(false);
    await transactions.aside(() => put(engine, 1));
    expect(has(engine, 1)).toBe(true);
    let hasEnded = false;
    const ended = transactions.threads.ended?.then(() => (hasEnded = true));
    await until(() => held.length === 1);
    expect(hasEnded).toBe(false);
    held.shift()?.();
    await ended;
    expect([hasEnded, transactions.threads.ended]).toEqual([true, undefined]);
  };
  await withTransactions(change, use, release);
});

test.skipIf(process.platform === "win32")(
  "the engine's threads do tell that readers see a transaction before the disk has it",
  async () => {
    const early: number[] = [];
    const change = (engine: Engine): Engine => {
      intercept(engine, (tell) => (status) => {
        if (status === VISIBLE) early.push(status);
        return tell(status);
      });
      return engine;
    };
    await withTransactions(change, async (transactions, engine) => {
      // A quick disk, as one in memory, mostly has it first.
      for (let number = 0; early.length === 0 && number < 10_000; number++) await transactions.aside(() => put(engine, number));
    });
    expect(early).not.toEqual([]);
  },
);

test("a thread that asked for jobs twice doesn't have them settle before readers see what they did", async () => {
  const held: (() => void)[] = [];
  const change = (engine: Engine): Engine => {
    intercept(engine, (tell) => (status) => {
      if (status !== ASKS_FOR_JOBS) {
        held.push(() => tell(status));
        return undefined;
      }
      const answer = tell(ASKS_FOR_JOBS);
      // The second request, heard when the thread has gone on. It can't have: it waits for this to return.
      tell(VISIBLE);
      return answer;
    });
    return engine;
  };
  await withTransactions(change, async (transactions, engine) => {
    let hasSettled = false;
    const written = transactions.aside(() => put(engine, 1)).then(() => (hasSettled = true));
    await until(() => held.length > 0);
    await turns(3);
    expect(hasSettled).toBe(false);
    const letGo = setInterval(() => held.shift()?.());
    await written;
    expect(has(engine, 1)).toBe(true);
    await transactions.threads.ended;
    clearInterval(letGo);
  });
});

test("what has settled is there, though the synchronous face writes just when a thread asks for jobs", async () => {
  using folder = new TestFolder({ onDisk: true });
  const path = folder.in("cache");
  await using cache = await openCache<number>({ path });
  using sync = openCacheSync<number>({ path });
  const missed: number[] = [];
  const write = async (round: number): Promise<void> => {
    await cache.set(round, round);
    if (sync.get(round) === undefined) missed.push(round);
  };
  for (let round = 0; round < 400; round++) {
    const written = write(round);
    // By then the thread has been begun, and while nobody listens it asks.
    await turns(2);
    const begin = performance.now();
    while (performance.now() - begin < 0.3);
    sync.set("other", round);
    await written;
    await cache.flush();
  }
  expect(missed).toEqual([]);
});

test("while two transactions are with the disk a third waits until one is done, and whoever closes for both", async () => {
  const disk = new SlowDisk();
  const use = async (transactions: Transactions, engine: Engine): Promise<void> => {
    await transactions.aside(() => put(engine, 1));
    await transactions.aside(() => put(engine, 2));
    await until(() => disk.held.length === 2);
    let hasEnded = false;
    const ended = transactions.threads.ended?.then(() => (hasEnded = true));
    const third = transactions.aside(() => put(engine, 3));
    // lmdb-js begins what is asked for in the next turn.
    await turns(10);
    expect(disk.begun).toBe(2);
    disk.held.pop()?.();
    await third;
    expect([disk.begun, hasEnded]).toEqual([3, false]);
    expect([1, 2, 3].map((number) => has(engine, number))).toEqual([true, true, true]);
    disk.release();
    await ended;
  };
  await withTransactions(disk.change, use, disk.release);
});

const isLoss = expect.objectContaining({ code: "CACHE_IO", cause: expect.objectContaining({ code: EIO }) as unknown });

test("all who wait for the disk hear that it hasn't taken what readers see, and who asks later once", async () => {
  muteErrors();
  const disk = new SlowDisk();
  disk.outcome = EIO;
  const use = async (transactions: Transactions, engine: Engine): Promise<void> => {
    const { threads } = transactions;
    await Promise.all([1, 2].map((number) => transactions.aside(() => put(engine, number))));
    const flushes = Promise.allSettled([flush(engine, threads, 0), flush(engine, threads, 0)]);
    await until(() => disk.held.length === 1);
    disk.held.shift()?.();
    expect(await flushes).toEqual([
      { status: "rejected", reason: isLoss },
      { status: "rejected", reason: isLoss },
    ]);
    expect(() => flushHere(engine, threads, 0)).toThrow(isLoss);
    expect(threads.losses).toBe(1);
    await flush(engine, threads, 1);
    flushHere(engine, threads, 1);
  };
  await withTransactions(disk.change, use, disk.release);
});

const broken = Object.assign(new Error("EIO"), { code: EIO });

test("what a synchronous commit hears of the disk counts for threads that are with it", async () => {
  const disk = new SlowDisk();
  let isBroken = false;
  const change = (engine: Engine): Engine =>
    new Proxy(disk.change(engine), {
      get(target, member) {
        const value: unknown = Reflect.get(target, member, target);
        if (typeof value !== "function") return value;
        const method: unknown = value.bind(target);
        if (member !== "transactionSync") return method;
        return (job: () => unknown) => {
          const result = target.transactionSync(job);
          if (isBroken) throw broken;
          return result;
        };
      },
    });
  const use = async (transactions: Transactions, engine: Engine): Promise<void> => {
    isBroken = true;
    expect(() => transactions.here(() => put(engine, 1))).toThrow(broken);
    expect(transactions.threads.losses).toBe(0);
    await transactions.aside(() => put(engine, 2));
    const wrong = new RangeError("no");
    const fails = (): void => {
      throw wrong;
    };
    expect(() => transactions.here(fails)).toThrow(wrong);
    expect(transactions.threads.losses).toBe(0);
    expect(() => transactions.here(() => put(engine, 3))).toThrow(broken);
    expect(transactions.threads.losses).toBe(1);
  };
  await withTransactions(change, use, disk.release);
});

test("a flush that fails itself counts as a loss, too", async () => {
  await withTransactions(
    (engine) => engine,
    async (transactions, engine) => {
      const { threads } = transactions;
      const sync = vi.spyOn(engine, "sync").mockImplementation((done) => done(broken));
      const flushes = await Promise.allSettled([flush(engine, threads, 0), flush(engine, threads, 0)]);
      expect(flushes.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
      sync.mockRestore();
      await flush(engine, threads, threads.losses);
    },
  );
});
