import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { KeyPart } from "../src/key.ts";
import { memoryStore } from "../src/memory-store.ts";
import { openCacheSync } from "../src/open-cache.ts";
import type { Query } from "../src/query/query.ts";
import { table } from "../src/table/declare-table.ts";
import type { TypesOf } from "../src/table/table-definition.ts";
import { type Bound, elements, type Field, type FieldTest, holds, isWithin, linesOf, orders, type Row } from "./query-oracle.ts";

/*
 * Random rows and queries, answered by the engine and by the oracle. The fields have few values, so that bounds meet them and rows have much in
 * common. fast-check prints the seed of a failure.
 */

const definition = table<Row>()({
  key: "id",
  indexes: { a: { on: "a" }, ab: { on: ["a", "b"] }, tag: { on: "tags", multi: true }, tagA: { on: ["tags", "a"], multi: true } },
});

const text = fc.constantFrom("", "x", "xy", "y", "z\0", "\u{1f600}");
const values: Readonly<Record<Field, fc.Arbitrary<KeyPart>>> = {
  id: fc.integer({ min: 0, max: 45 }),
  a: fc.oneof(fc.integer({ min: 0, max: 4 }), text),
  b: text,
  tags: text,
};
const pattern = fc.array(fc.constantFrom("x", "y", "z", "*", "?"), { maxLength: 3 }).map((units) => units.join(""));

const row = fc.record({ a: values.a, b: values.b, tags: fc.array(text, { maxLength: 4 }) }, { requiredKeys: [] }) as fc.Arbitrary<
  Omit<Row, "id">
>;
const someRows = fc
  .uniqueArray(fc.tuple(fc.integer({ min: 0, max: 200 }), row), { selector: ([id]) => id, maxLength: 60 })
  .map((all) => all.map(([id, fields]): Row => ({ id, ...fields })));

function partsOf(fields: readonly Field[]): fc.Arbitrary<readonly KeyPart[]> {
  return fc.tuple(...fields.map((field) => values[field]));
}

/** Bounds that go together. */
function boundsOf(order: string): fc.Arbitrary<readonly Bound[]> {
  const fields = orders[order] ?? [];
  const whole = partsOf(fields);
  const some = fc.integer({ min: 1, max: fields.length }).chain((count) => partsOf(fields.slice(0, count)));
  const bound = (verb: Bound["verb"], parts: fc.Arbitrary<readonly (readonly KeyPart[])[]>): fc.Arbitrary<Bound> =>
    fc.record({ verb: fc.constant(verb), parts, pattern });
  const one = fc.oneof(bound("eq", fc.tuple(whole)), bound("in", fc.array(whole, { maxLength: 4 })));
  const maybe = (given: fc.Arbitrary<Bound>): fc.Arbitrary<readonly Bound[]> => fc.oneof(fc.constant([]), fc.tuple(given));
  const lower = fc.oneof(bound("gt", fc.tuple(some)), bound("gte", fc.tuple(some)));
  const upper = fc.oneof(bound("lt", fc.tuple(some)), bound("lte", fc.tuple(some)));
  const prefix = bound("prefix", fc.tuple(some));
  const several = fc
    .tuple(maybe(prefix), maybe(lower), maybe(upper), maybe(bound("match", fc.constant([[]]))))
    .map((lists) => lists.flat());
  return fc.oneof(
    fc.constant([]),
    one.map((given) => [given]),
    several,
  );
}

const fieldTest: fc.Arbitrary<FieldTest> = fc.constantFrom<Field[]>("id", "a", "b", "tags").chain((field) =>
  fc.record({
    field: fc.constant(field),
    verb: fc.constantFrom<FieldTest["verb"][]>("eq", "in", "gt", "gte", "lt", "lte", "match"),
    parts: fc.array(values[field], { minLength: 1, maxLength: 3 }),
    pattern,
  }),
);

const question = fc.constantFrom(undefined, ...Object.keys(orders)).chain((order) =>
  fc.record({
    order: fc.constant(order),
    bounds: order === undefined ? fc.constant<readonly Bound[]>([]) : boundsOf(order),
    tests: fc.array(fieldTest, { maxLength: 3 }),
    reverse: fc.boolean(),
    size: fc.integer({ min: 1, max: 9 }),
  }),
);

