import { table } from "@cache/core";
import { equal, throwsCode, throwsType } from "../assert.ts";
import { indexLines } from "../index-lines.ts";
import { people } from "../people.ts";
import { type CacheScenario, cacheScenario } from "../scenario.ts";

interface Thing {
  readonly id: number;
  // What scenarios put where an index looks.
  readonly at?: unknown;
}

const things = table<Thing>()({ key: "id", indexes: { at: { on: "at" } } });

/** What secondary indexes make entries of, and what they refuse. */
export const secondaryIndexKeySuite: readonly CacheScenario[] = [
  cacheScenario(
    "secondary-index-key/kinds",
    "entries are of all kinds of key parts, null among them, in their order",
    async ({ tables, store }) => {
      const parts = [null, false, true, -1, 2.5, 10n, "", "a", "a\0", new Date(5), Uint8Array.of(1), Uint8Array.of(1, 0)];
      await tables.things.putMany(parts.map((at, id) => ({ id, at })).toReversed());
      equal(
        await indexLines(store, "things", "at"),
        parts.map((at, id) => [at, id]),
      );
    },
    { options: { tables: { things } } },
  ),

  cacheScenario(
    "secondary-index-key/own-fields",
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
    "secondary-index-key/not-a-key",
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
    { options: { tables: { things } } },
  ),

  cacheScenario(
    "secondary-index-key/too-long",
    "an entry that is too long together with its row's key is CACHE_KEY_TOO_LONG",
    async ({ tables }) => {
      const long = "x".repeat(1500);
      await tables.things.put({ id: 1, at: long });
      equal(String((await tables.things.get(1))?.at).length, 1500, "the length of an entry that just fits");
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
          things,
          named: table<{ readonly name: string; readonly at: string }>()({ key: "name", indexes: { at: { on: "at" } } }),
        },
      },
    },
  ),

  cacheScenario(
    "secondary-index-key/asked",
    "an index that isn't declared, and what is no key of one, is a TypeError",
    async ({ tables }) => {
      // What the compiler would refuse.
      const untyped = tables.people as unknown as { getBy(index: string, key: unknown): unknown };
      for (const index of ["nobody", "", "id", "toString"]) await throwsType(() => untyped.getBy(index, "a"), `an index "${index}"`);
      for (const key of [undefined, {}, Number.NaN]) await throwsType(() => untyped.getBy("email", key), "what is no key");
      equal(await tables.people.getBy("email", ""), undefined, "a key that no row has");
    },
    { options: { tables: { people } } },
  ),
];

async function messageOf(call: () => unknown): Promise<string> {
  try {
    await call();
  } catch (error) {
    return error instanceof TypeError ? error.message : `not a TypeError, but ${String(error)}`;
  }
  return "no error";
}
