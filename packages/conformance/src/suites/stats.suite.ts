import { equal, ok } from "../assert.ts";
import { type CacheScenario, cacheScenario } from "../scenario.ts";
import { collect } from "../turns.ts";

/** Figures of a cache. */
export const statsSuite: readonly CacheScenario[] = [
  cacheScenario("stats/fresh", "an opened cache begins to count at nothing", async ({ root }) => {
    const { hits, misses, hitRate, sets, deletes, expirations } = await root.stats();
    equal([hits, misses, hitRate, sets, deletes, expirations], [0, 0, 0, 0, 0, 0]);
  }),

  cacheScenario("stats/reads", "get, getMany and getEntry count as hits and misses; has and iterations don't", async ({ cache, root }) => {
    await cache.setMany([
      ["a", undefined],
      ["b", 2],
    ]);
    await cache.get("a");
    await cache.getMany(["b", "x", "y", "b"]);
    await cache.getEntry("a");
    await cache.getEntry("z");
    await cache.has("a");
    await cache.hasMany(["x"]);
    await collect(cache.values());
    const { hits, misses, hitRate } = await root.stats();
    equal([hits, misses, hitRate], [4, 3, 4 / 7]);
  }),

  cacheScenario("stats/expired-reads", "reads of expired entries are misses", async ({ cache, clock, root }) => {
    await cache.set("a", 1, { ttl: 10 });
    clock.advance(10);
    await cache.get("a");
    const { hits, misses } = await root.stats();
    equal([hits, misses], [0, 1]);
  }),

  cacheScenario("stats/writes", "values stored and live entries removed are counted one by one", async ({ cache, clock, root }) => {
    await cache.set("a", 1);
    await cache.set("a", 2);
    await cache.setMany([
      ["b", 1],
      [["p", 1], 1],
      [["p", 2], 1],
      ["e", 1, { ttl: 10 }],
    ]);
    clock.advance(10);
    await cache.delete("a");
    await cache.delete("a");
    await cache.deleteMany(["b", "x"]);
    await cache.deletePrefix("p");
    await cache.set("c", 1);
    await cache.clear();
    const { sets, deletes } = await root.stats();
    equal([sets, deletes], [7, 5]);
  }),

  cacheScenario("stats/expirations", "reclaimed entries are counted, by whichever way they go", async ({ cache, clock, root }) => {
    await cache.setMany(
      Array.from({ length: 30 }, (_, at) => [at, at] as const),
      { ttl: 10 },
    );
    clock.advance(5000);
    await cache.set("a", 1);
    await root.sweep();
    equal((await root.stats()).expirations, 30);
  }),

  cacheScenario(
    "stats/fullness",
    "entries and bytes are those of the store, expired ones included",
    async ({ cache, clock, root, store }) => {
      const before = await root.stats();
      await cache.setMany([
        ["a", 1],
        ["b", "x".repeat(500), { ttl: 10 }],
      ]);
      const filled = await root.stats();
      clock.advance(10);
      equal(filled.entries - before.entries, 2, "the entries added");
      ok(filled.bytes - before.bytes > 500, "more than 500 bytes added");
      const later = await root.stats();
      equal([later.entries, later.bytes], [filled.entries, filled.bytes], "entries and bytes once one has expired");
      const usage = await store.usage(1);
      equal([later.entries, later.bytes], [usage.entries, usage.bytes], "entries and bytes, next to the store's own");
    },
  ),

  cacheScenario("stats/size", "size counts the live entries, exactly, through every kind of change", async ({ cache, clock }) => {
    const sizes: number[] = [];
    const note = async (): Promise<void> => void sizes.push(await cache.size);
    await note();
    await cache.setMany([
      ["a", 1],
      ["b", 2],
      ["c", 3, { ttl: 10 }],
    ]);
    await note();
    await cache.set("a", 2);
    await note();
    clock.advance(10);
    await note();
    await cache.set("c", 4);
    await note();
    await cache.expire("b");
    await note();
    await cache.delete("a");
    await note();
    await cache.clear();
    await note();
    equal(sizes, [0, 3, 3, 2, 3, 2, 1, 0]);
  }),

  cacheScenario(
    "stats/reopened",
    "the counters of a cache opened again begin anew; entries and bytes go on",
    async (context) => {
      await context.cache.setMany([
        ["a", 1],
        ["b", 2],
      ]);
      await context.cache.get("a");
      const before = await context.root.stats();
      const { root } = await context.reopen();
      const { hits, sets, entries, bytes } = await root.stats();
      equal([hits, sets, entries, bytes], [0, 0, before.entries, before.bytes]);
    },
    { requires: ["reopens"] },
  ),
];
