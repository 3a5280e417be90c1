import { equal, ok } from "../assert.ts";
import type { CacheContext } from "../cache-context.ts";
import { type CacheScenario, cacheScenario } from "../scenario.ts";
import { collect, until } from "../turns.ts";

/** How many rows of the scenario's own the store holds, expired ones included. */
async function rowsOf({ root }: CacheContext, before: number): Promise<number> {
  return (await root.stats()).entries - before;
}

/** Reclaiming the space of what has expired: with writes, when asked, and in the background. */
export const sweepSuite: readonly CacheScenario[] = [
  cacheScenario("sweep/by-writes", "writes reclaim the space of expired entries bit by bit", async (context) => {
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

  cacheScenario("sweep/all", "sweep reclaims all that has expired and nothing else", async (context) => {
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

  cacheScenario("sweep/frees-bytes", "sweeping gives the bytes back", async ({ cache, clock, root }) => {
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

  cacheScenario("sweep/budget", "a sweep with a budget stops early, says so, and the next goes on", async ({ cache, clock, root }) => {
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
  }),

  cacheScenario("sweep/while-used", "reads and writes made during a sweep are right", async ({ cache, clock, root }) => {
    await cache.setMany(Array.from({ length: 600 }, (_, at) => [at, at, at % 2 === 0 ? { ttl: 10 } : {}] as const));
    clock.advance(10);
    const during = [root.sweep(), cache.set(0, "again"), cache.get(1), cache.get(2), cache.size, cache.delete(3)];
    const [, ...answers] = await Promise.all(during);
    equal(answers, [undefined, 1, undefined, 301, true], "what the verbs answer");
    equal([await cache.get(0), await cache.size], ["again", 300], "the entry set anew, and the size");
  }),

  cacheScenario(
    "sweep/in-background",
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
    "sweep/by-default",
    "without being told, the sweeper works every minute",
    async (context) => {
      const before = (await context.root.stats()).entries;
      await context.cache.set("a", 1, { ttl: 10 });
      context.clock.advance(60_000);
      await until(async () => (await rowsOf(context, before)) === 0, "the expired row to be reclaimed");
    },
    { options: { sweepInterval: undefined } },
  ),

  cacheScenario("sweep/never", "with sweepInterval: false nothing is scheduled", ({ clock }) => {
    equal(clock.pending, 0, "the number of jobs that wait");
  }),

  cacheScenario(
    "sweep/idle",
    "a planned sweep that has nothing to do writes nothing",
    async ({ cache, clock, root, store }) => {
      await cache.set("a", 1, { ttl: "1h" });
      // Counters are written when it is flushed.
      await root.flush();
      const { version } = await store.put([], clock.now());
      for (let sweeps = 0; sweeps < 5; sweeps++) {
        clock.advance(10_000);
        await root.flush();
      }
      equal((await store.put([], clock.now())).version, version + 1, "the version of the next commit");
    },
    { options: { sweepInterval: "10s" } },
  ),

  cacheScenario(
    "sweep/shared",
    "caches that sweep the same data reclaim each row once",
    async (context) => {
      const { cache, clock, root } = context;
      const roots = [root, (await context.another()).root, (await context.another()).root];
      const before = (await root.stats()).entries;
      for (let round = 1; round <= 2; round++) {
        await cache.setMany(
          Array.from({ length: 500 }, (_, at) => [at, at] as const),
          { ttl: 10 },
        );
        await until(async () => {
          clock.advance(10_000);
          return (await rowsOf(context, before)) === 0;
        }, "the expired rows to be reclaimed");
        const swept = async (): Promise<number> => {
          const all = await Promise.all(roots.map(async (one) => (await one.stats()).expirations));
          return all.reduce((sum, one) => sum + one, 0);
        };
        await until(async () => (await swept()) === 500 * round, "as many expirations as there were rows");
      }
    },
    { options: { sweepInterval: "10s" }, requires: ["shares"] },
  ),

  cacheScenario(
    "sweep/stops",
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
