import { table } from "@cache/core";
import { equal } from "../assert.ts";
import { indexLines } from "../index-lines.ts";
import { ada, bob, cleo, people, type Person } from "../people.ts";
import { type CacheScenario, cacheScenario } from "../scenario.ts";

const settings = { options: { tables: { people } } } as const;

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
];
