import { expect, test } from "vitest";
import { Positions } from "../src/eviction/positions.ts";
import { Recency } from "../src/eviction/recency.ts";

function keyOf(number: number): Uint8Array {
  return Uint8Array.of(number >>> 16, (number >>> 8) & 0xff, number & 0xff);
}

function newRecency(): Recency {
  return new Recency(16, new Positions({ now: () => Date.UTC(2030, 0, 1) }));
}

test("it knows how often a key was read, and when last", () => {
  const recency = newRecency();
  for (const number of [1, 2, 1, 3, 1, 2]) recency.note(keyOf(number));
  const marks = recency.marks().toSorted((a, b) => a.lastHit - b.lastHit);
  expect(marks.map(({ key, hits }) => [[...key], hits])).toEqual([
    [[0, 0, 3], 1],
    [[0, 0, 1], 3],
    [[0, 0, 2], 2],
  ]);
});

test("reads that were taken care of are forgotten, those since are not", () => {
  const recency = newRecency();
  const hash = recency.hash(keyOf(1));
  recency.note(keyOf(1));
  recency.note(keyOf(1));
  const [before] = recency.marks();
  recency.note(keyOf(1));
  recency.settle();
  recency.drop(hash, before?.lastHit ?? 0, before?.hits ?? 0);
  expect(recency.of(hash)?.hits).toBe(1);
  recency.drop(hash, recency.of(hash)?.lastHit ?? 0, 1);
  expect(recency.of(hash)).toBeUndefined();
});

test("it remembers a bounded number of keys, and of them those that are read again and again", () => {
  const recency = newRecency();
  for (let number = 0; number < 100_000; number++) {
    recency.note(keyOf(1000 + number));
    if (number % 1000 === 0) recency.note(keyOf(1));
  }
  expect(recency.marks().length).toBeLessThanOrEqual(16_384);
  expect(recency.of(recency.hash(keyOf(1)))?.hits).toBe(100);
  expect(recency.of(recency.hash(keyOf(1000)))).toBeUndefined();
  expect(recency.of(recency.hash(keyOf(1000 + 99_999)))?.hits).toBe(1);
});
