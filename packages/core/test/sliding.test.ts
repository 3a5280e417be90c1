import { expect, test } from "vitest";
import type { Clock } from "../src/clock.ts";
import { CacheError } from "../src/errors.ts";
import { memoryStore } from "../src/memory-store.ts";
import { openCacheSync } from "../src/open-cache.ts";

const MINUTE = 60_000;

/** A clock that is moved by hand and wakes nobody. */
class HandClock implements Clock {
  time: number = Date.UTC(2030, 0, 1);

  now(): number {
    return this.time;
  }

  schedule(): () => void {
    return () => {};
  }
}

/** A sliding cache, on whose store commits fail while they are to. */
function opened() {
  const clock = new HandClock();
  const store = memoryStore();
  const cache = openCacheSync(store, { clock, sweepInterval: false, sliding: true, ttl: MINUTE });
  const failing = { isOn: false, errors: 0 };
  cache.on("error", () => failing.errors++);
  const commit = store.commitSync.bind(store);
  store.commitSync = (batch) => {
    if (failing.isOn) throw new CacheError("CACHE_FULL", "the disk has no room");
    return commit(batch);
  };
  return { cache, clock, failing };
}

test("a life that couldn't be prolonged at once is prolonged by the next read", () => {
  const { cache, clock, failing } = opened();
  cache.set("a", 1);
  clock.time += MINUTE - 5000;
  failing.isOn = true;
  expect([cache.get("a"), failing.errors]).toEqual([1, 1]);
  failing.isOn = false;
  expect(cache.get("a")).toBe(1);
  clock.time += 5000;
  expect(cache.get("a")).toBe(1);
  cache.close();
});

test("many reads that can't be written down are tried together, not with each read that follows", () => {
  const { cache, clock, failing } = opened();
  const keys = Array.from({ length: 10_000 }, (_, at) => at);
  cache.setMany(keys.map((key) => [key, key]));
  clock.time += MINUTE / 2;
  failing.isOn = true;
  for (const key of keys) cache.get(key);
  expect(failing.errors).toBe(1);
  failing.isOn = false;
  cache.getMany(keys);
  cache.flush();
  clock.time += MINUTE - 1;
  expect(cache.size).toBe(10_000);
  cache.close();
});
