import type { StandardSchemaV1 } from "@standard-schema/spec";
import { expectTypeOf, test } from "vitest";
import type { Cache, Key, Store } from "../src/index.ts";
import { openCache, openCacheSync } from "../src/index.ts";
import { memoryStore } from "../src/memory-store.ts";

interface User {
  readonly name: string;
}

const userFromText: StandardSchemaV1<string, User> = {
  "~standard": {
    version: 1,
    vendor: "test",
    validate: (name) => (typeof name === "string" ? { value: { name } } : { issues: [{ message: "no text" }] }),
  },
};

test("values are unknown, or what the caller says, or what the schema makes of them", async () => {
  const plain = await openCache(memoryStore());
  expectTypeOf(plain.get("k")).resolves.toEqualTypeOf<unknown>();
  const users = await openCache<User>(memoryStore());
  expectTypeOf(users.get("k")).resolves.toEqualTypeOf<User | undefined>();
  expectTypeOf(users.getMany(["k"])).resolves.toEqualTypeOf<(User | undefined)[]>();
  // @ts-expect-error: a number is no user
  await users.set("k", 5 as number).catch(() => {});
  const parsed = await openCache(memoryStore(), { schema: userFromText });
  expectTypeOf(parsed.get("k")).resolves.toEqualTypeOf<User | undefined>();
  expectTypeOf<Parameters<typeof parsed.set>[1]>().toEqualTypeOf<string>();
  // @ts-expect-error: the schema takes text
  await parsed.set("k", { name: "Ada" }).catch(() => {});
  expectTypeOf(plain.namespace<User>("users").get(1)).resolves.toEqualTypeOf<User | undefined>();
});

test("the synchronous face has the same verbs without promises", () => {
  using cache = openCacheSync<User>(memoryStore());
  expectTypeOf(cache.get("k")).toEqualTypeOf<User | undefined>();
  expectTypeOf(cache.size).toEqualTypeOf<number>();
  expectTypeOf(cache.keys()).toEqualTypeOf<IterableIterator<Key>>();
  expectTypeOf(cache.delete("k")).toEqualTypeOf<boolean>();
});

test("a store that can't answer at once has no synchronous face", () => {
  const promising = memoryStore() as Store;
  // @ts-expect-error: not a SyncStore
  const open = (): unknown => openCacheSync(promising);
  expectTypeOf(open).toBeFunction();
});

test("keys are made of parts that have an order", () => {
  const cache = openCacheSync(memoryStore());
  expectTypeOf<Cache>().toHaveProperty("get");
  // @ts-expect-error: an object is no key
  const byObject = (): unknown => cache.get({ id: 1 });
  // @ts-expect-error: undefined is no key
  const byNothing = (): unknown => cache.get(undefined);
  // @ts-expect-error: not a lifetime
  const forDays = (): unknown => cache.set("k", 1, { ttl: "5 days" });
  expectTypeOf([byObject, byNothing, forDays]).toBeArray();
});

test("tags are lists of strings", () => {
  const cache = openCacheSync(memoryStore());
  expectTypeOf(cache.invalidateTag("t")).toEqualTypeOf<number>();
  expectTypeOf(cache.invalidateTags(["t"] as const)).toEqualTypeOf<number>();
  expectTypeOf<NonNullable<ReturnType<typeof cache.getEntry>>["tags"]>().toEqualTypeOf<readonly string[]>();
  // @ts-expect-error: a string is no list
  const byText = (): unknown => cache.set("k", 1, { tags: "t" });
  // @ts-expect-error: a number is no tag
  const byNumber = (): unknown => cache.setMany([["k", 1, { tags: [7] }]]);
  // @ts-expect-error: nor is undefined
  const byNothing = (): unknown => cache.set("k", 1, { tags: [undefined] });
  // @ts-expect-error: a list is no tag
  const invalidateMany = (): unknown => cache.invalidateTag(["t"]);
  // @ts-expect-error: a string is no list
  const invalidateOne = (): unknown => cache.invalidateTags("t");
  // @ts-expect-error: a number is no tag
  const listed = (): unknown => cache.keys({ tag: 7 });
  // @ts-expect-error: nor is nothing
  const expired = (): unknown => cache.expireTag();
  expectTypeOf([byText, byNumber, byNothing, invalidateMany, invalidateOne, listed, expired]).toBeArray();
});
