import type { StandardSchemaV1 } from "@standard-schema/spec";
import { expectTypeOf, test } from "vitest";
import { type Key, type KeyPart, type KeyPrefix, openCache, openCacheSync, type SyncCache, table, type TypesOf } from "../src/index.ts";
import { memoryStore } from "../src/memory-store.ts";

type UserId = number & { readonly brand: "UserId" };

interface User {
  readonly id: UserId;
  readonly email: string;
  readonly city: string;
  readonly age?: number | undefined;
  readonly tags: readonly ("new" | "old")[];
  readonly phones?: readonly { readonly number: string }[];
}

const users = table<User>()({
  key: "id",
  indexes: { email: { on: "email", unique: true } },
});
const lines = table<{ readonly order: string; readonly at: number; readonly text: string }>()({ key: ["order", "at"] });
const made = table<User>()({ key: ({ city, id }) => [city, id] as const });
const sizes = table<number, readonly [folder: string, name: string]>()();
const anything = table()();
const tables = { users, lines, made, sizes, anything };

type Types<Name extends keyof typeof tables> = TypesOf<(typeof tables)[Name]>;

/** What mustn't compile is written in functions that nobody calls. */
const cache = openCacheSync(memoryStore(), { tables });

test("keys are of the types of their fields", () => {
  expectTypeOf<Types<"users">["key"]>().toEqualTypeOf<UserId>();
  expectTypeOf<Types<"lines">["key"]>().toEqualTypeOf<readonly [string, number]>();
  expectTypeOf<Types<"made">["key"]>().toEqualTypeOf<readonly [string, UserId]>();
  expectTypeOf<Types<"sizes">["key"]>().toEqualTypeOf<readonly [folder: string, name: string]>();
  expectTypeOf<Types<"anything">["key"]>().toEqualTypeOf<Key>();
  expectTypeOf<ReturnType<(typeof cache)["tables"]["users"]["put"]>>().toEqualTypeOf<UserId>();
  const wrong = (): unknown[] => [
    // @ts-expect-error: a number without the brand
    cache.tables.users.get(1),
    // @ts-expect-error: a text where the key is a number
    cache.tables.users.get("1"),
    // @ts-expect-error: a part is missing
    cache.tables.lines.get(["a"]),
    // @ts-expect-error: a part too many
    cache.tables.lines.get(["a", 1, 2]),
    // @ts-expect-error: a part of the wrong type
    cache.tables.lines.delete(["a", "b"]),
    // @ts-expect-error: not a list
    cache.tables.lines.has("a"),
    // @ts-expect-error: the key of another table
    cache.tables.users.get(["a", 1]),
  ];
  expectTypeOf(wrong).toBeFunction();
});

test("prefixes are the beginnings of keys", () => {
  expectTypeOf<KeyPrefix<readonly [string, number]>>().toEqualTypeOf<string | readonly [string] | readonly [string, number]>();
  expectTypeOf<KeyPrefix<UserId>>().toEqualTypeOf<UserId>();
  expectTypeOf<"a">().toExtend<KeyPrefix<Key>>();
  const right = (): unknown[] => [cache.tables.lines.deletePrefix("a"), cache.tables.lines.count({ prefix: ["a"], gt: ["a", 5] })];
  const wrong = (): unknown[] => [
    // @ts-expect-error: keys don't begin with a number
    cache.tables.lines.deletePrefix(5),
    // @ts-expect-error: nor with two texts
    cache.tables.lines.keys({ gte: ["a", "b"] }),
    // @ts-expect-error: longer than a key
    cache.tables.lines.keys({ prefix: ["a", 1, 2] }),
  ];
  expectTypeOf([right, wrong]).toBeArray();
});

test("fields of keys and indexes are fields of the value that have an order", () => {
  const wrong = (): unknown[] => [
    // @ts-expect-error: no such field
    table<User>()({ key: "nobody" }),
    // @ts-expect-error: one of them is none
    table<User>()({ key: ["id", "nobody"] }),
    // @ts-expect-error: an empty list
    table<User>()({ key: [] }),
    // @ts-expect-error: a list of objects
    table<User>()({ key: "phones" }),
    // @ts-expect-error: makes no key
    table<User>()({ key: (user) => ({ id: user.id }) }),
    // @ts-expect-error: no such field
    table<User>()({ key: "id", indexes: { a: { on: "nobody" } } }),
    // @ts-expect-error: the objects of a list need multi
    table<User>()({ key: "id", indexes: { a: { on: "phones.number" } } }),
    // @ts-expect-error: objects have no order
    table<User>()({ key: "id", indexes: { a: { on: "phones", multi: true } } }),
    // @ts-expect-error: an unknown option of an index
    table<User>()({ key: "id", indexes: { a: { on: "email", uniqe: true } } }),
    // @ts-expect-error: the same, with a schema
    table({ schema: fromText, indexes: { a: { on: "at", uniqe: true } } }),
    // @ts-expect-error: an unknown option
    table<User>()({ kee: "id" }),
    // @ts-expect-error: not a lifetime
    table<User>()({ key: "id", ttl: "5 days" }),
  ];
  expectTypeOf(wrong).toBeFunction();
});

