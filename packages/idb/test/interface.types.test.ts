import { openCacheSync } from "@cache/core";
import { type Cache, idbStore, openCache } from "@cache/idb";
import { expect, expectTypeOf, test } from "vitest";

test("the store doesn't go with the synchronous face, neither by its type nor at run time", () => {
  // @ts-expect-error: IndexedDB answers with promises only
  expect(() => openCacheSync(idbStore({ name: "never" }))).toThrow(TypeError);
});

test("openCache takes the options of the store and the cache together", () => {
  const open = () => openCache<number>({ name: "numbers", durability: "strict", ttl: "5m" });
  expectTypeOf(open).returns.resolves.toEqualTypeOf<Cache<number>>();
});

test.each([
  [{}, "name must name a database"],
  [{ name: "" }, "name must name a database"],
  [{ temporary: false }, "name must name a database"],
  [{ temporary: 1 }, "temporary must be true or false"],
  [{ temporary: true, name: "a" }, "a temporary store has no name; give one or the other"],
  [{ name: "a", path: "b" }, 'no option "path"'],
  [{ name: "a", durability: "fast" }, 'durability must be "relaxed" or "strict"'],
  [{ name: "a", persist: 1 }, "persist must be true or false"],
  [{ name: "a", lockTimeout: -1 }, "lockTimeout must be a whole number"],
  [{ name: "a", clock: {} }, "clock must have now() and schedule()"],
])("refuses the options %j", (options, message) => {
  // What the compiler would refuse, as it comes from plain JavaScript.
  const given = options as unknown as Parameters<typeof idbStore>[0];
  expect(() => idbStore(given)).toThrow(new RegExp(`^.*${message.replace(/[()]/g, "\\$&")}`));
});

test("a store has a name or is temporary, which the compiler sees", async () => {
  // @ts-expect-error: one or the other
  expect(() => idbStore({ temporary: true, name: "a" })).toThrow(TypeError);
  // @ts-expect-error: one of them
  expect(() => idbStore({ temporary: false })).toThrow(TypeError);
  // @ts-expect-error: the same, with the cache's options beside them
  await expect(openCache({ temporary: true, name: "a", ttl: 1 })).rejects.toThrow(TypeError);
});

test("a runtime without IndexedDB is CACHE_UNSUPPORTED", async () => {
  await expect(openCache({ name: "nowhere" })).rejects.toMatchObject({ code: "CACHE_UNSUPPORTED" });
});
