import type { Key, KeyPart, KeyRange } from "@cache/core";
import * as fc from "fast-check";
import type { Scope } from "./model.ts";

/** A write of one entry, among those of a `setMany`. */
export interface EntryToSet {
  readonly key: Key;
  readonly value: unknown;
  readonly ttl: number | undefined;
  readonly tags: readonly string[] | undefined;
}

/** A call of one verb, in a namespace. */
export type Call = { readonly scope: Scope } & (
  | { readonly verb: "get" | "getEntry" | "getStale" | "has" | "delete" | "expire"; readonly key: Key }
  | { readonly verb: "getMany" | "hasMany" | "deleteMany"; readonly keys: readonly Key[] }
  | ({ readonly verb: "set" } & EntryToSet)
  | {
      readonly verb: "setMany";
      readonly entries: readonly EntryToSet[];
      readonly ttl: number | undefined;
      readonly tags: readonly string[] | undefined;
    }
  | { readonly verb: "touch"; readonly key: Key; readonly ttl: number | undefined }
  | { readonly verb: "deletePrefix"; readonly prefix: Key }
  | { readonly verb: "count"; readonly range: KeyRange }
  | {
      readonly verb: "keys" | "values" | "entries";
      readonly range: KeyRange;
      readonly tag: string | undefined;
      readonly reverse: boolean;
      readonly limit: number | undefined;
    }
  | { readonly verb: "invalidateTag" | "expireTag"; readonly tag: string }
  | { readonly verb: "invalidateTags"; readonly tags: readonly string[] }
  | { readonly verb: "clear" | "size" }
);

// Few different parts, so that keys meet again, and each next to one that a careless comparison takes for it.
const part: fc.Arbitrary<Exclude<KeyPart, readonly KeyPart[]>> = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom("a", "a\0", "b", "n", 1, 2) },
  { weight: 3, arbitrary: fc.constantFrom(null, true, 0, -1, 1n, "", "\0", "aa", "\ud800", "\ue000", "😀", new Date(1)) },
  {
    weight: 1,
    arbitrary: fc.oneof(
      fc.string({ unit: "binary", maxLength: 4 }),
      fc.double({ noNaN: true }).map((number) => number + 0),
      fc.bigInt(),
      fc.uint8Array({ maxLength: 4 }),
    ),
  },
);

/** Any key. */
export const key: fc.Arbitrary<Key> = fc.oneof(
  { weight: 3, arbitrary: part },
  {
    weight: 2,
    arbitrary: fc.array(
      fc.oneof({ weight: 8, arbitrary: part }, { weight: 1, arbitrary: fc.constantFrom<KeyPart>([], ["a"], [["a", 1]]) }),
      { minLength: 1, maxLength: 3 },
    ),
  },
);

const scope: fc.Arbitrary<Scope> = fc.constantFrom<Scope>([], [], [], ["n"], ["n", 1], ["a"], ["a\0"], ["n", "a\0", null]);

/** A lifetime in milliseconds, or none. */
export const ttl: fc.Arbitrary<number | undefined> = fc.constantFrom(undefined, undefined, 1, 5, 50, 1000, Infinity);

/** A tag: each beside one that a careless comparison takes for it, and two whose order is another by UTF-16. */
export const tag: fc.Arbitrary<string> = fc.constantFrom("t", "t\0", "tt", "\ue000", "😀", "");

/** The tags of an entry, or none. */
export const tags: fc.Arbitrary<readonly string[] | undefined> = fc.option(fc.array(tag, { maxLength: 4 }), { freq: 2, nil: undefined });

/** Any value that survives as it is: −0 and lone surrogates don't, as documented. */
export const value: fc.Arbitrary<unknown> = fc.oneof(
  fc.integer(),
  fc.string(),
  fc.record(
    { id: fc.nat(), name: fc.string(), size: fc.double({ noNaN: true }).map((number) => number + 0) },
    { requiredKeys: ["id"], noNullPrototype: true },
  ),
  fc.dictionary(fc.constantFrom("a", "b", "c", "d", "e", "f"), fc.integer(), { noNullPrototype: true }),
  fc.constantFrom<unknown>(undefined, null, new Map([["k", [1]]]), new Set([1]), 10n, new Date(5), Uint8Array.of(1, 2), [
    { deep: { er: 1 } },
  ]),
  fc.uint8Array({ minLength: 100, maxLength: 5000 }),
);

const range: fc.Arbitrary<KeyRange> = fc
  .record({
    lower: fc.option(fc.tuple(fc.constantFrom("gt", "gte"), key)),
    upper: fc.option(fc.tuple(fc.constantFrom("lt", "lte"), key)),
    prefix: fc.option(key, { freq: 3, nil: undefined }),
  })
  .map(({ lower, upper, prefix }) => ({
    ...(lower && { [lower[0]]: lower[1] }),
    ...(upper && { [upper[0]]: upper[1] }),
    ...(prefix !== undefined && { prefix }),
  }));

const entryToSet: fc.Arbitrary<EntryToSet> = fc.record({ key, value, ttl, tags });

const verb = <const V extends string>(...verbs: V[]): fc.Arbitrary<V> => fc.constantFrom(...verbs);

/** A call that reads page by page, and may meet what is written meanwhile. */
export const iteration: fc.Arbitrary<Call> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      scope,
      verb: verb("keys", "values", "entries"),
      range,
      tag: fc.option(tag, { freq: 2, nil: undefined }),
      reverse: fc.boolean(),
      limit: fc.option(fc.nat({ max: 40 }), { nil: undefined }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ scope, verb: verb("expireTag"), tag }) },
);

/** A call about one of few entries, so that what has expired is met again. */
const fewEntries: fc.Arbitrary<Call> = fc
  .tuple(
    fc.constantFrom<Key>("a", "n", 1),
    fc.oneof(fc.record({ verb: verb("set"), value, ttl, tags }), fc.record({ verb: verb("expire", "getStale", "getStale", "delete") })),
  )
  .map(([same, rest]) => ({ scope: [], key: same, ...rest }));

/** A call that is made and answered as one: not an iteration, which reads page by page. */
export const call: fc.Arbitrary<Call> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ scope, verb: verb("set"), key, value, ttl, tags }) },
  { weight: 3, arbitrary: fewEntries },
  { weight: 2, arbitrary: fc.record({ scope, verb: verb("setMany"), entries: fc.array(entryToSet, { maxLength: 12 }), ttl, tags }) },
  { weight: 5, arbitrary: fc.record({ scope, verb: verb("get", "getEntry", "getStale", "has", "delete", "expire"), key }) },
  { weight: 2, arbitrary: fc.record({ scope, verb: verb("getMany", "hasMany", "deleteMany"), keys: fc.array(key, { maxLength: 6 }) }) },
  { weight: 2, arbitrary: fc.record({ scope, verb: verb("touch"), key, ttl }) },
  { weight: 1, arbitrary: fc.record({ scope, verb: verb("deletePrefix"), prefix: key }) },
  { weight: 2, arbitrary: fc.record({ scope, verb: verb("count"), range }) },
  { weight: 2, arbitrary: fc.record({ scope, verb: verb("invalidateTag"), tag }) },
  { weight: 1, arbitrary: fc.record({ scope, verb: verb("invalidateTags"), tags: fc.array(tag, { maxLength: 3 }) }) },
  { weight: 1, arbitrary: fc.record({ scope, verb: verb("size") }) },
  { weight: 1, arbitrary: fc.record({ scope, verb: verb("clear") }) },
);