test("tables whose values hold their key put, tables of keys and values set", () => {
  expectTypeOf(cache.tables.users).not.toHaveProperty("set");
  expectTypeOf(cache.tables.users).not.toHaveProperty("setMany");
  expectTypeOf(cache.tables.sizes).not.toHaveProperty("put");
  expectTypeOf(cache.tables.sizes).not.toHaveProperty("putMany");
  expectTypeOf<Parameters<(typeof cache)["tables"]["sizes"]["set"]>>().toExtend<readonly [readonly [string, string], number, unknown?]>();
  const wrong = (): unknown[] => [
    // @ts-expect-error: a field is missing
    cache.tables.users.put({ id: 1 as UserId, email: "a" }),
    // @ts-expect-error: a field that is none
    cache.tables.lines.put({ order: "a", at: 1, text: "", more: 1 }),
    // @ts-expect-error: one of them lacks a field
    cache.tables.lines.putMany([{ order: "a", at: 1 }]),
    // @ts-expect-error: a text where the value is a number
    cache.tables.sizes.set(["a", "b"], "c"),
    // @ts-expect-error: no such table
    cache.tables.nothing,
  ];
  expectTypeOf(wrong).toBeFunction();
});

test("reads, entries and events have the types of the table", async () => {
  const { users: all, lines: some, anything: loose } = cache.tables;
  const id = 1 as UserId;
  expectTypeOf(all.get(id)).toEqualTypeOf<User | undefined>();
  expectTypeOf(all.getMany([id])).toEqualTypeOf<(User | undefined)[]>();
  expectTypeOf(some.keys()).toEqualTypeOf<IterableIterator<readonly [string, number]>>();
  expectTypeOf(loose.get([null, 1n])).toEqualTypeOf<unknown>();
  some.on("set", ({ key, value }) => {
    expectTypeOf(key).toEqualTypeOf<readonly [string, number]>();
    expectTypeOf(value.text).toEqualTypeOf<string>();
  });
  await using promising = await openCache(memoryStore(), { tables });
  expectTypeOf(promising.tables.users.get(id)).resolves.toEqualTypeOf<User | undefined>();
  expectTypeOf(promising.tables.users.getBy("email", "a")).resolves.toEqualTypeOf<User | undefined>();
  expectTypeOf<ReturnType<(typeof promising)["tables"]["users"]["put"]>>().resolves.toEqualTypeOf<UserId>();
  expectTypeOf(promising.tables.lines.keys()).toEqualTypeOf<AsyncIterableIterator<readonly [string, number]>>();
  expectTypeOf(promising.tables.users.size).resolves.toEqualTypeOf<number>();
});

const fromText: StandardSchemaV1<{ readonly id: string; readonly at?: string }, { readonly id: number; readonly at: Date }> = {
  "~standard": { version: 1, vendor: "test", validate: () => ({ issues: [{ message: "nothing" }] }) },
};

test("with a schema, writes take its input; keys, indexes and reads are of its output", () => {
  const events = table({ schema: fromText, key: "id", indexes: { at: { on: "at" }, year: { on: ({ at }) => at.getUTCFullYear() } } });
  const plain = table({ schema: fromText });
  const opened = openCacheSync(memoryStore(), { tables: { events, plain } });
  expectTypeOf<Parameters<typeof opened.tables.events.put>[0]>().toEqualTypeOf<{ readonly id: string; readonly at?: string }>();
  expectTypeOf(opened.tables.events.get(1)).toEqualTypeOf<{ readonly id: number; readonly at: Date } | undefined>();
  expectTypeOf<TypesOf<typeof events>["indexes"]["at"]["key"]>().toEqualTypeOf<Date>();
  expectTypeOf<TypesOf<typeof events>["indexes"]["year"]["key"]>().toEqualTypeOf<number>();
  expectTypeOf<TypesOf<typeof plain>["keyed"]>().toEqualTypeOf<false>();
  const wrong = (): unknown[] => [
    // @ts-expect-error: the output where the input is wanted
    opened.tables.events.put({ id: 1, at: new Date(0) }),
    // @ts-expect-error: the key as it is in the input
    opened.tables.events.get("1"),
    // @ts-expect-error: a field of neither
    table({ schema: fromText, key: "nobody" }),
  ];
  expectTypeOf(wrong).toBeFunction();
});

test("a cache without tables has none, one with tables is of their types", () => {
  const plain = openCacheSync(memoryStore());
  expectTypeOf(plain).toEqualTypeOf<SyncCache>();
  // @ts-expect-error: no table was declared
  const none = (): unknown => plain.tables.users;
  // @ts-expect-error: not a table
  const wrong = (): unknown => openCacheSync(memoryStore(), { tables: { users: { key: "id" } } });
  expectTypeOf([none, wrong]).toBeArray();
  expectTypeOf<KeyPart>().toExtend<Key>();
});
