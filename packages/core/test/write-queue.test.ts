import { expect, test } from "vitest";
import { CacheError } from "../src/errors.ts";
import { memoryStore } from "../src/memory-store.ts";
import { openCache } from "../src/open-cache.ts";
import type { Batch, CommitResult } from "../src/operation.ts";
import type { Store } from "../src/store.ts";

/** A memory store whose commits pass through `commit`, and may take their time. */
function storeWith(commit: (batch: Batch, really: () => CommitResult) => CommitResult | Promise<CommitResult>): Store {
  const memory = memoryStore();
  return {
    name: "memory with its own commit",
    capabilities: { ...memory.capabilities, sync: false },
    open: () => memory.open(),
    close: () => memory.close(),
    destroy: () => memory.destroy(),
    get: (table, key) => memory.get(table, key),
    getMany: (table, keys) => memory.getMany(table, keys),
    range: (table, query) => memory.range(table, query),
    usage: (table) => memory.usage(table),
    commit: (batch) => commit(batch, () => memory.commitSync(batch)),
    flush: () => memory.flush(),
  };
}

const sets = ({ operations }: Batch): number => operations.filter((operation) => operation.type === "set" && operation.table > 0).length;

test("the writes of one turn are one commit, and those called during a commit the next", async () => {
  const batches: number[] = [];
  const gates: (() => void)[] = [];
  const cache = await openCache(
    storeWith(async (batch, really) => {
      batches.push(sets(batch));
      await new Promise<void>((open) => gates.push(open));
      return really();
    }),
  );
  const first = [cache.set(1, 1), cache.set(2, 2), cache.set(3, 3)];
  await Promise.resolve();
  expect(batches).toEqual([3]);
  const second = [cache.set(4, 4)];
  await Promise.resolve();
  second.push(cache.set(5, 5));
  expect(batches).toEqual([3]);
  gates.shift()?.();
  await Promise.all(first);
  await Promise.resolve();
  expect(batches).toEqual([3, 2]);
  gates.shift()?.();
  await Promise.all(second);
});

test("a commit that fails is tried again call by call, so that only the culprit's caller hears of it", async () => {
  const cache = await openCache(
    storeWith((batch, really) => {
      if (batch.operations.some((operation) => "value" in operation && operation.value.length > 1000))
        throw new CacheError("CACHE_FULL", "no room");
      return really();
    }),
  );
  const outcomes = await Promise.allSettled([
    cache.set("a", 1),
    cache.set("big", "x".repeat(2000)),
    cache.set("b", 2),
    cache.setMany([
      ["c", 3],
      ["d", "x".repeat(2000)],
    ]),
    cache.delete("a"),
  ]);
  expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled", "rejected", "fulfilled"]);
  expect(await cache.getMany(["a", "b", "big", "c", "d"])).toEqual([undefined, 2, undefined, undefined, undefined]);
});

test("a read waits for writes to its key alone", async () => {
  let open = (): void => {};
  const gate = new Promise<void>((resolve) => (open = resolve));
  let gated = false;
  const cache = await openCache(
    storeWith(async (_batch, really) => {
      if (gated) await gate;
      return really();
    }),
  );
  await cache.set("other", 1);
  gated = true;
  const write = cache.set("key", 2);
  const order: string[] = [];
  const mine = cache.get("key").then((value) => order.push(`key ${String(value)}`));
  const all = cache.count().then((count) => order.push(`count ${count}`));
  await cache.get("other").then((value) => order.push(`other ${String(value)}`));
  expect(order).toEqual(["other 1"]);
  open();
  await Promise.all([write, mine, all]);
  expect(order.toSorted()).toEqual(["count 2", "key 2", "other 1"]);
});

test("close waits for writes under way", async () => {
  const committed: number[] = [];
  const cache = await openCache(
    storeWith(async (batch, really) => {
      await Promise.resolve();
      committed.push(sets(batch));
      return really();
    }),
  );
  const write = cache.set(1, 1);
  await cache.close();
  // The second one is the cache's own, of what it counted.
  expect(committed).toEqual([1, 0]);
  await write;
  await expect(cache.set(2, 2)).rejects.toMatchObject({ code: "CACHE_CLOSED" });
});

test("a store that is locked is not asked again for each call", async () => {
  let commits = 0;
  const cache = await openCache(
    storeWith(() => {
      commits++;
      throw new CacheError("CACHE_LOCKED", "another process writes");
    }),
  );
  const outcomes = await Promise.allSettled([cache.set(1, 1), cache.set(2, 2)]);
  expect(outcomes.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  expect(commits).toBe(1);
});
