import { equal, ok } from "../assert.ts";
import type { CacheContext } from "../cache-context.ts";
import { type CacheScenario, cacheScenario } from "../scenario.ts";
import { collect, until } from "../turns.ts";

/** Sets entries "a" to "f", of which "b", "d" and "f" have expired when it returns. */
async function expireSome({ cache, clock }: CacheContext): Promise<void> {
  await cache.setMany(["a", "c", "e"].map((key) => [key, key] as const));
  await cache.setMany(
    ["b", "d", "f"].map((key) => [key, key] as const),
    { ttl: 10 },
  );
  clock.advance(10);
}

/** How many rows of the scenario's own the store holds, expired ones included. */
async function rowsOf({ root }: CacheContext, before: number): Promise<number> {
  return (await root.stats()).entries - before;
}

/** What has expired: invisible at once, reclaimed later. */
export const expirySuite: readonly CacheScenario[] = [
  cacheScenario("expiry/reads", "expired entries are invisible to every verb that reads", async (context) => {
    await expireSome(context);
    const { cache } = context;
    equal(await cache.get("b"), undefined, "get");
    equal(await cache.getEntry("b"), undefined, "getEntry");
    equal(await cache.has("b"), false, "has");
    equal(await cache.getMany(["a", "b", "c", "d"]), ["a", undefined, "c", undefined], "getMany");
    equal(await cache.hasMany(["a", "b", "c", "d"]), [true, false, true, false], "hasMany");
  }),

  cacheScenario(
    "expiry/iterations",
    "expired entries are invisible to iterations, in both directions and within limits",
    async (context) => {
      await expireSome(context);
      const { cache } = context;
      equal(await collect(cache.keys()), ["a", "c", "e"], "keys");
      equal(await collect(cache.values({ reverse: true })), ["e", "c", "a"], "values in reverse");
      equal(
        await collect(cache.entries({ limit: 2 })),
        [
          ["a", "a"],
          ["c", "c"],
        ],
        "entries with a limit",
      );
      equal(await collect(cache.keys({ gte: "b", limit: 1 })), ["c"], "keys from an expired one on");
      equal(await collect(cache.keys({ gte: "b", lte: "b" })), [], "keys of an expired one alone");
    },
  ),

  cacheScenario("expiry/counts", "expired entries count neither in size nor in a range", async (context) => {
    await expireSome(context);
    const { cache } = context;
    equal([await cache.size, await cache.count(), await cache.count({ gte: "b" }), await cache.count({ prefix: "d" })], [3, 3, 2, 0]);
  }),

  cacheScenario("expiry/exact", "an entry is there until its deadline and gone at it, to the millisecond", async ({ cache, clock }) => {
    await cache.setMany(Array.from({ length: 10 }, (_, at) => [at, at, { ttl: at + 1 }] as const));
    for (let passed = 0; passed <= 10; passed++) {
      equal(await cache.size, 10 - passed, `the size after ${passed} ms`);
      equal(
        await collect(cache.keys()),
        Array.from({ length: 10 - passed }, (_, at) => at + passed),
        `the keys after ${passed} ms`,
      );
      clock.advance(1);
    }
  }),

  cacheScenario("expiry/set-over", "an expired entry can be set anew, with or without a deadline", async (context) => {
    await expireSome(context);
    const { cache, clock } = context;
    await cache.set("b", "new");
    await cache.set("d", "new", { ttl: 100 });
    equal(await cache.getMany(["b", "d", "f"]), ["new", "new", undefined]);
    equal(await cache.size, 5, "the size");
    clock.advance(100);
    equal(await collect(cache.keys()), ["a", "b", "c", "e"], "the keys later");
  }),

  cacheScenario(
    "expiry/clock-set-back",
    "a wall clock that is set back brings nothing back, and stops no later expiry",
    async ({ cache, clock }) => {
      await cache.setMany([
        ["a", 1, { ttl: 1000 }],
        ["b", 2, { ttl: 60_000 }],
        ["c", 3],
      ]);
      clock.advance(2000);
      equal(await collect(cache.keys()), ["b", "c"], "the keys before");
      clock.jump(clock.now() - 3_600_000);
      equal(await collect(cache.keys()), ["b", "c"], "the keys after");
      equal([await cache.get("a"), await cache.has("a"), await cache.size], [undefined, false, 2], "get, has and size");
      clock.advance(3_600_000 + 60_000);
      equal(await collect(cache.keys()), ["c"], "the keys when b's time has come");
    },
  ),

  cacheScenario("expiry/clock-set-ahead", "a wall clock that is set ahead expires what is due then", async ({ cache, clock }) => {
    await cache.setMany([
      ["a", 1, { ttl: "1h" }],
      ["b", 2, { ttl: "30d" }],
    ]);
    clock.jump(clock.now() + 86_400_000);
    equal(await collect(cache.keys()), ["b"]);
  }),

  cacheScenario(
    "expiry/reopened",
    "what expires while nobody has the cache open is gone when it is opened",
    async (context) => {
      await context.cache.setMany([
        ["a", 1, { ttl: 1000 }],
        ["b", 2, { ttl: 5000 }],
        ["c", 3],
      ]);
      await context.close();
      context.clock.advance(1000);
      const { cache } = await context.reopen();
      equal(await collect(cache.entries()), [
        ["b", 2],
        ["c", 3],
      ]);
      equal((await cache.getEntry("b"))?.expiresAt, context.clock.now() + 4000, "a deadline");
      equal(await cache.size, 2, "the size");
    },
    { requires: ["reopens"] },
  ),

  cacheScenario("expiry/reclaimed-by-writes", "writes reclaim the space of expired entries bit by bit", async (context) => {
    const { cache, clock, root } = context;
    const before = (await root.stats()).entries;
    await cache.setMany(
      Array.from({ length: 40 }, (_, at) => [["old", at], at] as const),
      { ttl: 10 },
    );
    clock.advance(5000);
    equal(await rowsOf(context, before), 40, "the rows at first");
    for (let write = 0; write < 40; write++) await cache.set("new", write);
    equal(await rowsOf(context, before), 1, "the rows in the end");
  }),

  cacheScenario("expiry/sweep", "sweep reclaims all that has expired and nothing else", async (context) => {
    const { cache, clock, root } = context;
    const before = (await root.stats()).entries;
    await cache.setMany(Array.from({ length: 300 }, (_, at) => [at, at, at % 3 === 0 ? {} : { ttl: at % 3 === 1 ? 10 : 10_000 }] as const));
    clock.advance(10);
    equal(await root.sweep(), { removed: 100, more: false }, "what sweep answers");
    equal(await rowsOf(context, before), 200, "the rows left");
    equal(
      await collect(cache.keys()),
      Array.from({ length: 300 }, (_, at) => at).filter((at) => at % 3 !== 1),
      "the keys left",
    );
    equal(await root.sweep(), { removed: 0, more: false }, "what the next sweep answers");
  }),

  cacheScenario("expiry/sweep-frees-bytes", "sweeping gives the bytes back", async ({ cache, clock, root }) => {
    const { bytes } = await root.stats();
    await cache.setMany(
      Array.from({ length: 20 }, (_, at) => [at, "x".repeat(1000)] as const),
      { ttl: 10 },
    );
    ok((await root.stats()).bytes > bytes + 20_000, "more bytes than the values have characters");
    clock.advance(10);
    await root.sweep();
    equal((await root.stats()).bytes, bytes, "the bytes in the end");
  }),

  cacheScenario(
    "expiry/sweep-budget",
    "a sweep with a budget stops early, says so, and the next goes on",
    async ({ cache, clock, root }) => {
      await cache.setMany(
        Array.from({ length: 1000 }, (_, at) => [at, at] as const),
        { ttl: 10 },
      );
      clock.advance(10);
      let removed = 0;
      for (let sweeps = 0; sweeps < 1000; sweeps++) {
        const result = await root.sweep({ budget: 0 });
        ok(result.removed > 0 || !result.more, "a sweep to remove something as long as there is more");
        removed += result.removed;
        if (!result.more) break;
        ok(sweeps > 0 || result.removed < 1000, "a sweep without time to leave something over");
      }
      equal(removed, 1000, "what all sweeps removed");
    },
  ),

  cacheScenario("expiry/sweep-while-used", "reads and writes made during a sweep are right", async ({ cache, clock, root }) => {
    await cache.setMany(Array.from({ length: 600 }, (_, at) => [at, at, at % 2 === 0 ? { ttl: 10 } : {}] as const));
    clock.advance(10);
    const during = [root.sweep(), cache.set(0, "again"), cache.get(1), cache.get(2), cache.size, cache.delete(3)];
    const [, ...answers] = await Promise.all(during);
    equal(answers, [undefined, 1, undefined, 301, true], "what the verbs answer");
    equal([await cache.get(0), await cache.size], ["again", 300], "the entry set anew, and the size");
  }),

  cacheScenario(
    "expiry/sweeper",
    "the sweeper reclaims by itself, time after time",
    async (context) => {
      const { cache, clock, root } = context;
      const before = (await root.stats()).entries;
      for (let round = 0; round < 3; round++) {
        await cache.setMany(
          Array.from({ length: 200 }, (_, at) => [at, at] as const),
          { ttl: 10 },
        );
        await until(async () => {
          clock.advance(60_000);
          return (await rowsOf(context, before)) === 0;
        }, "the expired rows to be reclaimed");
      }
      // A commit may be visible a moment before the cache that made it hears so.
      await until(async () => (await root.stats()).expirations === 600, "as many expirations as there were rows");
    },
    { options: { sweepInterval: "1m" } },
  ),

  cacheScenario(
    "expiry/sweeper-by-default",
    "without being told, the sweeper works every minute",
    async (context) => {
      const before = (await context.root.stats()).entries;
      await context.cache.set("a", 1, { ttl: 10 });
      context.clock.advance(60_000);
      await until(async () => (await rowsOf(context, before)) === 0, "the expired row to be reclaimed");
    },
    { options: { sweepInterval: undefined } },
  ),

  cacheScenario("expiry/no-sweeper", "with sweepInterval: false nothing is scheduled", ({ clock }) => {
    equal(clock.pending, 0, "the number of jobs that wait");
  }),

  cacheScenario(
    "expiry/sweeper-stops",
    "closing the cache leaves no job behind",
    async ({ cache, clock, root }) => {
      await cache.set("a", 1, { ttl: 10 });
      equal(clock.pending, 1, "the number of jobs that wait");
      clock.advance(10_000);
      await root.close();
      equal(clock.pending, 0, "the number of jobs after closing");
      clock.advance(100_000);
    },
    { options: { sweepInterval: "10s" }, requires: ["reopens"] },
  ),
];
