import type { Aggregate, Condition, Conditions, KeyPart } from "@cache/core";
import * as fc from "fast-check";
import {
  type Ask,
  type Asked,
  type AskedGroup,
  type AskedStage,
  type Field,
  isOrdered,
  type OrderName,
  orderFields,
  type QueryBound,
  rowChanges,
  rowTests,
} from "./query-ask.ts";
import type { ModelRow } from "./table-model.ts";

// Few parts, so that bounds meet rows, and some between them.
const parts: Readonly<Record<Field, fc.Arbitrary<KeyPart>>> = {
  id: fc.integer({ min: -1, max: 8 }),
  email: fc.constantFrom("a", "a\0", "b", "c", "", "aa"),
  city: fc.constantFrom("x", "y", "xx"),
  age: fc.integer({ min: -2, max: 4 }),
  tags: fc.constantFrom("p", "q", "r", "s"),
};

const pattern = fc.array(fc.constantFrom("a", "x", "q", "*", "?", "\\*", "\0", "\\a"), { maxLength: 3 }).map((units) => units.join(""));

const verb = <const V extends string>(...verbs: V[]): fc.Arbitrary<V> => fc.constantFrom(...verbs);

const fields = verb("id", "email", "city", "age", "tags");

/** Now and then something: all at once would leave no rows. */
function seldom<T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> {
  return fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, { weight: 2, arbitrary });
}

/** Bounds that go together. */
function boundsOf(order: OrderName): fc.Arbitrary<readonly QueryBound[]> {
  const names = orderFields[order];
  const partsOf = (count: number): fc.Arbitrary<readonly KeyPart[]> => fc.tuple(...names.slice(0, count).map((name) => parts[name]));
  const whole = partsOf(names.length);
  const some = fc.integer({ min: 1, max: names.length }).chain(partsOf);
  const alone: fc.Arbitrary<QueryBound> = fc.oneof(
    fc.record({ verb: verb("eq"), parts: whole }),
    fc.record({ verb: verb("in"), any: fc.array(whole, { maxLength: 4 }) }),
  );
  const several: fc.Arbitrary<readonly QueryBound[]> = fc
    .tuple(
      seldom(fc.record({ verb: verb("prefix"), parts: some })),
      seldom(fc.record({ verb: verb("gt", "gte"), parts: some })),
      seldom(fc.record({ verb: verb("lt", "lte"), parts: some })),
      seldom(fc.record({ verb: verb("match"), pattern })),
    )
    .map((bounds) => bounds.filter((bound) => bound !== undefined));
  return fc.oneof({ weight: 2, arbitrary: fc.constant([]) }, { weight: 2, arbitrary: fc.tuple(alone) }, { weight: 3, arbitrary: several });
}

/** A condition on a field; several demands in one hold together. */
function testOf(field: Field): fc.Arbitrary<KeyPart | Condition<KeyPart>> {
  const part = parts[field];
  const demands = fc
    .record({
      among: seldom(fc.array(part, { maxLength: 4 })),
      lower: seldom(fc.tuple(verb("gt", "gte"), part)),
      upper: seldom(fc.tuple(verb("lt", "lte"), part)),
      match: seldom(pattern),
    })
    .map(({ among, lower, upper, match }) => ({
      ...(among && { in: among }),
      ...(lower && { [lower[0]]: lower[1] }),
      ...(upper && { [upper[0]]: upper[1] }),
      ...(match !== undefined && { match }),
    }))
    .filter((condition) => Object.keys(condition).length > 0);
  return fc.oneof({ weight: 3, arbitrary: part }, { weight: 4, arbitrary: demands });
}

const conditions: fc.Arbitrary<Conditions<ModelRow>> = fc
  .oneof({ weight: 3, arbitrary: fc.tuple(fields) }, { weight: 1, arbitrary: fc.uniqueArray(fields, { minLength: 1, maxLength: 3 }) })
  .chain((names) => fc.tuple(...names.map((name) => testOf(name).map((test) => [name, test] as const))))
  // Each field with a condition on parts of its type.
  .map((tests) => Object.fromEntries(tests) as Conditions<ModelRow>);

const stage: fc.Arbitrary<AskedStage> = fc.oneof(
  // The names of an object's own fields.
  { weight: 2, arbitrary: fc.record({ filter: fc.constantFrom(...(Object.keys(rowTests) as (keyof typeof rowTests)[])) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      select: fc
        .uniqueArray(fields, { minLength: 1, maxLength: 3 })
        .map(([first = "id", ...rest]): [Field, ...Field[]] => [first, ...rest]),
    }),
  },
);

const aggregate: fc.Arbitrary<Aggregate<ModelRow>> = fc.oneof(
  fc.constant("count" as const),
  fc.record({ sum: verb("age", "id") }),
  fc.record({ avg: verb("age", "id") }),
  fc.record({ min: verb("age", "id", "email", "city") }),
  fc.record({ max: verb("age", "id", "email", "city") }),
);

const asked: fc.Arbitrary<Asked> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ verb: verb("toArray", "toArray", "values", "first", "count", "keys", "entries", "explain") }) },
  { weight: 2, arbitrary: fc.record({ verb: verb("pages"), size: fc.integer({ min: 1, max: 4 }) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      verb: verb("groupBy"),
      by: fc.constantFrom<AskedGroup[]>("email", "city", "age", "tags", "function of age"),
      aggregates: fc.dictionary(verb("one", "two", "three"), aggregate, { noNullPrototype: true }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ verb: verb("delete") }) },
  // The names of an object's own fields.
  {
    weight: 2,
    arbitrary: fc.record({ verb: verb("update"), change: fc.constantFrom(...(Object.keys(rowChanges) as (keyof typeof rowChanges)[])) }),
  },
);

/** Queries of the random histories' table. */
export const asks: fc.Arbitrary<Ask> = fc
  .constantFrom<(OrderName | undefined)[]>(undefined, undefined, undefined, "id", "email", "cityAge", "cityAge", "tag", "tag")
  .chain((order) =>
    fc.record({
      order: fc.constant(order),
      bounds: order === undefined ? fc.constant<readonly QueryBound[]>([]) : boundsOf(order),
      where: fc.oneof(
        { weight: 3, arbitrary: fc.constant([]) },
        { weight: 3, arbitrary: fc.tuple(conditions) },
        { weight: 1, arbitrary: fc.tuple(conditions, conditions) },
      ),
      stages: fc.oneof(
        { weight: 2, arbitrary: fc.constant([]) },
        { weight: 1, arbitrary: fc.array(stage, { minLength: 1, maxLength: 2 }) },
      ),
      reverse: fc.boolean(),
      limit: seldom(fc.nat({ max: 5 })),
      asked,
    }),
  )
  .map(told);

/** A query with only one right answer, but for the order of its rows. */
function told(ask: Ask): Ask {
  if (isOrdered(ask)) return ask;
  const isOfAll = ["groupBy", "delete", "update"].includes(ask.asked.verb);
  return {
    ...ask,
    // Which rows they are is told by their keys.
    stages: ask.stages.map((one) => ("select" in one ? { select: ["id", ...one.select.filter((field) => field !== "id")] } : one)),
    ...(isOfAll && { limit: undefined }),
  };
}
