import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { afterEach, expect, test } from "vitest";
import { memoryStore } from "../src/memory-store.ts";
import { openCache, openCacheSync } from "../src/open-cache.ts";
import { table } from "../src/table/declare-table.ts";

const names = ["cache:get", "cache:commit", "cache:evict", "cache:sweep", "cache:flush"] as const;
const options = { sweepInterval: false, tables: { words: table<string, string>()({ maxEntries: 2 }) } } as const;

const heard: [name: string | symbol, message: object][] = [];
function listen(message: unknown, name: string | symbol): void {
  heard.push([name, message as object]);
}

/** The messages of a channel since the last look at any, without how long things took. */
function taken(name: string): object[] {
  const all = heard.filter(([told]) => told === name).map(([, message]) => message);
  heard.length = 0;
  return all.map((message) => {
    const { durationMs, ...rest } = message as { readonly durationMs?: number };
    expect(durationMs ?? 0).toBeGreaterThanOrEqual(0);
    return rest;
  });
}

afterEach(() => {
  for (const name of names) unsubscribe(name, listen);
  heard.length = 0;
});

test.each(["async", "sync"])("channels tell what a cache does on the %s face, and neither keys nor values", async (face) => {
  const cache = face === "async" ? await openCache(memoryStore(), options) : openCacheSync(memoryStore(), options);
  for (const name of names) subscribe(name, listen);
  const { words } = cache.tables;
  await words.set("a", "secret");
  expect(taken("cache:commit")).toEqual([{ store: "memory", operations: expect.any(Number), checks: 1, isRefused: false }]);
  await words.get("a");
  await cache.getMany(["x", "y"]);
  expect(taken("cache:get")).toEqual([
    { store: "memory", table: "words", keys: 1 },
    { store: "memory", table: undefined, keys: 2 },
  ]);
  await words.set("b", "secret");
  await words.set("c", "secret");
  expect(taken("cache:evict")).toEqual([{ store: "memory", evicted: 1, expired: 0 }]);
  await cache.sweep();
  expect(taken("cache:sweep")).toEqual([{ store: "memory", removed: 0, more: false }]);
  await cache.flush();
  expect(taken("cache:flush")).toEqual([{ store: "memory" }]);
  await cache.close();
});

test("a failure is told with its error, and thrown as ever", async () => {
  const store = memoryStore();
  const cache = await openCache(store, options);
  const failure = new Error("the disk is gone");
  store.commit = () => {
    throw failure;
  };
  subscribe("cache:commit", listen);
  await expect(cache.set("a", 1)).rejects.toBe(failure);
  expect(taken("cache:commit")).toMatchObject([{ error: failure, isRefused: false }]);
});
