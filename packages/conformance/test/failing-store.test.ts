import { type Cache, CacheError, type CacheOptions, type Face, openCache, openCacheSync } from "@cache/core";
import { memoryStore } from "@cache/core/memory";
import type { Batch, SyncStore } from "@cache/core/spi";
import { describe, expect, test } from "vitest";
import { FakeClock, type Faults, FaultStore } from "../src/index.ts";
import { until } from "../src/turns.ts";

async function open(face: Face, store: SyncStore, options: CacheOptions<undefined> = {}): Promise<Cache<unknown, Face>> {
  const settings = { sweepInterval: false, ...options } as const;
  return face === "async" ? openCache(store, settings) : openCacheSync(store, settings);
}

/** A fault that fails the commits for which `isDoomed` holds. */
function failing(isDoomed: (batch: Batch, count: number) => boolean, code: "CACHE_FULL" | "CACHE_IO"): Faults {
  let count = 0;
  return {
    commit(sound, batch) {
      if (isDoomed(batch, count++)) throw new CacheError(code, "the store fails, as it is told");
      return sound.commitSync(batch);
    },
  };
}

/** What a call fails with, thrown or as a rejection. */
async function codeOf(call: () => unknown): Promise<unknown> {
  try {
    await call();
    return "no failure";
  } catch (error) {
    return error instanceof CacheError ? error.code : error;
  }
}

describe.each(["async", "sync"] as const)("a failing store on the %s face", (face) => {
  test("a failed commit leaves the old entry, and the cache goes on", async () => {
    const cache = await open(
      face,
      new FaultStore(
        memoryStore(),
        failing((_, count) => count === 1, "CACHE_FULL"),
      ),
    );
    await cache.set("a", { old: 1 });
    expect(await codeOf(() => cache.set("a", { new: 2 }))).toBe("CACHE_FULL");
    expect(await cache.get("a")).toEqual({ old: 1 });
    expect(await cache.size).toBe(1);
    await cache.set("a", { new: 3 });
    expect(await cache.get("a")).toEqual({ new: 3 });
    await cache.close();
  });

  test("the shape of a record whose commit failed is stored with the next one", async () => {
    const memory = memoryStore();
    const cache = await open(
      face,
      new FaultStore(
        memory,
        failing((_, count) => count === 0, "CACHE_IO"),
      ),
    );
    expect(await codeOf(() => cache.set("a", { first: 1, second: 2 }))).toBe("CACHE_IO");
    await cache.set("b", { first: 3, second: 4 });
    await cache.close();
    const again = await open(face, memory);
    expect(await again.getMany(["a", "b"])).toEqual([undefined, { first: 3, second: 4 }]);
    await again.close();
  });

  test("shapes that another writer stored first are taken over, and the values packed anew", async () => {
    const memory = memoryStore();
    let isFirst = true;
    const cache = await open(
      face,
      new FaultStore(memory, {
        commit(sound, batch) {
          if (isFirst) {
            isFirst = false;
            // Not closed: closing would close the store under the other cache.
            openCacheSync(memory, { sweepInterval: false }).set("theirs", { x: 1, y: 2 });
          }
          return sound.commitSync(batch);
        },
      }),
    );
    await Promise.all([cache.set("a", { y: 3, x: 4 }), cache.set("b", { z: 5 })]);
    expect(await cache.getMany(["a", "b", "theirs"])).toEqual([{ y: 3, x: 4 }, { z: 5 }, { x: 1, y: 2 }]);
    await cache.close();
    const again = await open(face, memory);
    expect(await again.getMany(["a", "b", "theirs"])).toEqual([{ y: 3, x: 4 }, { z: 5 }, { x: 1, y: 2 }]);
    await again.close();
  });

  test("a failed read fails alone", async () => {
    let isDown = false;
    const cache = await open(
      face,
      new FaultStore(memoryStore(), {
        get(sound, table, key) {
          if (isDown) throw new CacheError("CACHE_IO", "the store fails, as it is told");
          return sound.get(table, key);
        },
      }),
    );
    await cache.set("a", 1);
    isDown = true;
    expect(await codeOf(() => cache.get("a"))).toBe("CACHE_IO");
    isDown = false;
    expect(await cache.get("a")).toBe(1);
    await cache.close();
  });

  test("a cache that can't be opened leaves its store closed and no job behind", async () => {
    const clock = new FakeClock();
    let closed = 0;
    const store = new FaultStore(memoryStore(), {
      get() {
        throw new CacheError("CACHE_CORRUPT", "the store fails, as it is told");
      },
      close() {
        closed++;
      },
    });
    expect(await codeOf(() => open(face, store, { clock, sweepInterval: 1000 }))).toBe("CACHE_CORRUPT");
    expect([closed, clock.pending]).toEqual([1, 0]);
  });

  test("a sweep that fails in the background is told to those who listen to errors, and tried again", async () => {
    const clock = new FakeClock();
    const cache = await open(
      face,
      new FaultStore(
        memoryStore(),
        failing((_, count) => count === 1, "CACHE_IO"),
      ),
      { clock, sweepInterval: 1000 },
    );
    const errors: unknown[] = [];
    cache.on("error", ({ error }) => errors.push(error));
    await cache.set("a", 1, { ttl: 10 });
    clock.advance(1000);
    await until(() => errors.length > 0, "an error to be told");
    expect(errors.map((error) => error instanceof CacheError && error.code)).toEqual(["CACHE_IO"]);
    await until(async () => {
      clock.advance(1000);
      return (await cache.stats()).entries === 0;
    }, "the next sweep to succeed");
    await cache.close();
  });
});

test("of the writes that share a commit, the one that is too large for the store fails alone", async () => {
  const isTooLarge = ({ operations }: Batch): boolean =>
    operations.some((operation) => operation.type === "set" && operation.value.length > 10_000);
  const cache = await open("async", new FaultStore(memoryStore(), failing(isTooLarge, "CACHE_FULL")));
  const outcomes = await Promise.allSettled([
    cache.set("a", { x: 1 }),
    cache.setMany([
      ["b", 2],
      ["c", "x".repeat(20_000)],
    ]),
    cache.set("d", { y: 4 }),
  ]);
  expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
  expect(await cache.getMany(["a", "b", "c", "d"])).toEqual([{ x: 1 }, undefined, undefined, { y: 4 }]);
  await cache.close();
});
