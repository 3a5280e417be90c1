import { lmdbStore, openCache, openCacheSync } from "@cache/lmdb";
import { expect, test } from "vitest";
import { TestFolder } from "./folder.ts";

test.each([
  ["an unknown name", { path: "x", mapsize: 1 }, 'lmdbStore has no option "mapsize"; there are: path, temporary, durability, maxReaders'],
  ["no path", {}, "path must name a folder"],
  ["a guess at what is temporary", { temporary: "yes" }, "temporary must be true or false"],
  ["an empty path", { path: "" }, "path must name a folder"],
  ["a path that no folder can have", { path: "a\0b" }, "path must name a folder"],
  ["another durability", { path: "x", durability: "full" }, 'durability must be "relaxed" or "strict"'],
  ["no readers", { path: "x", maxReaders: 0 }, "maxReaders must be a whole number, 1 or more"],
  ["half a reader", { path: "x", maxReaders: 1.5 }, "maxReaders must be a whole number, 1 or more"],
])("%s is refused with a TypeError", (_, options, message) => {
  // The wrong options are the point.
  expect(() => lmdbStore(options as never)).toThrow(new TypeError(message));
});

test("openCache takes the store's options and the cache's together", async () => {
  using folder = new TestFolder();
  await using cache = await openCache<string>({ path: folder.in("cache"), durability: "strict", ttl: "5m" });
  await cache.set("a", "b");
  const entry = await cache.getEntry("a");
  expect(entry?.value).toBe("b");
  expect(entry?.expiresAt).toBeTypeOf("number");
});

test("openCacheSync does, too, and answers at once", () => {
  using folder = new TestFolder();
  using cache = openCacheSync<number>({ path: folder.in("cache"), sweepInterval: false });
  cache.set(["n", 1], 1);
  expect([cache.get(["n", 1]), cache.size]).toEqual([1, 1]);
});

test("an option that neither has is refused before anything is opened", async () => {
  using folder = new TestFolder();
  const options = { path: folder.in("cache"), tll: "5m" };
  // The wrong name is the point.
  await expect(openCache(options as never)).rejects.toThrow(TypeError);
});
