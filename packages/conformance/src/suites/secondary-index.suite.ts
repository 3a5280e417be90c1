import { table } from "@cache/core";
import { equal, throwsCode, throwsType } from "../assert.ts";
import { indexLines } from "../index-lines.ts";
import { ada, bob, cleo, people, type Person } from "../people.ts";
import { type CacheScenario, cacheScenario } from "../scenario.ts";

const settings = { options: { tables: { people } } } as const;

interface Thing {
  readonly id: number;
  // What scenarios put where an index looks.
  readonly at?: unknown;
}

const text = (value: unknown): string => String(value);

/** Secondary indexes: which entries values have in them. */
export const secondaryIndexSuite: readonly CacheScenario[] = [
  cacheScenario(
    "secondary-index/single",
    "an index on a field has one entry for each row that has the field, in order; equal ones by key",
    async ({ tables, store }) => {
      await tables.people.putMany([cleo, bob, ada, { id: 4, name: "Ada" }]);
      equal(await indexLines(store, "people", "name"), [
        ["Ada", 1],
        ["Ada", 4],
        ["Bob", 2],
        ["Cleo", 3],
      ]);
      equal(await indexLines(store, "people", "email"), [
        ["ada@x.org", 1],
        ["bob@x.org", 2],
      ]);
    },
    settings,
  ),

  cacheScenario(
    "secondary-index/composite",
    "an index on several fields, nested ones too, orders by one after the other; a row that lacks one has no entry",
    async ({ tables, store }) => {
      await tables.people.putMany([
        ada,
        bob,
        cleo,
        { ...bob, id: 4, email: "4", age: 7 },
        { id: 5, name: "Eve", address: { city: "Berlin" } },
        { id: 6, name: "Fay", age: 5 },
      ]);
      equal(await indexLines(store, "people", "cityAge"), [
        [["Berlin", 7], 4],
        [["Berlin", 20], 2],
        [["London", 36], 1],
      ]);
    },
    settings,
  ),

  cacheScenario(
    "secondary-index/multi",
    "a multi-entry index has an entry for each element of a list, each once; none for an empty or absent list",
    async ({ tables, store }) => {
      await tables.people.putMany([ada, bob, cleo, { ...cleo, id: 4, tags: [] }, { ...cleo, id: 5, tags: ["x", "math", "x"] }]);
      equal(await indexLines(store, "people", "tag"), [
        ["math", 1],
        ["math", 2],
        ["math", 5],
        ["poetry", 1],
        ["x", 5],
      ]);
    },
    settings,
  ),

  cacheScenario(
    "secondary-index/list-of-objects",
    "a path through a list of objects means the field of each that has it",
    async ({ tables, store }) => {
      await tables.people.put({ ...ada, phones: [{ kind: "home", number: "2" }, { kind: "none" }, { kind: "work", number: "1" }] });
      equal(await indexLines(store, "people", "phone"), [
        ["1", 1],
        ["2", 1],
      ]);
      equal(await tables.people.getBy("phone", "1"), await tables.people.get(1), "what one of the entries leads to");
      equal(await tables.people.getBy("phone", "3"), undefined, "what no entry leads to");
    },
    settings,
  ),

  cacheScenario(
    "secondary-index/multi-composite",
    "in a multi-entry index on several fields each element of one list goes with each of the others",
    async ({ tables, store }) => {
      await tables.posts.putMany([
        { id: 1, author: "a", tags: ["x", "y"], years: [1, 2] },
        { id: 2, author: "b", tags: ["x"], years: [] },
      ]);
      equal(await indexLines(store, "posts", "all"), [
        [["a", "x", 1], 1],
        [["a", "x", 2], 1],
        [["a", "y", 1], 1],
        [["a", "y", 2], 1],
      ]);
    },
    {
      options: {
        tables: {
          posts: table<{
            readonly id: number;
            readonly author: string;
            readonly tags: readonly string[];
            readonly years: readonly number[];
          }>()({
            key: "id",
            indexes: { all: { on: ["author", "tags", "years"], multi: true } },
          }),
        },
      },
    },
  ),

  cacheScenario(
    "secondary-index/function",
    "a function gives the key of an entry, undefined for none, several in a multi-entry index",
    async ({ tables, store }) => {
      await tables.people.putMany([ada, bob, { id: 3, name: "" }, { id: 4, name: "one two one" }]);
      equal(await indexLines(store, "people", "initial"), [
        ["A", 1],
        ["B", 2],
        ["o", 4],
      ]);
      await tables.words.putMany([
        { id: 1, name: "one two one" },
        { id: 2, name: "none" },
        { id: 3, name: "same" },
      ]);
      equal(await indexLines(store, "words", "word"), [
        [["one", 3], 1],
        ["same", 3],
        [["two", 3], 1],
      ]);
    },
    {
      options: {
        tables: {
          people,
          words: table<Person>()({
            key: "id",
            indexes: {
              word: {
                multi: true,
                // Several keys, none, or but one.
                on: ({ name }) => {
                  if (name === "none") return undefined;
                  return name === "same" ? "same" : name.split(" ").map((word) => [word, word.length]);
                },
              },
            },
          }),
        },
      },
    },
  ),

  cacheScenario(
    "secondary-index/kinds",
    "entries are of all kinds of key parts, null among them, in their order",
    async ({ tables, store }) => {
      const parts = [null, false, true, -1, 2.5, 10n, "", "a", "a\0", new Date(5), Uint8Array.of(1), Uint8Array.of(1, 0)];
      await tables.things.putMany(parts.map((at, id) => ({ id, at })).toReversed());
      equal(
        await indexLines(store, "things", "at"),
        parts.map((at, id) => [at, id]),
      );
    },
    { options: { tables: { things: table<Thing>()({ key: "id", indexes: { at: { on: "at" } } }) } } },
  ),

  cacheScenario(
    "secondary-index/own-fields",
    "only a value's own fields count, not what it inherits nor what a text or a list is made of",
    async ({ tables, store }) => {
      await tables.things.putMany([{ id: 1 }, { id: 2, at: "text" }, { id: 3, at: ["a", "b"] }, { id: 4, at: { length: 5, 0: "zero" } }]);
      equal(await indexLines(store, "things", "length"), [[5, 4]], "the lengths");
      equal(await indexLines(store, "things", "first"), [["zero", 4]], "what stands at 0");
      equal(await indexLines(store, "things", "maker"), [], "the constructors");
    },
    {
      options: {
        tables: {
          things: table<Thing>()({
            key: "id",
            indexes: { length: { on: "at.length" }, first: { on: "at.0" }, maker: { on: "constructor" as "id" } },
          }),
        },
      },
    },
  ),

  cacheScenario(
    "secondary-index/not-a-key",
    "a value that can't be a key where an index looks is a TypeError that names the index, and leaves the old row",
    async ({ tables }) => {
      await tables.things.put({ id: 1, at: 1 });
      for (const at of [Number.NaN, {}, new Map(), new Date(Number.NaN), [1, { deep: true }]]) {
        const message = await messageOf(() => tables.things.put({ id: 1, at }));
        equal([message.includes('"at"'), message.includes('"things"')], [true, true], `whether "${message}" names index and table`);
      }
      await throwsType(
        () =>
          tables.things.putMany([
            { id: 2, at: 2 },
            { id: 3, at: {} },
          ]),
        "putMany with one such value",
      );
      equal([await tables.things.get(1), await tables.things.size], [{ id: 1, at: 1 }, 1], "the row, and how many there are");
    },
    { options: { tables: { things: table<Thing>()({ key: "id", indexes: { at: { on: "at" } } }) } } },
  ),

  cacheScenario(
    "secondary-index/too-long",
    "an entry that is too long together with its row's key is CACHE_KEY_TOO_LONG",
    async ({ tables }) => {
      const long = "x".repeat(1500);
      await tables.things.put({ id: 1, at: long });
      equal(text((await tables.things.get(1))?.at).length, 1500, "the length of an entry that just fits");
      await throwsCode("CACHE_KEY_TOO_LONG", () => tables.things.put({ id: 1, at: "x".repeat(1970) }), "a long entry");
      await throwsCode("CACHE_KEY_TOO_LONG", () => tables.things.put({ id: 1, at: "x".repeat(9000) }), "a very long entry");
      await throwsCode(
        "CACHE_KEY_TOO_LONG",
        () => tables.named.put({ name: "y".repeat(1000), at: "x".repeat(1000) }),
        "a long key and entry",
      );
      equal([(await tables.things.get(1))?.at, await tables.named.size], [long, 0], "the row that stays");
    },
    {
      options: {
        tables: {
          things: table<Thing>()({ key: "id", indexes: { at: { on: "at" } } }),
          named: table<{ readonly name: string; readonly at: string }>()({ key: "name", indexes: { at: { on: "at" } } }),
        },
      },
    },
  ),
];

async function messageOf(call: () => unknown): Promise<string> {
  try {
    await call();
  } catch (error) {
    return error instanceof TypeError ? error.message : `not a TypeError, but ${text(error)}`;
  }
  return "no error";
}
