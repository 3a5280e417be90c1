import { expect, test } from "vitest";
import type { Clock } from "../src/clock.ts";
import { CacheError } from "../src/errors.ts";
import { memoryStore } from "../src/memory-store.ts";
import { openCache } from "../src/open-cache.ts";

/** A clock that stands still until it is moved. */
class HandClock implements Clock {
  readonly jobs = new Map<() => void, number>();
  #now = 0;

  now(): number {
    return this.#now;
  }

  schedule(delay: number, job: () => void): () => void {
    this.jobs.set(job, this.#now + delay);
    return () => void this.jobs.delete(job);
  }

  advance(ms: number): void {
    this.#now += ms;
    for (const [job, at] of this.jobs) {
      if (at > this.#now) continue;
      this.jobs.delete(job);
      job();
    }
  }
}

test("a store that fails makes the cache unwell, and throws nothing", async () => {
  const store = memoryStore();
  const cache = await openCache(store, { sweepInterval: false });
  store.commit = () => {
    throw new CacheError("CACHE_FULL", "the disk has no room");
  };
  const { ok, checks } = await cache.health();
  expect(ok).toBe(false);
  expect(checks.filter((check) => !check.ok)).toEqual([{ name: "store", ok: false, detail: "CACHE_FULL: the disk has no room" }]);
});

test("a store that doesn't answer is given up in time, and no job is left", async () => {
  const store = memoryStore();
  const clock = new HandClock();
  const cache = await openCache(store, { sweepInterval: false, clock });
  const commit = store.commit.bind(store);
  const blocked = Promise.withResolvers<void>();
  store.commit = async (batch) => {
    await blocked.promise;
    return commit(batch);
  };
  const write = cache.set("a", 1);
  const health = cache.health({ timeout: "2s" });
  await Promise.resolve();
  clock.advance(1999);
  clock.advance(1);
  const { ok, checks, waitingWrites } = await health;
  expect([ok, waitingWrites]).toEqual([false, 1]);
  expect(checks.map((check) => [check.name, check.ok, check.detail])).toEqual([
    ["store", false, "CACHE_IO: not done within 2000 ms"],
    ["queue", false, "CACHE_IO: not done within 2000 ms"],
    ["budgets", true, "all are kept"],
    ["background", true, "nothing has failed"],
  ]);
  blocked.resolve();
  await write;
  expect((await cache.health()).ok).toBe(true);
  expect(clock.jobs.size).toBe(0);
});

test("a failure in the background counts for a minute", async () => {
  const store = memoryStore();
  const clock = new HandClock();
  const cache = await openCache(store, { sweepInterval: "1h", clock });
  await cache.set("due", 1, { ttl: 1 });
  const { commit } = { commit: store.commit.bind(store) };
  store.commit = () => {
    throw new Error("secret");
  };
  clock.advance(3_600_000);
  // The sweep has failed by then: the queue it commits by is through.
  await cache.set("a", 1).catch(() => {});
  store.commit = commit;
  clock.advance(59_999);
  const { ok, checks, lastError } = await cache.health();
  expect([ok, lastError]).toEqual([false, { at: 3_600_000, error: new Error("secret") }]);
  expect(checks.at(-1)).toEqual({ name: "background", ok: false, detail: "59 s ago: Error" });
  clock.advance(1);
  expect((await cache.health()).ok).toBe(true);
  await cache.close();
});
