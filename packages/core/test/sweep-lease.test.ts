import { expect, test } from "vitest";
import type { Clock } from "../src/clock.ts";
import { run } from "../src/continuation.ts";
import { CacheError } from "../src/errors.ts";
import { encodeKey } from "../src/key-encoder.ts";
import { type MemoryStore, memoryStore } from "../src/memory-store.ts";
import { openCache } from "../src/open-cache.ts";
import { SweepLease } from "../src/sweep-lease.ts";
import { SYSTEM_TABLE } from "../src/table-id.ts";
import type { Unit } from "../src/unit.ts";
import { sealPlain } from "../src/value-codec.ts";

const SECOND = 1000;
const sweepKey = encodeKey(["sweep"]);

/** A clock that is moved by hand, and runs what is due only when it is told to. */
class HandClock implements Clock {
  time = 1_000_000;
  #jobs = new Set<() => void>();

  now(): number {
    return this.time;
  }

  schedule(_delay: number, job: () => void): () => void {
    this.#jobs.add(job);
    return () => this.#jobs.delete(job);
  }

  runAll(): void {
    const jobs = this.#jobs;
    this.#jobs = new Set();
    for (const job of jobs) job();
  }
}

function openStore(): MemoryStore {
  const store = memoryStore();
  store.open();
  return store;
}

/** A lease of a cache of its own. */
function leaseOn(store: MemoryStore, clock: Clock): SweepLease {
  return new SweepLease({
    store,
    now: () => clock.now(),
    write<T>({ operations, checks = [], done }: Unit<T>): T {
      const result = store.commitSync({ now: clock.now(), checks, operations });
      if (!result.ok) throw new CacheError("CACHE_CONFLICT", "others were faster");
      return done(result.counts, 0, result.trimmed, result.version);
    },
  });
}

test("one has the lease until it is released, or its time has passed", () => {
  const [store, clock] = [openStore(), new HandClock()];
  const [first, second] = [leaseOn(store, clock), leaseOn(store, clock)];
  expect([run(first.take()), run(second.take())]).toEqual([true, false]);
  expect(run(first.release())).toBeUndefined();
  expect([run(second.take()), run(first.take())]).toEqual([true, false]);
  clock.time += 10 * SECOND;
  expect([run(first.take()), run(second.keep()), run(first.keep())]).toEqual([true, false, true]);
  expect(run(second.release())).toBeUndefined();
  expect(run(second.take())).toBe(false);
  expect(run(first.release())).toBeUndefined();
  expect(store.get(SYSTEM_TABLE, sweepKey)).toBeUndefined();
});

test("who works on keeps the lease", () => {
  const [store, clock] = [openStore(), new HandClock()];
  const [first, second] = [leaseOn(store, clock), leaseOn(store, clock)];
  expect(run(first.take())).toBe(true);
  for (let seconds = 0; seconds < 60; seconds += 4) {
    clock.time += 4 * SECOND;
    expect([run(first.keep()), run(second.take())]).toEqual([true, false]);
  }
});

test("a lease of a clock that was set back is no lease", () => {
  const [store, clock] = [openStore(), new HandClock()];
  expect(run(leaseOn(store, clock).take())).toBe(true);
  clock.time -= 3600 * SECOND;
  expect(run(leaseOn(store, clock).take())).toBe(true);
});

test("a damaged lease is no lease", () => {
  const [store, clock] = [openStore(), new HandClock()];
  const [first, second] = [leaseOn(store, clock), leaseOn(store, clock)];
  expect(run(first.take())).toBe(true);
  const value = store.get(SYSTEM_TABLE, sweepKey)?.value.slice() ?? new Uint8Array(0);
  value[value.length - 1] = (value.at(-1) ?? 0) ^ 1;
  store.commitSync({
    now: clock.time,
    checks: [],
    operations: [{ type: "set", table: SYSTEM_TABLE, key: sweepKey, value, expiresAt: Number.POSITIVE_INFINITY, entries: [] }],
  });
  expect([run(second.take()), run(first.keep()), run(second.keep())]).toEqual([true, true, true]);
  expect(run(second.release())).toBeUndefined();
  expect(store.get(SYSTEM_TABLE, sweepKey)).toBeUndefined();
});

test("a cache leaves its sweep to another that is at it, until that has been silent for ten seconds; sweep() doesn't", async () => {
  const [store, clock] = [openStore(), new HandClock()];
  await using cache = await openCache(store, { clock, sweepInterval: "1m" });
  const lease = sealPlain({ owner: "another", until: clock.time + 9 * SECOND });
  store.commitSync({
    now: clock.time,
    checks: [],
    operations: [{ type: "set", table: SYSTEM_TABLE, key: sweepKey, value: lease, expiresAt: Number.POSITIVE_INFINITY, entries: [] }],
  });
  const round = async (): Promise<number> => {
    clock.runAll();
    for (let turns = 0; turns < 10; turns++) await new Promise(setImmediate);
    return (await cache.stats()).entries;
  };
  await cache.setMany([0, 1, 2].map((key) => [key, key, { ttl: 10 * (key + 1) }] as const));
  clock.time += 20;
  expect(await round()).toBe(3);
  expect(await cache.sweep()).toEqual({ removed: 2, more: false });
  clock.time += 9 * SECOND;
  expect(await round()).toBe(0);
  expect(store.get(SYSTEM_TABLE, sweepKey)).toBeUndefined();
});

test("of several caches that wake together one sweeps, and the others find nothing to do", async () => {
  const [store, clock] = [openStore(), new HandClock()];
  const caches = await Promise.all([0, 1, 2].map(() => openCache(store, { clock, sweepInterval: "1m" })));
  await caches[0]?.setMany(
    Array.from({ length: 5000 }, (_, key) => [key, key] as const),
    { ttl: 10 },
  );
  clock.time += 10;
  clock.runAll();
  await new Promise(setImmediate);
  for (let turns = 0; turns < 1000 && store.get(SYSTEM_TABLE, sweepKey); turns++) await new Promise(setImmediate);
  const expirations = await Promise.all(caches.map(async (cache) => (await cache.stats()).expirations));
  expect(expirations.toSorted((a, b) => a - b)).toEqual([0, 0, 5000]);
  for (const cache of caches) await cache.close();
});
