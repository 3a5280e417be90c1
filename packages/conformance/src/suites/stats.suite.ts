import { table } from "@cache/core";
import { SYSTEM_TABLE } from "@cache/core/spi";
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
    "the counters of a cache opened again begin anew; entries, bytes and the counts since creation go on",
    async (context) => {
      await context.cache.setMany([
        ["a", 1],
        ["b", 2],
      ]);
      await context.cache.get("a");
      const before = await context.root.stats();
      const { cache, root } = await context.reopen();
      const { hits, sets, entries, bytes, sinceCreation } = await root.stats();
      equal([hits, sets, entries, bytes], [0, 0, before.entries, before.bytes]);
      equal(sinceCreation, before.sinceCreation, "the counts since creation");
      await cache.get("a");
      await cache.get("x");
      const later = (await root.stats()).sinceCreation;
      equal([later.hits - sinceCreation.hits, later.misses - sinceCreation.misses], [1, 1], "what was counted since then");
    },
    { requires: ["reopens"] },
  ),

  cacheScenario("stats/next-expiry", "the next deadline is told, not one that has passed", async ({ cache, clock, root }) => {
    equal((await root.stats()).nextExpiry, undefined, "without deadlines");
    const now = clock.now();
    await cache.set("a", 1);
    await cache.set("b", 1, { ttl: 20 });
    await cache.set("c", 1, { ttl: 10 });
    equal((await root.stats()).nextExpiry, now + 10, "of two");
    clock.advance(10);
    equal((await root.stats()).nextExpiry, now + 20, "once one has expired");
    clock.advance(10);
    equal((await root.stats()).nextExpiry, undefined, "once both have");
  }),

  cacheScenario(
    "stats/ages",
    "the moments of the oldest and newest use are told where there is a budget",
    async ({ clock, root, tables }) => {
      const { bounded } = tables;
      equal([(await bounded.stats()).oldest, (await bounded.stats()).newest], [undefined, undefined], "of an empty table");
      const start = clock.now();
      await bounded.set("a", 1);
      clock.advance(1000);
      await bounded.set("b", 1);
      clock.advance(1000);
      await root.set("c", 1);
      const { oldest, newest } = await bounded.stats();
      equal([oldest, newest], [start, start + 1000], "of two entries");
      await bounded.get("a");
      await root.flush();
      const all = await root.stats();
      equal([all.oldest, all.newest], [start + 1000, start + 2000], "once the older was read");
      equal([all.defaultTable.oldest, all.defaultTable.newest], [undefined, undefined], "of a table without a budget");
    },
    { options: { tables: { bounded: table<number, string>()({ maxEntries: 10 }) } } },
  ),

  cacheScenario(
    "stats/tables",
    "each table has its figures, and the cache has their sums",
    async ({ root, tables }) => {
      await root.set("a", 1);
      await tables.numbers.setMany([
        ["x", 1],
        ["y", 2],
      ]);
      await tables.numbers.get("x");
      await root.get("b");
      const stats = await root.stats();
      equal([stats.sets, stats.hits, stats.misses, stats.hitRate], [3, 1, 1, 0.5], "of all");
      equal([stats.defaultTable.sets, stats.defaultTable.misses], [1, 1], "of the default table");
      equal(stats.tables, { numbers: await tables.numbers.stats() }, "of the other");
      equal([stats.tables.numbers.sets, stats.tables.numbers.hits, stats.tables.numbers.entries], [2, 1, 2], "of the other, one by one");
      equal(stats.bytes, stats.defaultTable.bytes + stats.tables.numbers.bytes, "the bytes");
    },
    { options: { tables: { numbers: table<number, string>()({}) } } },
  ),

  cacheScenario(
    "stats/dropped",
    "of a table that was dropped no counts are left",
    async (context) => {
      await context.tables.numbers.set("x", 1);
      const { root, store } = await context.reopen({});
      const { entries } = await store.usage(SYSTEM_TABLE);
      await root.dropTable("numbers");
      ok((await store.usage(SYSTEM_TABLE)).entries < entries, "fewer rows of the cache's own");
      const { tables } = await context.reopen();
      const { sinceCreation, sets } = await tables.numbers.stats();
      equal([sinceCreation.sets, sets], [0, 0]);
    },
    { options: { tables: { numbers: table<number, string>()({}) } }, requires: ["reopens"] },
  ),

  cacheScenario("stats/disk", "what the data takes of a disk is told, or not known", async ({ cache, root }) => {
    await cache.set("a", "x".repeat(1000));
    await root.flush();
    const { bytesOnDisk } = await root.stats();
    ok(bytesOnDisk === undefined || bytesOnDisk > 0, "more than nothing, or undefined");
  }),
];
