import { table } from "@cache/core";
import { equal, ok, throwsCode, throwsType } from "../assert.ts";
import { ada, bob, cleo, people } from "../people.ts";
import { type CacheScenario, cacheScenario } from "../scenario.ts";
import { collect } from "../turns.ts";

const settings = { options: { tables: { people } } } as const;

interface Point {
  readonly x: number;
  readonly y: number;
}

const points = table<Point>()({ key: ["x", "y"], indexes: { y: { on: "y" } } });
const grid: readonly Point[] = [0, 1, 2].flatMap((x) => [0, 1, 2].map((y) => ({ x, y })));

/** The verbs of the cache, on typed tables. */
export const tableVerbSuite: readonly CacheScenario[] = [
  cacheScenario(
    "table-verb/get",
    "getMany, getEntry, has and hasMany read rows",
    async ({ tables, clock }) => {
      await tables.people.putMany([ada, bob], { ttl: 10 });
      equal(await tables.people.getMany([2, 9, 1, 2]), [bob, undefined, ada, bob], "getMany");
      const entry = await tables.people.getEntry(2);
      equal([entry?.key, entry?.value, entry?.expiresAt], [2, bob, clock.now() + 10], "getEntry");
      ok((entry?.version ?? 0) > 0, "an entry to have a version");
      equal(await tables.people.getEntry(9), undefined, "getEntry of nothing");
      equal([await tables.people.has(1), await tables.people.has(9)], [true, false], "has");
      equal(await tables.people.hasMany([9, 1]), [false, true], "hasMany");
    },
    settings,
  ),

  cacheScenario(
    "table-verb/delete",
    "delete and deleteMany tell what was there, clear removes all",
    async ({ tables }) => {
      await tables.people.putMany([ada, bob, cleo]);
      equal([await tables.people.delete(1), await tables.people.delete(1)], [true, false], "delete");
      equal(await tables.people.deleteMany([2, 1, 2]), [true, false, false], "deleteMany");
      equal(await collect(tables.people.keys()), [3], "the keys left");
      await tables.people.clear();
      equal(await tables.people.size, 0, "the size after clear");
      equal(await tables.people.getBy("email", "ada@x.org"), undefined, "what the unique index leads to");
    },
    settings,
  ),

  cacheScenario(
    "table-verb/delete-prefix",
    "deletePrefix removes the rows whose composite keys begin with some parts",
    async ({ tables }) => {
      await tables.points.putMany(grid);
      equal(await tables.points.deletePrefix([1, 0]), 1, "the rows under a whole key");
      equal(await tables.points.deletePrefix(0), 3, "the rows under a first part");
      equal(await tables.points.deletePrefix(7), 0, "the rows under nothing");
      equal(
        await collect(tables.points.keys()),
        [
          [1, 1],
          [1, 2],
          [2, 0],
          [2, 1],
          [2, 2],
        ],
        "the keys left",
      );
    },
    { options: { tables: { points } } },
  ),

  cacheScenario(
    "table-verb/ranges",
    "keys, values, entries and count take ranges, reverse and limit",
    async ({ tables }) => {
      await tables.points.putMany(grid);
      equal(
        await collect(tables.points.keys({ gt: [0, 1], lt: [1, 1] })),
        [
          [0, 2],
          [1, 0],
        ],
        "keys between two",
      );
      equal(await collect(tables.points.values({ prefix: 2, reverse: true, limit: 2 })), [
        { x: 2, y: 2 },
        { x: 2, y: 1 },
      ]);
      equal(await collect(tables.points.entries({ lte: [0, 0] })), [[[0, 0], { x: 0, y: 0 }]], "entries");
      equal(
        [await tables.points.count(), await tables.points.count({ gte: 1 }), await tables.points.count({ prefix: 1 })],
        [9, 6, 3],
        "count",
      );
      await throwsType(() => collect(tables.points.keys({ gt: 1, gte: 1 })), "two lower bounds");
      await throwsType(() => collect(tables.points.keys({ from: 1 } as object)), "an unknown option");
    },
    { options: { tables: { points } } },
  ),

  cacheScenario(
    "table-verb/touch",
    "touch and expire move deadlines, and leave value and index entries as they are",
    async ({ tables, clock }) => {
      await tables.people.putMany([ada, bob], { ttl: 10 });
      equal([await tables.people.touch(1, 100), await tables.people.touch(9, 100)], [true, false], "touch");
      equal([await tables.people.expire(2), await tables.people.expire(2)], [true, false], "expire");
      equal(await tables.people.getBy("email", "bob@x.org"), undefined, "an expired row by the unique index");
      clock.advance(50);
      equal(await collect(tables.people.values()), [ada], "the rows that live");
      equal(await tables.people.getBy("email", "ada@x.org"), ada, "a touched row by the unique index");
      equal(await tables.people.size, 1, "the size");
      clock.advance(50);
      equal([await tables.people.get(1), await tables.people.getBy("email", "ada@x.org")], [undefined, undefined], "after the deadline");
    },
    settings,
  ),

  cacheScenario(
    "table-verb/ttl",
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
    "table-verb/apart",
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
    "table-verb/events",
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
    "table-verb/stats",
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
    "table-verb/closed",
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
