import { table } from "@cache/core";
import { equal, throwsCode, throwsType } from "../assert.ts";
import { ada, bob, cleo, people } from "../people.ts";
import { type CacheScenario, cacheScenario } from "../scenario.ts";
import { collect, together } from "../turns.ts";

const settings = { options: { tables: { people } } } as const;

interface Visit {
  readonly place: { readonly country: string; readonly city?: string };
  readonly year: number;
  readonly note?: string;
}

const visits = table<Visit>()({ key: ["place.country", "place.city", "year"] });
const byFunction = table<Visit>()({ key: ({ place, year }) => [year, place.country.toLowerCase()] as const });
const byNested = table<Visit>()({ key: "place.country" });

const rome: Visit = { place: { country: "IT", city: "Rome" }, year: 2020, note: "hot" };
const turin: Visit = { place: { country: "IT", city: "Turin" }, year: 2019 };
const paris: Visit = { place: { country: "FR", city: "Paris" }, year: 2021 };

/** Typed tables: rows under keys taken from their values, or given with them. */
export const tableSuite: readonly CacheScenario[] = [
  cacheScenario(
    "table/put",
    "put stores a value under the key in it and tells the key; what was there is replaced, deadline included",
    async ({ tables, clock }) => {
      equal(await tables.people.put(ada, { ttl: 10 }), 1, "the key");
      equal(await tables.people.get(1), ada, "the value");
      const older = { ...ada, age: 37 };
      equal(await tables.people.put(older), 1, "the key again");
      clock.advance(10);
      equal(await tables.people.get(1), older, "the value that replaced it");
      equal(await tables.people.size, 1, "the size");
    },
    settings,
  ),

  cacheScenario(
    "table/put-many",
    "putMany stores values together and tells their keys in the order given; of several with one key the last stays",
    async ({ tables }) => {
      const last = { ...bob, age: 21 };
      equal(await tables.people.putMany([cleo, bob, ada, last]), [3, 2, 1, 2], "the keys");
      equal(await collect(tables.people.values()), [ada, last, cleo], "the values, in the order of the keys");
      equal(await tables.people.putMany(new Set<typeof ada>()), [], "the keys of none");
      equal((await tables.people.stats()).sets, 4, "the values counted as stored");
    },
    settings,
  ),

  cacheScenario(
    "table/put-many-whole",
    "putMany stores nothing when one of its values has no key",
    async ({ tables }) => {
      await tables.people.put(ada);
      // A wrong value is what this is about.
      const nameless = { name: "Nobody" } as typeof ada;
      await throwsType(() => tables.people.putMany([bob, { ...ada, age: 99 }, nameless]), "putMany with a value that lacks the key");
      equal(await collect(tables.people.entries()), [[1, ada]], "the rows");
    },
    settings,
  ),

  cacheScenario(
    "table/key-wrong",
    "a value whose key is missing or none is a TypeError, one whose key is too long CACHE_KEY_TOO_LONG",
    async ({ tables }) => {
      const wrong: readonly unknown[] = [
        {},
        { id: undefined },
        { id: Number.NaN },
        { id: {} },
        { id: () => 1 },
        { id: Symbol("s") },
        { id: new Date(Number.NaN) },
        null,
        undefined,
        5,
        "text",
        [1],
      ];
      for (const value of wrong) await throwsType(() => tables.people.put(value as typeof ada), "put of a value without a key");
      // What the compiler would refuse.
      await throwsCode("CACHE_KEY_TOO_LONG", () => tables.people.put({ ...ada, id: "x".repeat(5000) as unknown as number }));
      equal(await tables.people.size, 0, "the size");
    },
    settings,
  ),

  cacheScenario(
    "table/key-composite",
    "fields together make a key whose parts are in their order, nested ones too",
    async ({ tables }) => {
      equal(
        await tables.visits.putMany([rome, turin, paris]),
        [
          ["IT", "Rome", 2020],
          ["IT", "Turin", 2019],
          ["FR", "Paris", 2021],
        ],
        "the keys",
      );
      equal(await tables.visits.get(["IT", "Turin", 2019]), turin, "a value");
      equal(await collect(tables.visits.values()), [paris, rome, turin], "the values in order");
      equal(await collect(tables.visits.keys({ prefix: "IT" })), [
        ["IT", "Rome", 2020],
        ["IT", "Turin", 2019],
      ]);
      await throwsType(() => tables.visits.put({ place: { country: "IT" }, year: 1 }), "put of a value that lacks a part of its key");
      equal(await tables.visits.size, 3, "the size");
    },
    { options: { tables: { visits } } },
  ),

  cacheScenario(
    "table/key-function",
    "a function makes keys of values; one that makes none is a TypeError",
    async ({ tables }) => {
      equal(await tables.byFunction.put(rome), [2020, "it"], "the key");
      equal(await tables.byFunction.get([2020, "it"]), rome, "the value");
      equal(await tables.byNested.put(rome), "IT", "the key from a nested field");
      equal(await tables.byNested.get("IT"), rome, "the value under it");
      await throwsType(() => tables.nothing.put(1), "put where the function gives no key");
      await throwsType(() => tables.nothing.put(2), "put where the function gives what is no key");
      equal([await tables.nothing.put(3), await tables.nothing.get(null)], [null, 3], "a key that is null, and its value");
    },
    {
      options: {
        tables: {
          byFunction,
          byNested,
          // What the compiler would refuse.
          nothing: table<number>()({ key: (value) => [undefined, {}, null][value - 1] as null }),
        },
      },
    },
  ),

  cacheScenario(
    "table/key-value",
    "a table without a key keeps values of any kind under the keys they are given",
    async ({ tables }) => {
      await tables.sizes.set(["a", "b"], 5);
      await tables.sizes.setMany([
        [["a", "c"], 6],
        [["a", "b"], 7],
      ]);
      equal(await collect(tables.sizes.entries()), [
        [["a", "b"], 7],
        [["a", "c"], 6],
      ]);
      await tables.anything.set(1, undefined);
      await tables.anything.set([null, [2]], new Map([["k", 1n]]));
      equal(await collect(tables.anything.entries()), [
        [[null, [2]], new Map([["k", 1n]])],
        [1, undefined],
      ]);
    },
    { options: { tables: { sizes: table<number, readonly [string, string]>()(), anything: table()() } } },
  ),

  cacheScenario(
    "table/turn",
    "reads see the puts called before them in the same turn, of the own table and by an index",
    async ({ tables }) => {
      const [, one, found, keys, size] = await together([
        tables.people.putMany([ada, bob]),
        tables.people.get(1),
        tables.people.getBy("email", "bob@x.org"),
        collect(tables.people.keys()),
        tables.people.size,
        tables.people.delete(1),
      ]);
      equal([one, found, keys, size], [ada, bob, [1, 2], 2]);
      equal(await tables.people.size, 1, "the size afterwards");
    },
    settings,
  ),
];
