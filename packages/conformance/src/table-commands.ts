import * as fc from "fast-check";
import type { TableCall } from "./table-call.ts";
import type { ModelRow } from "./table-model.ts";

// Few different keys and entries, so that they meet again.
const id = fc.nat({ max: 7 });
const email = fc.constantFrom("a", "a\0", "b", "c", "");

const row: fc.Arbitrary<ModelRow> = fc.record(
  {
    id,
    email,
    city: fc.constantFrom("x", "y"),
    age: fc.constantFrom(-1, 0, 1, 2),
    tags: fc.array(fc.constantFrom("p", "q", "r"), { maxLength: 4 }),
  },
  { requiredKeys: ["id"], noNullPrototype: true },
);

const ttl = fc.constantFrom(undefined, undefined, undefined, 1, 5, 50);

const verb = <const V extends string>(...verbs: V[]): fc.Arbitrary<V> => fc.constantFrom(...verbs);

const call: fc.Arbitrary<TableCall> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ verb: verb("put"), rows: fc.tuple(row), ttl }) },
  { weight: 4, arbitrary: fc.record({ verb: verb("putMany"), rows: fc.array(row, { maxLength: 5 }), ttl }) },
  { weight: 4, arbitrary: fc.record({ verb: verb("get", "has", "delete", "delete", "expire"), id }) },
  { weight: 1, arbitrary: fc.record({ verb: verb("touch"), id, ttl }) },
  { weight: 2, arbitrary: fc.record({ verb: verb("getMany", "deleteMany"), ids: fc.array(id, { maxLength: 4 }) }) },
  { weight: 3, arbitrary: fc.record({ verb: verb("getBy"), email }) },
  { weight: 1, arbitrary: fc.record({ verb: verb("clear", "size") }) },
);

/** Calls of the typed table's verbs made in one turn. An iteration may meet what is written after it was begun, so it comes last. */
export const tableCalls: fc.Arbitrary<TableCall[]> = fc
  .tuple(fc.array(call, { minLength: 1, maxLength: 6 }), fc.option(fc.record({ verb: verb("values") }), { freq: 4, nil: undefined }))
  .map(([calls, last]) => (last ? [...calls, last] : calls));
