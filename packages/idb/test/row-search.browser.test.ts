import { compareBytes, decodeKey, encodeKey, type Operation, storedBytes } from "@cache/core/spi";
import { type IdbStore, idbStore } from "@cache/idb";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

const SEED = 20_260_917;

/** Numbers from 0 to below 1, the same in every run. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const key = (number: number): Uint8Array => encodeKey([number]);
const value = (number: number, edition: number): Uint8Array =>
  Uint8Array.of(number, edition, ...Array.from({ length: number % 7 }, () => 0));

const set = (number: number, edition: number): Operation => ({
  type: "set",
  table: 1,
  key: key(number),
  value: value(number, edition),
  // A deadline in every third row, an index entry in every fourth.
  expiresAt: number % 3 === 0 ? 2 ** 40 : Infinity,
  entries: number % 4 === 0 ? [{ index: 9, bytes: key(number) }] : [],
});

const remove = (number: number): Operation => ({ type: "delete", table: 1, key: key(number) });

/** A list of numbers as they come in real batches: next to each other, strewn, in clusters, and with repeats. */
const lists: Readonly<Record<string, (random: () => number) => number[]>> = {
  "side by side": (random) => Array.from({ length: 300 }, (_, at) => Math.floor(random() * 10) + at),
  "in reverse": () => Array.from({ length: 300 }, (_, at) => 4000 - at),
  strewn: (random) => Array.from({ length: 300 }, () => Math.floor(random() * 20_000)),
  "half close": (random) => Array.from({ length: 400 }, () => Math.floor(random() * 1200)),
  "in clusters": (random) =>
    [0, 1, 2, 3].flatMap((cluster) => Array.from({ length: 90 }, () => cluster * 5000 + Math.floor(random() * 95))),
  few: (random) => Array.from({ length: 5 }, () => Math.floor(random() * 5000)),
};

let store: IdbStore;
/** What is in the store: the edition of each number. */
let model: Map<number, number>;

beforeEach(async () => {
  store = idbStore({ name: `search ${crypto.randomUUID()}` });
  await store.open();
  model = new Map();
  // Every second number up to 8,000.
  const operations: Operation[] = [];
  for (let number = 0; number < 8000; number += 2) {
    operations.push(set(number, 0));
    model.set(number, 0);
  }
  await store.commit({ now: 1, checks: [], operations });
});

afterEach(() => store.destroy());

async function checkUsage(): Promise<void> {
  let bytes = 0;
  const found: number[] = [];
  let gt: Uint8Array | undefined;
  do {
    const { rows, next } = await store.range(1, { limit: 1000, gt });
    for (const row of rows) {
      bytes += row.stored ? storedBytes(row.key, row.stored.value, row.stored.entries) : 0;
      found.push(Number(decodeKey(row.key)));
    }
    gt = next;
  } while (gt);
  expect(found.length).toBe(model.size);
  expect(await store.usage(1)).toMatchObject({ entries: model.size, bytes });
}

describe.each(Object.keys(lists))(`keys that lie %s (seed ${SEED})`, (name) => {
  const random = randomFrom(SEED);
  const list = lists[name] ?? (() => []);

  test("are found, each in its place", async () => {
    const numbers = list(random);
    const rows = await store.getMany(1, numbers.map(key));
    const single = await Promise.all(numbers.map(async (number) => store.get(1, key(number))));
    for (const [at, number] of numbers.entries()) {
      const expected = model.has(number) ? value(number, 0) : undefined;
      for (const row of [rows[at], single[at]]) {
        expect(row?.value.length).toBe(expected?.length);
        expect(row && expected && compareBytes(row.value, expected)).toBe(expected && 0);
      }
    }
  });

  test("are written over, added and deleted with exact counts", async () => {
    for (let edition = 1; edition <= 4; edition++) {
      const operations = list(random).map((number) => (random() < 0.2 ? remove(number) : set(number + (edition % 2), edition)));
      const expected: number[] = [];
      for (const operation of operations) {
        // All operations are on single rows.
        const number = "key" in operation ? Number(decodeKey(operation.key)) : 0;
        expected.push(model.has(number) ? 1 : 0);
        if (operation.type === "set") model.set(number, edition);
        else model.delete(number);
      }
      const result = await store.commit({ now: 1, checks: [], operations });
      expect(result).toMatchObject({ ok: true, counts: expected });
      await checkUsage();
    }
  });

  test("that are all new are written with exact counts", async () => {
    const numbers = list(random).map((number) => number + 0.5);
    const result = await store.commit({ now: 1, checks: [], operations: numbers.map((number) => set(number, 1)) });
    const seen = new Set<number>();
    expect(result).toMatchObject({ counts: numbers.map((number) => (seen.has(number) ? 1 : seen.add(number) && 0)) });
    for (const number of numbers) model.set(number, 1);
    await checkUsage();
  });
});