function keyOf([first, ...others]: readonly KeyPart[], order: string): KeyPart {
  return orders[order]?.length === 1 && others.length === 0 && first !== undefined ? first : first === undefined ? [] : [first, ...others];
}

type RowQuery = Query<TypesOf<typeof definition>, number, "sync">;

/** Calls a verb with what types can't know to be right for it. */
function call(query: RowQuery, verb: string, given: unknown): RowQuery {
  const verbs = query as unknown as Readonly<Record<string, (given: unknown) => RowQuery>>;
  return verbs[verb]?.(given) ?? query;
}

test("queries answer as going through all rows does", () => {
  fc.assert(
    fc.property(someRows, question, (rows, { order, bounds, tests, reverse, size }) => {
      using cache = openCacheSync(memoryStore(), { tables: { rows: definition }, sweepInterval: false });
      cache.tables.rows.putMany(rows);
      let query = cache.tables.rows.query();
      if (order !== undefined && order !== "id") query = call(query, "index", order);
      for (const { verb, parts, pattern: wild } of bounds) {
        const keys = parts.map((one) => keyOf(one, order ?? "id"));
        query = call(query, verb, verb === "match" ? wild : verb === "in" ? keys : keys[0]);
      }
      for (const { field, verb, parts, pattern: wild } of tests)
        query = call(query, "where", { [field]: { [verb]: verb === "match" ? wild : verb === "in" ? parts : parts[0] } });
      if (reverse) query = query.reverse();

      const lines = linesOf(rows, order ?? "id").filter((line) => isWithin(line, bounds) && tests.every((one) => holds(one, line.row)));
      const expected = [...new Set((reverse ? lines.toReversed() : lines).map((line) => line.row))];
      const found = query.toArray();
      // Conditions on a list choose which of a row's lines counts, and without an index they choose the order.
      const isNamed = order !== undefined && (order !== "id" || bounds.length > 0);
      const isOrdered = tests.length === 0 || (isNamed && !order.startsWith("tag"));
      const inOrder = (all: readonly Row[]) => (isOrdered ? all : all.toSorted((one, other) => one.id - other.id));
      expect(inOrder(found)).toEqual(inOrder(expected));

      const ids = found.map(({ id }) => id);
      expect([...query.keys()]).toEqual(ids);
      expect(query.count()).toBe(found.length);
      expect(query.explain().given).toBe(found.length);
      expect([...query]).toEqual(found);
      expect(query.limit(size).toArray()).toEqual(found.slice(0, size));
      expect(query.select("a", "id").toArray()).toEqual(found.map(({ a, id }) => ({ a, id })));

      const paged: number[] = [];
      for (let page = query.limit(size).page(); ; page = query.limit(size).after(page.next).page()) {
        paged.push(...page.values.map(({ id }) => id));
        if (page.next === undefined) break;
      }
      expect(paged).toEqual(ids);

      for (const by of ["a", "tags"] as const) {
        const counts = new Map<KeyPart, number>();
        for (const one of expected) for (const part of elements(one, by)) counts.set(part, (counts.get(part) ?? 0) + 1);
        expect(new Map([...query.groupBy(by, { rows: "count" })].map(([key, group]) => [key, group.rows]))).toEqual(counts);
      }

      const changed = query.update((one) => ({ ...one, a: 99, tags: [...(one.tags ?? []), "zz"] }));
      expect(changed).toBe(found.length);
      const isFound = new Set(ids);
      const updated = rows.map((one) => (isFound.has(one.id) ? { ...one, a: 99, tags: [...(one.tags ?? []), "zz"] } : one));
      expect(cache.tables.rows.query().toArray()).toEqual(updated.toSorted((one, other) => one.id - other.id));
      expect(cache.tables.rows.query().where({ a: 99, tags: "zz" }).delete()).toBe(found.length);
      expect(cache.tables.rows.query().count()).toBe(rows.length - found.length);
    }),
    { numRuns: 500 },
  );
});
