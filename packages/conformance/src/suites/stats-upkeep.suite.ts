import { type SweepOptions, table } from "@cache/core";
import { equal, ok, throwsType } from "../assert.ts";
import { type CacheScenario, cacheScenario } from "../scenario.ts";
import { show } from "../show.ts";
import { together, until } from "../turns.ts";

/** Figures of what is done beside reads and writes: sweeps, and writing down what is in memory. */
export const statsUpkeepSuite: readonly CacheScenario[] = [
  cacheScenario(
    "stats/flush",
    "what several caches have counted adds up once they have flushed",
    async (context) => {
      const { cache, root } = context;
      const before = (await root.stats()).sinceCreation;
      const other = await context.another();
      await cache.set("a", 1);
      await other.cache.set("b", 2);
      await other.cache.get("a");
      await together([root.flush(), other.root.flush()]);
      await cache.get("b");
      for (const [one, hits] of [
        [root, 2],
        [other.root, 1],
      ] as const) {
        const { sinceCreation } = await one.stats();
        equal([sinceCreation.sets - before.sets, sinceCreation.hits - before.hits], [2, hits], "the sets and hits of both");
      }
      const { sets, hits, flushes } = await root.stats();
      equal([sets, hits], [1, 1], "those of one cache");
      equal(flushes.count, 1, "its flushes");
      ok(flushes.lastMs >= 0 && flushes.totalMs >= flushes.lastMs, "their times");
    },
    { requires: ["shares"] },
  ),

  cacheScenario("stats/flush-at-once", "flushes that meet count everything once", async ({ cache, root }) => {
    const before = (await root.stats()).sinceCreation;
    await cache.setMany([
      ["a", 1],
      ["b", 2],
    ]);
    const flushes = [root.flush(), root.stats(), root.flush(), root.flush()];
    await cache.get("a");
    await together(flushes);
    const { sinceCreation } = await root.stats();
    equal([sinceCreation.sets - before.sets, sinceCreation.hits - before.hits], [2, 1]);
  }),

  cacheScenario(
    "stats/background",
    "a sweep in the background writes the counts down, too",
    async (context) => {
      const { cache, clock, root } = context;
      const before = (await root.stats()).sinceCreation.sets;
      await cache.set("a", 1);
      const other = await context.another({});
      equal((await other.root.stats()).sinceCreation.sets, before, "what others see at first");
      clock.advance(60_000);
      await until(async () => (await other.root.stats()).sinceCreation.sets === before + 1, "the count in the store");
    },
    { options: { sweepInterval: "60s" }, requires: ["shares"] },
  ),

  cacheScenario(
    "stats/background-flushes",
    "writing down what was read counts as a flush and writes the counts down, too, whatever was to be written",
    async (context) => {
      const { clock, root, tables } = context;
      const before = (await root.stats()).sinceCreation.hits;
      const other = await context.another();
      for (const [flushes, one] of [tables.sliding, tables.bounded].entries()) {
        await one.set("a", 1);
        clock.advance(30_000);
        await one.get("a");
        clock.advance(5000);
        await until(async () => (await root.stats()).flushes.count > flushes, "the flush to be counted");
        equal((await root.stats()).flushes.count, flushes + 1, "the flushes");
        equal((await other.root.stats()).sinceCreation.hits, before + flushes + 1, "the count in the store");
      }
    },
    {
      options: {
        tables: { sliding: table<number, string>()({ sliding: true, ttl: "1m" }), bounded: table<number, string>()({ maxEntries: 10 }) },
      },
      requires: ["shares"],
    },
  ),

  cacheScenario("stats/sweeps", "sweeps are counted and timed", async ({ root }) => {
    await root.sweep();
    await root.sweep();
    const { count, lastMs, totalMs } = (await root.stats()).sweeps;
    equal(count, 2, "the sweeps");
    ok(lastMs >= 0 && totalMs >= lastMs, "their times");
  }),

  cacheScenario(
    "stats/background-sweeps",
    "those in the background are counted, too, unless there was nothing to sweep",
    async ({ cache, clock, root }) => {
      await cache.set("a", 1, { ttl: 90_000 });
      await until(async () => {
        clock.advance(60_000);
        return (await root.stats()).sweeps.count > 0;
      }, "the sweep to be counted");
      const { expirations, sweeps } = await root.stats();
      equal([expirations, sweeps.count, sweeps.lastMs], [1, 1, sweeps.totalMs], "what it removed, and the time of the only one");
    },
    { options: { sweepInterval: "60s" } },
  ),

  cacheScenario("stats/refused-sweep", "a sweep with wrong options is refused and isn't counted", async ({ root }) => {
    // Wrong options are what this is about.
    for (const options of [{ bugdet: 5 }, { budget: -1 }, { budget: Number.NaN }, { budget: "5ms" }])
      await throwsType(() => root.sweep(options as SweepOptions), `sweeping with ${show(options)}`);
    equal((await root.stats()).sweeps.count, 0);
  }),
];
