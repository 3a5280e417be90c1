import { table } from "@cache/core";
import { equal, ok, throwsType } from "../assert.ts";
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
];
