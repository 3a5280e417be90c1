import { policies, table } from "@cache/core";
import { equal, throwsCode } from "../assert.ts";
import { bounded } from "../bounded-words.ts";
import { got, inTransaction } from "../in-transaction.ts";
import { type CacheScenario, cacheScenario } from "../scenario.ts";
import { collect, together } from "../turns.ts";

const addressed = table<{ readonly id: number; readonly email: string }>()({
  key: "id",
  indexes: { email: { on: "email", unique: true } },
  maxEntries: 6,
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
    "eviction/found",
    "rows that were found by a unique index were read, each of them, when reads are written down as well",
    async ({ tables: { users }, root }) => {
      for (const id of [1, 2, 3, 4, 5, 6]) await users.put({ id, email: `${id}@example.org` });
      for (const id of [3, 1, 2]) await users.getBy("email", `${id}@example.org`);
      await root.flush();
      for (const id of [7, 8, 9]) await users.put({ id, email: `${id}@example.org` });
      equal(await collect(users.keys()), [1, 2, 3, 7, 8, 9], "without those that nobody looked for");
      await users.put({ id: 10, email: "10@example.org" });
      equal(await collect(users.keys()), [1, 2, 7, 8, 9, 10], "without the one that was looked for first");
    },
    { options: { tables: { users: addressed } } },
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
    "eviction/scan",
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
      await together(keys.slice(0, 700).map((key) => words.set(key, key)));
      equal(await collect(words.keys()), keys.slice(690, 700), "of many calls");
    },
    bounded({ maxEntries: 10 }),
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

  cacheScenario(
    "eviction/event-order",
    "an eviction is told after the set of what it removes, however much one call pushes out",
    async ({ tables: { words } }) => {
      const told = new Set<string>();
      words.on("set", ({ key }) => void told.add(key));
      words.on("evict", ({ key }) => void told.delete(key));
      await words.setMany(Array.from({ length: 600 }, (_, at) => [`key ${at}`, "x"]));
      equal(told.size, 600, "all that fit");
      await words.setMany([
        ["a", "y".repeat(200)],
        ["b", "x".repeat(29_900)],
      ]);
      equal(await collect(words.keys()), ["b"], "the keys");
      equal([...told], ["b"], "the keys told of");
    },
    bounded({ maxBytes: 30_000 }),
  ),
];
