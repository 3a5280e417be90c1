import { expect, test } from "vitest";
import { memoryStore } from "../src/memory-store.ts";
import { openCache } from "../src/open-cache.ts";

const options = { sweepInterval: false } as const;

test("caches that write their counts down at once lose none", async () => {
  const store = memoryStore();
  const caches = await Promise.all(Array.from({ length: 8 }, () => openCache(store, options)));
  for (const [at, cache] of caches.entries()) for (let sets = 0; sets <= at; sets++) await cache.set(at, sets);
  await Promise.all(caches.map((cache) => cache.flush()));
  for (const cache of caches) expect((await cache.stats()).sinceCreation.sets).toBe(36);
});

test("counts that can't be written down fail nothing but tell", async () => {
  const store = memoryStore();
  const cache = await openCache(store, options);
  const errors: unknown[] = [];
  cache.on("error", ({ error }) => errors.push(error));
  await cache.set("a", 1);
  const commit = store.commit.bind(store);
  store.commit = () => {
    throw new Error("the disk is full");
  };
  await cache.flush();
  expect(errors).toMatchObject([{ message: "the disk is full" }]);
  store.commit = commit;
  await cache.flush();
  expect((await cache.stats()).sinceCreation.sets).toBe(1);
  store.commit = () => {
    throw new Error("the disk is full");
  };
  await cache.set("b", 1).catch(() => {});
  await cache.get("a");
  await cache.close();
});
