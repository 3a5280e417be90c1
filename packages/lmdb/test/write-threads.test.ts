import { openCache, openCacheSync } from "@cache/lmdb";
import { expect, test, vi } from "vitest";
import type { Engine } from "../src/engine.ts";
import { flush, flushHere } from "../src/flush.ts";
import { TestFolder } from "./folder.ts";
import { ASKS_FOR_JOBS, DONE, EIO, has, intercept, muteErrors, put, VISIBLE, withTransactions } from "./with-transactions.ts";

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
  readonly change = (engine: Engine): Engine => {
    intercept(engine, (tell) => {
      this.begun++;
      return (status) => {
        if (status !== DONE) return tell(status);
        // lmdb-js may not come to tell of this on a quick one.
        tell(VISIBLE);
        this.held.push(() => tell(this.outcome));
        return undefined;
      };
    });
    return engine;
  };
}

test("a transaction settles when readers see it, and ends when the disk has it", async () => {
  const { change, held } = new SlowDisk();
  await withTransactions(change, async (transactions, engine) => {
    expect(has(engine, 1)).toBe(false);
    await transactions.aside(() => put(engine, 1));
    expect(has(engine, 1)).toBe(true);
    let hasEnded = false;
    const ended = transactions.threads.ended?.then(() => (hasEnded = true));
    await vi.waitUntil(() => held.length === 1);
    expect(hasEnded).toBe(false);
    held.shift()?.();
    await ended;
    expect([hasEnded, transactions.threads.ended]).toEqual([true, undefined]);
  });
});

test.skipIf(process.platform === "win32")(
  "the engine's threads do tell that readers see a transaction before the disk has it",
  async () => {
    let early = 0;
    const change = (engine: Engine): Engine => {
      intercept(engine, (tell) => (status) => {
        if (status === VISIBLE) early++;
        return tell(status);
      });
      return engine;
    };
    await withTransactions(
      change,
      async (transactions, engine) => {
        for (let number = 0; number < 100; number++) await transactions.aside(() => put(engine, number));
      },
      true,
    );
    expect(early).toBeGreaterThan(0);
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
    await vi.waitUntil(() => held.length > 0);
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

test("while two transactions are with the disk a third waits for the first, and whoever closes for both", async () => {
  const disk = new SlowDisk();
  await withTransactions(disk.change, async (transactions, engine) => {
    await transactions.aside(() => put(engine, 1));
    await transactions.aside(() => put(engine, 2));
    await vi.waitUntil(() => disk.held.length === 2);
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
    await vi.waitUntil(() => disk.held.length === 2);
    for (const letGo of disk.held) letGo();
    await ended;
  });
});

const isLoss = expect.objectContaining({ code: "CACHE_IO", cause: expect.objectContaining({ code: EIO }) as unknown });

test("all who wait for the disk hear that it hasn't taken what readers see, and who asks later once", async () => {
  muteErrors();
  const disk = new SlowDisk();
  const { held } = disk;
  disk.outcome = EIO;
  await withTransactions(disk.change, async (transactions, engine) => {
    const { threads } = transactions;
    await Promise.all([1, 2].map((number) => transactions.aside(() => put(engine, number))));
    const flushes = Promise.allSettled([flush(engine, threads, 0), flush(engine, threads, 0)]);
    await vi.waitUntil(() => held.length === 1);
    held.shift()?.();
    expect(await flushes).toEqual([
      { status: "rejected", reason: isLoss },
      { status: "rejected", reason: isLoss },
    ]);
    expect(() => flushHere(engine, threads, 0)).toThrow(isLoss);
    expect(threads.losses).toBe(1);
    await flush(engine, threads, 1);
    flushHere(engine, threads, 1);
    // What follows a failure, or else lmdb-js doesn't close.
    disk.outcome = DONE;
    await vi.waitUntil(() => held.length === 1);
    held.shift()?.();
  });
});

test("a flush that fails itself counts as a loss, too", async () => {
  await withTransactions(
    (engine) => engine,
    async (transactions, engine) => {
      const { threads } = transactions;
      const broken = Object.assign(new Error("EIO"), { code: EIO });
      const sync = vi.spyOn(engine, "sync").mockImplementation((done) => done(broken));
      const flushes = await Promise.allSettled([flush(engine, threads, 0), flush(engine, threads, 0)]);
      expect(flushes.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
      sync.mockRestore();
      await flush(engine, threads, threads.losses);
    },
  );
});
