import { table } from "@cache/core";
import { equal, ok, throwsCode } from "../assert.ts";
import { ada, bob, people } from "../people.ts";
import { type CacheScenario, cacheScenario } from "../scenario.ts";
import { collect } from "../turns.ts";

const settings = { options: { tables: { people } } } as const;

/** Typed tables beside each other: lifetimes, events, figures. */
export const tableLifeSuite: readonly CacheScenario[] = [
  cacheScenario(
    "table-life/ttl",
    "a table has a lifetime of its own, which a put may replace",
    async ({ tables, cache, clock }) => {
      await cache.set("a", 1);
      await tables.brief.set("a", 1);
      await tables.brief.setMany(
        [
          ["b", 2],
          ["c", 3, { ttl: 5 }],
        ],
        { ttl: 60 },
      );
      await tables.lasting.set("a", 1);
      const deadlines = [await tables.brief.getEntry("a"), await tables.brief.getEntry("b"), await tables.brief.getEntry("c")];
      equal(
        deadlines.map((entry) => (entry?.expiresAt ?? 0) - clock.now()),
        [20, 60, 5],
        "the lifetimes",
      );
      clock.advance(20);
      equal(await collect(tables.brief.keys()), ["b"], "the keys after the table's lifetime");
      equal([await cache.has("a"), await tables.lasting.has("a")], [true, true], "other tables' rows");
      equal(await tables.brief.touch("b"), true, "touch without a ttl");
      equal((await tables.brief.getEntry("b"))?.expiresAt, clock.now() + 20, "the deadline it gives");
      clock.advance(30);
      equal([await cache.has("a"), await tables.lasting.has("a")], [false, true], "a table without a ttl doesn't take the cache's");
    },
    { options: { ttl: 50, tables: { brief: table<number, string>()({ ttl: 20 }), lasting: table<number, string>()() } } },
  ),

  cacheScenario(
    "table-life/apart",
    "tables see neither each other's rows nor the cache's own, whatever the keys",
    async ({ tables, cache }) => {
      await cache.set("k", "own");
      await tables.first.set("k", "first");
      await tables.second.setMany([
        ["k", "second"],
        ["l", "second"],
      ]);
      equal([await cache.get("k"), await tables.first.get("k"), await tables.second.get("k")], ["own", "first", "second"], "the values");
      equal([await cache.size, await tables.first.size, await tables.second.size], [1, 1, 2], "the sizes");
      await tables.second.clear();
      equal([await collect(cache.keys()), await collect(tables.first.keys()), await collect(tables.second.keys())], [["k"], ["k"], []]);
      await cache.clear();
      equal(await collect(tables.first.entries()), [["k", "first"]], "the first table's rows after the cache's are cleared");
    },
    {
      options: { tables: { first: table<string, string>()(), second: table<string, string>()() } },
      variants: ["fresh", "reopened", "namespaced"],
    },
  ),

  cacheScenario(
    "table-life/events",
    "listeners hear of their table's rows only, by the keys of the table",
    async ({ tables, cache }) => {
      const told: unknown[] = [];
      tables.people.on("set", ({ key, value }) => told.push(["set", key, value.name]));
      tables.people.on("delete", (event) => told.push(["delete", "key" in event ? event.key : "prefix"]));
      const stop = tables.people.on("hit", ({ key }) => told.push(["hit", key]));
      tables.people.on("miss", ({ key }) => told.push(["miss", key]));
      await cache.set(1, { name: "not a row" });
      await tables.people.putMany([ada, bob]);
      await tables.people.get(1);
      await tables.people.getBy("email", "bob@x.org");
      stop();
      await tables.people.get(1);
      await tables.people.get(9);
      await tables.people.delete(2);
      equal(told, [
        ["set", 1, "Ada"],
        ["set", 2, "Bob"],
        ["hit", 1],
        ["hit", 2],
        ["miss", 9],
        ["delete", 2],
      ]);
    },
    settings,
  ),

  cacheScenario(
    "table-life/events-that-read",
    "a listener hears of the row that an index led to, whatever listeners before it read",
    async ({ tables }) => {
      await tables.people.putMany([ada, bob]);
      const reads: unknown[] = [];
      tables.people.on("hit", ({ key }) => {
        if (key === bob.id) reads.push(tables.people.getBy("email", "ada@x.org"));
      });
      const told: number[] = [];
      tables.people.on("hit", ({ key }) => told.push(key));
      equal(await tables.people.getBy("email", "bob@x.org"), bob);
      equal(await Promise.all(reads), [ada], "what the listener reads");
      // Some stores answer the listener at once.
      equal(
        told.toSorted((a, b) => a - b),
        [ada.id, bob.id],
      );
    },
    settings,
  ),

  cacheScenario(
    "table-life/stats",
    "a table counts its own reads and writes; the cache sums up all",
    async ({ tables, root }) => {
      await root.set("a", 1);
      await tables.people.putMany([ada, bob]);
      await tables.people.get(1);
      await tables.people.get(9);
      await tables.people.getBy("email", "nobody@x.org");
      await tables.people.delete(2);
      const { hits, misses, sets, deletes, entries } = await tables.people.stats();
      equal({ hits, misses, sets, deletes, entries }, { hits: 1, misses: 2, sets: 2, deletes: 1, entries: 1 }, "the table's");
      const all = await root.stats();
      equal([all.sets, all.entries, all.hits], [3, 2, 1], "the cache's sets, entries and hits");
      ok(all.bytes > (await tables.people.stats()).bytes, "the cache's bytes to be more than the table's");
    },
    settings,
  ),

  cacheScenario(
    "table-life/closed",
    "the tables of a closed cache are closed; flush writes what they hold",
    async ({ tables, root }) => {
      await tables.people.put(ada);
      await root.flush();
      await root.close();
      await throwsCode("CACHE_CLOSED", () => tables.people.get(1), "get");
      await throwsCode("CACHE_CLOSED", () => tables.people.put(bob), "put");
      await throwsCode("CACHE_CLOSED", () => tables.people.putMany([]), "putMany of none");
      await throwsCode("CACHE_CLOSED", () => tables.people.getBy("email", "x"), "getBy");
      await throwsCode("CACHE_CLOSED", () => tables.people.stats(), "stats");
      await throwsCode("CACHE_CLOSED", () => root.listTables(), "listTables");
      await throwsCode("CACHE_CLOSED", () => root.flush(), "flush");
    },
    { ...settings, requires: ["reopens"] },
  ),
];
