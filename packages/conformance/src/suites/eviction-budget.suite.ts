import { table } from "@cache/core";
import { equal } from "../assert.ts";
import { bounded } from "../bounded-words.ts";
import { type CacheScenario, cacheScenario } from "../scenario.ts";
import { collect, together } from "../turns.ts";

/** Budgets: of tables that are opened with others than before, of several caches, and of a whole cache. */
export const evictionBudgetSuite: readonly CacheScenario[] = [
  cacheScenario(
    "eviction/lowered",
    "a budget that is lower when the cache is opened again holds from then on",
    async (context) => {
      const { words } = context.tables;
      const keys = Array.from({ length: 1000 }, (_, at) => `key ${String(at).padStart(4, "0")}`);
      await words.setMany(keys.map((key) => [key, key]));
      await words.get("key 0500");
      const { tables } = await context.reopen(bounded({ maxEntries: 5 }).options);
      equal(await tables.words.size, 5, "the size");
      equal(await collect(tables.words.keys()), ["key 0500", ...keys.slice(-4)], "what was read or written last");
    },
    { ...bounded({ maxEntries: 1000 }), requires: ["reopens"] },
  ),

  cacheScenario(
    "eviction/first-budget",
    "rows that were written without a budget go first, in the order of their keys, once there is one",
    async (context) => {
      const { words } = context.tables;
      for (const key of ["c", "a", "d", "b"]) await words.set(key, key);
      const first = await context.reopen(bounded({ maxEntries: 3 }).options);
      equal(await collect(first.tables.words.keys()), ["b", "c", "d"], "when it is opened");
      await first.tables.words.get("b");
      await first.tables.words.set("e", "e");
      equal(await collect(first.tables.words.keys()), ["b", "d", "e"], "after a write");
      const without = await context.reopen(bounded({}).options);
      for (const key of ["f", "g"]) await without.tables.words.set(key, key);
      equal(await without.tables.words.size, 5, "the size without a budget");
      const again = await context.reopen(bounded({ maxEntries: 4 }).options);
      equal(await again.tables.words.size, 4, "the size with a budget again");
      await again.tables.words.set("h", "h");
      equal(await again.tables.words.size, 4, "the size after a write");
    },
    { ...bounded({}), requires: ["reopens"] },
  ),

  cacheScenario(
    "eviction/first-budget-stale",
    "expired rows that are kept for a while stay when there is a first budget, as long as there is room for them",
    async (context) => {
      const { clock, tables } = context;
      const keys = Array.from({ length: 600 }, (_, at) => `key ${at}`);
      await tables.words.setMany(
        keys.map((key) => [key, key]),
        { ttl: 10 },
      );
      clock.advance(10);
      await tables.words.set("live", "live");
      const roomy = await context.reopen(bounded({ maxEntries: 1000, staleFor: 60_000 }).options);
      equal(await roomy.tables.words.get("key 7", { stale: true }), "key 7", "a stale one");
      equal((await roomy.tables.words.stats()).entries, 601, "the rows with room for them");
      await roomy.tables.words.delete("live");
      const { words } = (await context.reopen(bounded({ maxEntries: 5, staleFor: 60_000 }).options)).tables;
      equal((await words.stats()).entries, 5, "the rows without");
      clock.advance(60_000);
    },
    { ...bounded({ staleFor: 60_000 }), requires: ["reopens"] },
  ),

  cacheScenario(
    "eviction/lowered-stale",
    "when a budget is lowered, all that is expired goes before anything live",
    async (context) => {
      const { clock, tables } = context;
      const live = Array.from({ length: 20 }, (_, at) => `live ${String(at).padStart(2, "0")}`);
      await tables.words.setMany(live.map((key) => [key, key]));
      await tables.words.setMany(
        Array.from({ length: 900 }, (_, at) => [`expired ${at}`, "x"] as const),
        { ttl: 10 },
      );
      clock.advance(10);
      const { words } = (await context.reopen(bounded({ maxEntries: 30, staleFor: 60_000 }).options)).tables;
      equal(await collect(words.keys()), live, "the live ones");
      equal((await words.stats()).entries, 30, "the rows");
      const fewer = (await context.reopen(bounded({ maxEntries: 15, staleFor: 60_000 }).options)).tables;
      equal(await collect(fewer.words.keys()), live.slice(5), "the live ones, once there is no room for all");
      clock.advance(60_000);
    },
    { ...bounded({ maxEntries: 1000, staleFor: 60_000 }), requires: ["reopens"] },
  ),

  cacheScenario(
    "eviction/other-policy",
    "rows are placed anew when a table is opened with another policy",
    async (context) => {
      const { words } = context.tables;
      for (const key of ["c", "a", "b"]) await words.set(key, key);
      await words.set("d", "isn't kept");
      const { tables } = await context.reopen(bounded({ maxEntries: 3, eviction: "lru" }).options);
      await tables.words.get("a");
      await tables.words.set("e", "e");
      await tables.words.set("f", "f");
      equal(await collect(tables.words.keys()), ["a", "e", "f"]);
      const { tables: others } = await context.reopen(bounded({ maxEntries: 3, eviction: "s3fifo" }).options);
      await others.words.setMany(["g", "h", "i"].map((key) => [key, key]));
      equal(await others.words.size, 3, "the size");
    },
    { ...bounded({ maxEntries: 3, eviction: "none" }), requires: ["reopens"] },
  ),

  cacheScenario(
    "eviction/several-caches",
    "a budget holds whoever writes, and each write sees it kept",
    async (context) => {
      const others = [await context.another(), await context.another()];
      const caches = [context.tables, ...others.map(({ tables }) => tables)];
      for (let round = 0; round < 20; round++) {
        await together(caches.map(({ words }, at) => words.setMany(Array.from({ length: 7 }, (_, one) => [`${round}/${at}/${one}`, "x"]))));
        for (const { words } of caches)
          equal((await words.stats()).entries, Math.min(25, (round + 1) * 21), `entries after round ${round}`);
      }
    },
    { ...bounded({ maxEntries: 25 }), requires: ["shares"] },
  ),

  cacheScenario(
    "eviction/whole-cache",
    "a budget of the whole cache is shared by all tables, of which the least recently used entries go",
    async ({ root, tables: { words, numbers } }) => {
      await words.set("a", "a");
      await numbers.set(1, 1);
      await words.set("b", "b");
      await numbers.set(2, 2);
      await words.get("a");
      await root.set("default", 1);
      equal([await collect(words.keys()), await collect(numbers.keys())], [["a", "b"], [2]], "after one too many");
      await numbers.set(3, 3);
      equal(
        [await collect(words.keys()), await collect(numbers.keys()), await root.has("default")],
        [["a"], [2, 3], true],
        "after another",
      );
    },
    { options: { maxEntries: 4, tables: { words: table<string, string>()(), numbers: table<number, number>()() } } },
  ),

  cacheScenario(
    "eviction/own-in-whole",
    "a table's own budget is kept before that of the whole cache, which then need not take from others",
    async ({ root, tables: { words } }) => {
      await root.setMany([1, 2, 3].map((key) => [key, key]));
      for (const key of ["a", "b", "c", "d"]) await words.set(key, key);
      equal(
        [await collect(root.keys()), await collect(words.keys())],
        [
          [1, 2, 3],
          ["c", "d"],
        ],
      );
    },
    { options: { maxEntries: 5, tables: { words: table<string, string>()({ maxEntries: 2 }) } } },
  ),
];
