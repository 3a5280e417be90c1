import { expect, test } from "vitest";
import type { Clock } from "../src/clock.ts";
import { encodeKey } from "../src/key-encoder.ts";
import { memoryStore } from "../src/memory-store.ts";
import { openCache, openCacheSync } from "../src/open-cache.ts";
import { settingsOf } from "../src/options.ts";
import { Runtime } from "../src/runtime.ts";
import { Catalog } from "../src/table/catalog.ts";
import { DEFAULT_TABLE } from "../src/table-id.ts";
import { TransactionRows } from "../src/transaction/transaction-rows.ts";
import type { Unit } from "../src/unit.ts";

test("a transaction reads what it wrote in records of a shape that nobody has stored yet", async () => {
  const cache = await openCache(memoryStore());
  const seen = await cache.transaction(async (transaction) => {
    await transaction.set("a", { name: "Ada", born: 1815 });
    // Others may have their own shapes stored meanwhile.
    await cache.set("b", { other: true, shape: 1 });
    await transaction.set("c", { third: 3 });
    return [await transaction.get("a"), await transaction.get("c")];
  });
  expect(seen).toEqual([{ name: "Ada", born: 1815 }, { third: 3 }]);
  expect(await cache.getMany(["a", "b", "c"])).toEqual([{ name: "Ada", born: 1815 }, { other: true, shape: 1 }, { third: 3 }]);
});

test("the synchronous face runs a transaction at once", () => {
  const cache = openCacheSync(memoryStore());
  cache.set("count", 1);
  const count = cache.transaction((transaction) => {
    transaction.set("count", (transaction.get("count") as number) + 1);
    return transaction.get("count");
  });
  expect([count, cache.get("count")]).toEqual([2, 2]);
});

test("calls that nobody waits for fail quietly in a run that is given up for a conflict", async () => {
  const cache = await openCache(memoryStore());
  await cache.setMany([
    ["a", 1],
    ["b", 1],
  ]);
  let runs = 0;
  await cache.transaction(async (transaction) => {
    await transaction.getMany(["a", "b"]);
    if (runs++ === 0)
      await cache.setMany([
        ["a", 2],
        ["b", 2],
      ]);
    // The second one fails, too, and an unheard rejection would end the process.
    const [first, second] = [transaction.get("a"), transaction.get("b")];
    await first;
    await second;
  });
  expect(runs).toBe(2);
});

test("a write that fails without being waited for makes the transaction fail", async () => {
  const { promise, reject } = Promise.withResolvers<never>();
  const refusing = { "~standard": { version: 1, vendor: "test", validate: () => promise } } as const;
  const cache = await openCache(memoryStore(), { schema: refusing });
  const left = cache.transaction(async (transaction) => {
    transaction.set("a", 1).catch(() => {});
    queueMicrotask(() => reject(new RangeError("too late")));
  });
  await expect(left).rejects.toThrow("too late");
});

test("a cache that is closed meanwhile ends a transaction with CACHE_CLOSED", async () => {
  const store = memoryStore();
  const cache = await openCache(store);
  await cache.set("a", 1);
  const closed = cache.transaction(async (transaction) => {
    await transaction.set("a", 2);
    await cache.close();
  });
  await expect(closed).rejects.toMatchObject({ code: "CACHE_CLOSED" });
  const again = await openCache(store);
  expect(await again.get("a")).toBe(1);
});

test("it runs again at once the first time, then after waits of 1 to 50 milliseconds by the cache's clock", async () => {
  const delays: number[] = [];
  const clock: Clock = {
    now: () => 0,
    schedule(delay, job) {
      delays.push(delay);
      queueMicrotask(job);
      return () => {};
    },
  };
  const cache = await openCache(memoryStore(), { clock, sweepInterval: false });
  let runs = 0;
  const conflicting = cache.transaction(
    async (transaction) => {
      await transaction.get("a");
      await cache.set("a", ++runs);
    },
    { retries: 40 },
  );
  await expect(conflicting).rejects.toMatchObject({ code: "CACHE_CONFLICT" });
  expect([runs, delays.length]).toEqual([41, 39]);
  expect(delays.every((delay) => delay >= 1 && delay <= 50)).toBe(true);
  expect(Math.max(...delays.slice(0, 1))).toBeLessThanOrEqual(2);
  expect(new Set(delays).size).toBeGreaterThan(30);
});

test("a transaction over rows with deadlines reads keys precisely: others' deadlines don't disturb it", async () => {
  let now = 1_000_000;
  const cache = await openCache(memoryStore(), { clock: { now: () => now, schedule: () => () => {} } });
  await cache.setMany(
    Array.from({ length: 500 }, (_, at) => [["short", at], at] as const),
    { ttl: 10 },
  );
  await cache.setMany(Array.from({ length: 500 }, (_, at) => [["long", at], at] as const));
  let runs = 0;
  const counts = await cache.transaction(async (transaction) => {
    runs++;
    const count = await transaction.count({ prefix: "long" });
    now += 100;
    return [count, await transaction.size];
  });
  expect([runs, counts]).toEqual([1, [500, 500]]);
});

test("a transaction may write a hundred thousand rows", async () => {
  const cache = await openCache<number>(memoryStore());
  const count = 130_000;
  const sizes = await cache.transaction(async (transaction) => {
    await transaction.setMany(Array.from({ length: count }, (_, at) => [at, at] as const));
    await transaction.delete(0);
    return [await transaction.size, await transaction.count({ gte: count - 10 })];
  });
  expect(sizes).toEqual([count - 1, 10]);
  expect(await cache.size).toBe(count - 1);
});

test("a unit that relies on a deadline makes the transaction rely on it", async () => {
  const store = memoryStore();
  const cache = await openCache<number>(store, { sweepInterval: false });
  await cache.set("a", 1, { ttl: "1h" });
  const key = encodeKey("a");
  const { version = 0, expiresAt = 0 } = store.get(DEFAULT_TABLE, key) ?? {};
  const settings = settingsOf({});
  const catalog = new Catalog(
    store,
    (batch) => store.commitSync(batch),
    () => Date.now(),
  );
  const runtime = new Runtime(store, settings, catalog, store);
  const check = (deadline: number): Unit<string> => ({
    checks: [{ type: "version", table: DEFAULT_TABLE, key, version, expiresAt: deadline }],
    operations: [],
    done: () => "done",
  });
  const rows = new TransactionRows(runtime, undefined);
  expect(() => rows.write([], check(expiresAt + 1))).toThrow("try again");
  expect(rows.write([], check(expiresAt))).toBe("done");
  expect(rows.unit().checks).toEqual([{ type: "version", table: DEFAULT_TABLE, key, version, expiresAt }]);
  await runtime.close();
});
