import { expect, test } from "vitest";
import type { Clock } from "../src/clock.ts";
import type { ByteRange } from "../src/operation.ts";
import { type MemoryStore, memoryStore } from "../src/memory-store.ts";
import { openCacheSync } from "../src/open-cache.ts";

/** A memory store that begins every range with an empty page, as stores may. */
function hesitant(): MemoryStore {
  const store = memoryStore();
  const range = store.range.bind(store);
  const begun = new WeakMap<Uint8Array, ByteRange>();
  store.range = (table, query) => {
    const from = query.reverse ? query.lt : query.gt;
    const bounds = from && begun.get(from);
    if (bounds) return range(table, { ...query, ...bounds });
    const next = new Uint8Array(1);
    const { gt, gte, lt, lte } = query;
    begun.set(next, { gt, gte, lt, lte });
    return { rows: [], next };
  };
  return store;
}

/** A clock that is moved by hand, and runs all jobs when told to. */
class HandClock implements Clock {
  time: number = Date.UTC(2030, 0, 1);
  #jobs: (() => void)[] = [];

  now(): number {
    return this.time;
  }

  schedule(_delay: number, job: () => void): () => void {
    this.#jobs.push(job);
    return () => {};
  }

  runAll(): void {
    for (const job of this.#jobs.splice(0)) job();
  }
}

test("the next deadline is found behind an empty page", () => {
  const clock = new HandClock();
  const cache = openCacheSync(hesitant(), { clock, sweepInterval: false });
  expect(cache.stats().nextExpiry).toBeUndefined();
  cache.set("a", 1, { ttl: 10 });
  expect(cache.stats().nextExpiry).toBe(clock.time + 10);
  cache.close();
});

test("an empty page is nothing to sweep, and hides nothing that is", () => {
  const [clock, store] = [new HandClock(), hesitant()];
  const cache = openCacheSync(store, { clock, sweepInterval: "1m" });
  let commits = 0;
  const commit = store.commitSync.bind(store);
  store.commitSync = (batch) => {
    commits++;
    return commit(batch);
  };
  clock.runAll();
  expect(commits).toBe(0);
  cache.set("a", 1, { ttl: 10 });
  clock.time += 10;
  clock.runAll();
  expect(cache.stats().expirations).toBe(1);
  cache.close();
});

test("the ends of the order of eviction are found behind an empty page", () => {
  const clock = new HandClock();
  const cache = openCacheSync(hesitant(), { clock, sweepInterval: false, maxEntries: 10 });
  cache.set("a", 1);
  const { time } = clock;
  clock.time += 1000;
  cache.set("b", 1);
  const { oldest, newest } = cache.stats();
  expect([oldest, newest]).toEqual([time, clock.time]);
  cache.close();
});
