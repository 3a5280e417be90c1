import { expect, test } from "vitest";
import { memoryStore } from "../src/memory-store.ts";
import { openCache } from "../src/open-cache.ts";
import type { RangeQuery, Store } from "../src/store.ts";
import { table } from "../src/table/declare-table.ts";
import { FIRST_TABLE } from "../src/table-id.ts";

interface Row {
  readonly id: number;
  readonly kind: string;
  readonly size: number;
  readonly tags: readonly string[];
}

const definition = table<Row>()({
  key: "id",
  indexes: { kind: { on: "kind" }, kindSize: { on: ["kind", "size"] }, size: { on: "size" }, tag: { on: "tags", multi: true } },
});

const all = Array.from({ length: 3000 }, (_, id): Row => ({ id, kind: `k${id % 30}`, size: id % 100, tags: [`t${id % 7}`, `t${id % 5}`] }));

/** What is asked of a store about the first declared table, other than by the cache's upkeep. */
function watched(): { readonly store: Store; readonly ranges: RangeQuery[]; readonly fetched: number[] } {
  const store = memoryStore();
  const ranges: RangeQuery[] = [];
  const fetched: number[] = [];
  const range = store.range.bind(store);
  const getMany = store.getMany.bind(store);
  store.range = (id, query) => {
    if (id === FIRST_TABLE && query.index !== 0) ranges.push(query);
    return range(id, query);
  };
  store.getMany = (id, keys) => {
    if (id === FIRST_TABLE) fetched.push(keys.length);
    return getMany(id, keys);
  };
  return { store, ranges, fetched };
}

async function opened() {
  const { store, ranges, fetched } = watched();
  const cache = await openCache(store, { tables: { rows: definition }, sweepInterval: false });
  await cache.tables.rows.putMany(all);
  ranges.length = 0;
  return { rows: cache.tables.rows, ranges, fetched };
}

test("an iteration that is left early has read little, and pages grow while it goes on", async () => {
  const { rows, ranges } = await opened();
  for await (const { id } of rows.query()) if (id === 5) break;
  expect(ranges.map(({ limit }) => limit)).toEqual([32]);
  ranges.length = 0;
  let count = 0;
  for await (const { id } of rows.query()) count += id >= 0 ? 1 : 0;
  expect(count).toBe(3000);
  expect(ranges.map(({ limit }) => limit)).toEqual([32, 64, 128, 256, 512, 1024, 1024]);
});

test("nothing is read before a query is asked", async () => {
  const { rows, ranges } = await opened();
  const query = rows.query().index("kind").eq("k1").where({ size: 1 }).reverse().limit(3);
  query[Symbol.asyncIterator]();
  query.keys();
  query.groupBy("kind", {});
  await Promise.resolve();
  expect(ranges).toEqual([]);
});

test("a limit is the most that is asked for where every row is given", async () => {
  const { rows, ranges } = await opened();
  await rows.query().index("kindSize").prefix("k3").limit(7).toArray();
  await rows.query().first();
  expect(ranges.map(({ limit }) => limit)).toEqual([7, 1]);
});

test("what an index holds is read without values", async () => {
  const { rows, ranges, fetched } = await opened();
  await rows.query().index("kindSize").prefix("k3").count();
  await rows.query().index("kindSize").select("kind", "size", "id").toArray();
  await rows
    .query()
    .where({ size: { lt: 5 } })
    .keys()
    .next();
  const groups = [
    rows.query().groupBy("kind", { rows: "count" }),
    rows.query().groupBy("tags", { rows: "count" }),
    rows
      .query()
      .index("kindSize")
      .groupBy("kind", { sum: { sum: "size" }, top: { max: "id" } }),
  ];
  for (const each of groups) while (!(await each.next()).done);
  expect(ranges.length).toBeGreaterThan(5);
  expect(ranges.every(({ keysOnly }) => keysOnly)).toBe(true);
  expect(fetched).toEqual([]);
});

test("a pattern fetches the rows that match alone", async () => {
  const { rows, ranges, fetched } = await opened();
  expect(await rows.query().index("kind").match("*9").toArray()).toHaveLength(300);
  expect(ranges.every(({ keysOnly }) => keysOnly)).toBe(true);
  expect(fetched.reduce((sum, count) => sum + count, 0)).toBe(300);
});

test("groups in the order of an index are given as soon as they are complete", async () => {
  const { rows, ranges } = await opened();
  const groups = rows.query().index("kindSize").groupBy("kind", { rows: "count" });
  expect(await groups.next()).toEqual({ done: false, value: ["k0", { rows: 100 }] });
  expect(ranges.reduce((sum, { limit }) => sum + limit, 0)).toBeLessThan(300);
});

test("several ranges are read together", async () => {
  const { rows, ranges } = await opened();
  const ids = Array.from({ length: 40 }, (_, at) => at * 70);
  expect(await rows.query().in(ids).toArray()).toEqual(ids.map((id) => all[id]));
  expect(ranges).toHaveLength(40);
});

test("the choice of an index depends on the rows, and not on the order of conditions", async () => {
  const { rows, ranges } = await opened();
  const chosen = async (conditions: object) => (await rows.query().where(conditions).explain()).index;
  expect(await chosen({ kind: "k1", size: { gte: 0 } })).toBe("kindSize");
  expect(await chosen({ size: { gte: 0 }, kind: "k1" })).toBe("kindSize");
  expect(await chosen({ kind: "none", tags: "t1" })).toBe("kind");
  expect(await chosen({ tags: "none", kind: "k1" })).toBe("tag");
  // Both leave 30 rows and more to read: the first declared of two alike.
  expect(await chosen({ tags: "t1", kind: "k1" })).toBe("kind");
  ranges.length = 0;
  expect(await chosen({ id: 4, kind: "k4" })).toBe(undefined);
  expect(ranges).toHaveLength(1);
});
