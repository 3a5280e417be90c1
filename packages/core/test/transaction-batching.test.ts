import { expect, test } from "vitest";
import { countTogether } from "../src/batching.ts";
import { memoryStore } from "../src/memory-store.ts";
import { openCache } from "../src/open-cache.ts";
import type { Check, Operation } from "../src/operation.ts";
import type { Unit } from "../src/unit.ts";

const key = Uint8Array.of(1);
const other = Uint8Array.of(2);

function unit(operations: readonly Operation[], checks?: readonly Check[]): Unit<void> {
  return { operations, ...(checks && { checks }), done: () => {} };
}

const writes: readonly Operation[] = [
  { type: "set", table: 1, key, value: Uint8Array.of(0), expiresAt: Number.POSITIVE_INFINITY, entries: [] },
  { type: "delete", table: 1, key },
  { type: "touch", table: 1, key, expiresAt: 5, indexes: [], entries: [] },
  { type: "deleteRange", table: 1, gte: key },
  { type: "trim", tables: [1], index: 0, limit: 1 },
];

test("a unit that relies on a row or a table shares no batch with one before it that writes there", () => {
  for (const write of writes) {
    const checks: readonly Check[] = [
      { type: "version", table: 1, key, version: 1 },
      { type: "table", table: 1, version: 1 },
    ];
    for (const check of checks) expect(countTogether([unit([write]), unit([], [check])], 0), `${check.type} after ${write.type}`).toBe(1);
  }
});

test("it shares one with units that write elsewhere, and with those that come after it", () => {
  const [set] = writes;
  if (!set) throw new Error("there is a write");
  const elsewhere: readonly Check[] = [
    { type: "version", table: 1, key: other, version: 1 },
    { type: "version", table: 2, key, version: 1 },
    { type: "table", table: 2, version: 1 },
  ];
  expect(countTogether([unit([set]), unit([], elsewhere)], 0)).toBe(2);
  expect(countTogether([unit([], [{ type: "table", table: 1, version: 1 }]), unit([set])], 0)).toBe(2);
});

test("expired rows that are reclaimed beside a transaction's commit are no conflict, and neither are the rows it wrote itself", async () => {
  let now = 1_000_000;
  const clock = { now: () => now, schedule: () => () => {} };
  const store = memoryStore();
  const cache = await openCache(store, { clock });
  await cache.setMany(
    Array.from({ length: 20 }, (_, at) => [at, at] as const),
    { ttl: 10 },
  );
  now += 5000;
  let runs = 0;
  await cache.transaction(async (transaction) => {
    runs++;
    const count = await transaction.count();
    await transaction.set("count", count);
    await transaction.size;
  });
  expect([runs, await cache.get("count")]).toEqual([1, 0]);
  expect(store.usage(1).entries).toBeLessThan(20);
});

test("transactions of one turn that read what one of them writes see each other's commits", async () => {
  const cache = await openCache(memoryStore());
  // Without a pause, so that both commits are called in one turn.
  const add = (at: number): Promise<void> =>
    cache.transaction((transaction) => transaction.size.then((size) => transaction.set(["row", at], size)));
  await Promise.all([add(0), cache.set("between", 1), add(1)]);
  const sizes = await cache.getMany([
    ["row", 0],
    ["row", 1],
  ]);
  expect(new Set(sizes).size).toBe(2);
  expect(await cache.size).toBe(3);
});
