import { expect, test } from "vitest";
import { CacheError } from "../src/errors.ts";
import { memoryStore } from "../src/memory-store.ts";
import { openCache } from "../src/open-cache.ts";

test("a cache whose store has no room for reads that are only remembered can be flushed and closed, and its store is", async () => {
  const store = memoryStore();
  const cache = await openCache(store, { sweepInterval: false, maxEntries: 10, sliding: true, ttl: 60_000 });
  const errors: unknown[] = [];
  cache.on("error", ({ error }) => errors.push(error));
  await cache.set("a", 1);
  await cache.set("b", 1);
  await cache.get("a");
  store.commit = () => {
    throw new CacheError("CACHE_FULL", "the disk has no room");
  };
  await cache.flush();
  expect(errors).toContainEqual(expect.objectContaining({ code: "CACHE_FULL" }));
  await cache.close();
  expect(() => store.get(1, new Uint8Array([1]))).toThrow(expect.objectContaining({ code: "CACHE_CLOSED" }));
});
