import * as fc from "fast-check";
import { tag, tags } from "./entry-commands.ts";
import { asks } from "./query-commands.ts";
import type { TableCall } from "./table-call.ts";
import type { ModelRow } from "./table-model.ts";

// Few different keys and entries, so that they meet again.

/** The key of a row. */
export const id: fc.Arbitrary<number> = fc.nat({ max: 9 });
const email = fc.constantFrom("a", "a\0", "b", "c", "", "aa", "B", "d", "ab");

/** A row, which may lack what it can. */
export const row: fc.Arbitrary<ModelRow> = fc.record(
  {
    id,
    email,
    city: fc.constantFrom("x", "y"),
    age: fc.constantFrom(-1, 0, 1, 2),
    tags: fc.array(fc.constantFrom("p", "q", "r"), { maxLength: 4 }),
  },
  { requiredKeys: ["id"], noNullPrototype: true },
);

/** A row's lifetime in milliseconds, mostly none. */
export const rowTtl: fc.Arbitrary<number | undefined> = fc.constantFrom(undefined, undefined, undefined, 1, 5, 50);

/** Rows that don't stand in each other's way. */
const severalRows = fc.uniqueArray(row, { selector: ({ id: own, email: address = `${own}` }) => address, minLength: 3, maxLength: 9 });

const verb = <const V extends string>(...verbs: V[]): fc.Arbitrary<V> => fc.constantFrom(...verbs);

/** A call that is made and answered as one. */
export const tableCall: fc.Arbitrary<TableCall> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ verb: verb("put"), rows: fc.tuple(row), ttl: rowTtl, tags }) },
  { weight: 4, arbitrary: fc.record({ verb: verb("putMany"), rows: fc.array(row, { maxLength: 5 }), ttl: rowTtl, tags }) },
  { weight: 4, arbitrary: fc.record({ verb: verb("putMany"), rows: severalRows, ttl: rowTtl, tags }) },
  { weight: 4, arbitrary: fc.record({ verb: verb("get", "tagsOf", "has", "delete", "delete", "expire"), id }) },
  { weight: 1, arbitrary: fc.record({ verb: verb("touch"), id, ttl: rowTtl }) },
  { weight: 2, arbitrary: fc.record({ verb: verb("getMany", "deleteMany"), ids: fc.array(id, { maxLength: 4 }) }) },
  { weight: 3, arbitrary: fc.record({ verb: verb("getBy"), email }) },
  { weight: 2, arbitrary: fc.record({ verb: verb("invalidateTag"), tag }) },
  { weight: 1, arbitrary: fc.record({ verb: verb("clear", "size") }) },
);

/** A call that reads page by page, or changes what it has read. */
export const tableReading: fc.Arbitrary<TableCall> = fc.oneof(
  { weight: 9, arbitrary: fc.record({ verb: verb("query"), ask: asks }) },
  { weight: 1, arbitrary: fc.record({ verb: verb("values"), tag: fc.option(tag, { freq: 2, nil: undefined }) }) },
);

/** Calls of the typed table's verbs made in one turn. What reads page by page may meet what is written after it was begun, so it comes last. */
export const tableCalls: fc.Arbitrary<TableCall[]> = fc.oneof(
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.array(tableCall, { minLength: 1, maxLength: 6 }), fc.option(tableReading, { nil: undefined }))
      .map(([calls, last]) => (last ? [...calls, last] : calls)),
  },
  { weight: 1, arbitrary: fc.tuple(tableReading) },
);
