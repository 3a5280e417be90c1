import { type BudgetOptions, policies, table, type TableDefinition, type TypesOf } from "@cache/core";
import { equal, throwsCode } from "../assert.ts";
import { got, inTransaction } from "../in-transaction.ts";
import { type CacheScenario, cacheScenario } from "../scenario.ts";
import { collect } from "../turns.ts";

const unbounded = table<string, string>()();
type WordTypes = TypesOf<typeof unbounded>;

interface Options extends BudgetOptions {
  readonly ttl?: number;
}

/** A cache with a bounded table. */
const bounded = (options: Options): { readonly options: { readonly tables: { readonly words: TableDefinition<WordTypes> } } } => ({
  options: { tables: { words: table<string, string>()(options) } },
});

/** Bounded tables: what is kept, and what is forgotten. */
export const evictionSuite: readonly CacheScenario[] = [
  cacheScenario(
    "eviction/lru",
    "what was neither read nor written for the longest time goes when there are too many entries",
    async ({ tables: { words } }) => {
      for (const key of ["a", "b", "c"]) await words.set(key, key);
      await words.get("a");
      await words.getMany(["b", "missing"]);
      await words.set("d", "d");
      equal(await collect(words.keys()), ["a", "b", "d"], "without the one that nobody read");
      await words.set("a", "again");
      await words.set("e", "e");
      equal(await collect(words.keys()), ["a", "d", "e"], "without the one read before the others were written");
      equal(await words.size, 3, "the size");
    },
    bounded({ maxEntries: 3 }),
  ),

  cacheScenario(
    "eviction/fifo",
    "fifo forgets what was written first, whoever reads it",
    async ({ tables: { words } }) => {
      for (const key of ["a", "b", "c"]) await words.set(key, key);
      await words.get("a");
      await words.set("d", "d");
      equal(await collect(words.keys()), ["b", "c", "d"]);
    },
    bounded({ maxEntries: 3, eviction: "fifo" }),
  ),

  cacheScenario(
    "eviction/none",
    "none keeps what there is, and not what is new and doesn't fit",
    async ({ tables: { words } }) => {
      for (const key of ["a", "b", "c", "d", "e"]) await words.set(key, key);
      equal(await collect(words.keys()), ["a", "b", "c"]);
      await words.delete("b");
      await words.set("f", "f");
      equal(await collect(words.keys()), ["a", "c", "f"], "with room again");
    },
    bounded({ maxEntries: 3, eviction: "none" }),
  ),

  cacheScenario(
    "eviction/s3fifo",
    "s3fifo keeps what is read again and again through a scan",
    async ({ tables: { words } }) => {
      const hot = Array.from({ length: 10 }, (_, at) => `hot ${at}`);
      for (const key of hot) await words.set(key, key);
      for (let round = 0; round < 3; round++) await words.getMany(hot);
      for (let at = 0; at < 200; at++) {
        await words.set(`scan ${at}`, "once");
        if (at % 50 === 0) await words.getMany(hot);
      }
      equal((await words.hasMany(hot)).filter(Boolean).length, 10, "the hot ones that are left");
      equal(await words.size, 40, "the size");
    },
    bounded({ maxEntries: 40, eviction: "s3fifo" }),
  ),

  cacheScenario(
    "eviction/custom",
    "a policy of one's own decides",
    async ({ tables: { words } }) => {
      for (const key of ["a", "b", "c", "d"]) await words.set(key, key);
      equal(await words.size, 2, "the size");
    },
    bounded({ maxEntries: 2, eviction: { ...policies.fifo, name: "mine" } }),
  ),

  cacheScenario(
    "eviction/bytes",
    "the bytes of a table never exceed maxBytes",
    async ({ tables: { words } }) => {
      for (let at = 0; at < 50; at++) {
        await words.set(`key ${at}`, "x".repeat(at * 7));
        const { bytes } = await words.stats();
        equal(bytes <= 2000, true, `${bytes} bytes after ${at + 1} entries`);
      }
      equal(await words.has("key 49"), true, "the newest is there");
      equal((await words.stats()).evictions > 30, true, "evictions are counted");
    },
    bounded({ maxBytes: 2000 }),
  ),

  cacheScenario(
    "eviction/too-large",
    "an entry that is larger than the whole budget is refused, and what was there stays",
    async ({ tables: { words } }) => {
      await words.set("a", "small");
      await throwsCode("CACHE_TOO_LARGE", () => words.set("a", "x".repeat(1000)));
      equal(await words.get("a"), "small", "the old value");
      await throwsCode("CACHE_TOO_LARGE", () =>
        words.setMany([
          ["b", "fits"],
          ["c", "x".repeat(1000)],
        ]),
      );
      equal(await collect(words.keys()), ["a"], "all or none");
    },
    bounded({ maxBytes: 1000 }),
  ),

  cacheScenario(
    "eviction/too-large-skipped",
    "or, by option, just not kept; what was there is out of date, and goes",
    async ({ tables: { words } }) => {
      await words.setMany([
        ["a", "small"],
        ["b", "small"],
      ]);
      await words.set("a", "x".repeat(1000));
      await words.set("c", "x".repeat(1000));
      equal(await collect(words.keys()), ["b"]);
    },
    bounded({ maxBytes: 1000, tooLarge: "skip" }),
  ),

  cacheScenario(
    "eviction/many-at-once",
    "a call that writes more than the budget keeps the last of it",
    async ({ tables: { words } }) => {
      const keys = Array.from({ length: 2000 }, (_, at) => `key ${String(at).padStart(4, "0")}`);
      await words.setMany(keys.map((key) => [key, key]));
      equal(await collect(words.keys()), keys.slice(-10));
      await Promise.all(keys.slice(0, 700).map((key) => words.set(key, key)));
      equal(await collect(words.keys()), keys.slice(690, 700), "of many calls");
    },
    bounded({ maxEntries: 10 }),
  ),

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
    "eviction/expired-first",
    "expired entries go before live ones",
    async ({ tables: { words }, clock }) => {
      await words.set("old", "old");
      await words.setMany(
        ["a", "b", "c"].map((key) => [key, key]),
        { ttl: 10 },
      );
      clock.advance(10);
      await words.setMany(["d", "e", "f"].map((key) => [key, key]));
      equal(await collect(words.keys()), ["d", "e", "f", "old"]);
      equal((await words.stats()).evictions, 0, "evictions");
    },
    bounded({ maxEntries: 4 }),
  ),

  cacheScenario(
    "eviction/several-caches",
    "a budget holds whoever writes, and each write sees it kept",
    async (context) => {
      const others = [await context.another(), await context.another()];
      const caches = [context.tables, ...others.map(({ tables }) => tables)];
      for (let round = 0; round < 20; round++) {
        await Promise.all(
          caches.map(({ words }, at) => words.setMany(Array.from({ length: 7 }, (_, one) => [`${round}/${at}/${one}`, "x"]))),
        );
        for (const { words } of caches)
          equal((await words.stats()).entries, Math.min(25, (round + 1) * 21), `entries after round ${round}`);
      }
    },
    { ...bounded({ maxEntries: 25 }), requires: ["shares"] },
  ),

  cacheScenario(
    "eviction/transaction",
    "a transaction keeps the budget, too",
    async (context) => {
      const { words } = context.tables;
      await words.setMany(["a", "b", "c"].map((key) => [key, key]));
      await inTransaction(context, function* ({ tables }) {
        equal(yield* got(tables.words.get("a")), "a", "a read");
        for (const key of ["d", "e"]) yield* got(tables.words.set(key, key));
      });
      equal(await collect(words.keys()), ["a", "d", "e"]);
    },
    bounded({ maxEntries: 3 }),
  ),

  cacheScenario(
    "eviction/indexes",
    "evicted rows leave no index entry behind",
    async ({ tables: { users } }) => {
      for (let id = 0; id < 30; id++) await users.put({ id, email: `${id}@example.org`, city: `city ${id % 3}` });
      equal(await users.query().index("city").count(), 5, "by city");
      equal((await users.getBy("email", "29@example.org"))?.id, 29, "by address");
      equal(await users.getBy("email", "3@example.org"), undefined, "by the address of one that has gone");
      await users.put({ id: 100, email: "3@example.org", city: "elsewhere" });
    },
    {
      options: {
        tables: {
          users: table<{ readonly id: number; readonly email: string; readonly city: string }>()({
            key: "id",
            indexes: { email: { on: "email", unique: true }, city: { on: "city" } },
            maxEntries: 5,
          }),
        },
      },
    },
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
    "eviction/events",
    "each eviction is told once",
    async ({ tables: { words } }) => {
      const told: string[] = [];
      words.on("set", ({ key }) => told.push(`set ${key}`));
      words.on("evict", ({ key }) => told.push(`evict ${key}`));
      for (const key of ["a", "b", "c", "d"]) await words.set(key, key);
      equal(told, ["set a", "set b", "set c", "evict a", "set d", "evict b"]);
      equal((await words.stats()).evictions, 2, "the count");
    },
    bounded({ maxEntries: 2 }),
  ),
];
