import { expect, test } from "vitest";
import { exactFifoHits } from "../src/policy/exact-fifo.ts";
import { exactLruHits } from "../src/policy/exact-lru.ts";
import { MaxHeap } from "../src/policy/max-heap.ts";
import { optimumHits } from "../src/policy/optimum.ts";
import { readTrace } from "../src/policy/trace.ts";
import { randomNumbers } from "../src/random.ts";

const traceFile = (name: string): URL => new URL(`../traces/${name}.trace.gz`, import.meta.url);

test.each([
  ["gli", 6015, 2529, { 250: [0.91, 0.91], 1000: [11.21, 11.14], 2000: [57.41, 47.9] }],
  ["loop", 505_500, 1011, { 1000: [0, 0], 1250: [99.8, 99.8] }],
  ["multi1", 15_858, 2606, { 100: [18.17, 15], 1000: [48.23, 44.79] }],
  ["cs", 6781, 1409, { 1000: [1.83, 1.83], 1400: [79.22, 79.22] }],
] as const)("LRU and FIFO come to the known hit ratios on %s", (name, requests, distinct, known) => {
  const { keys } = readTrace(traceFile(name));
  expect([keys.length, new Set(keys).size]).toEqual([requests, distinct]);
  const percent = (hits: number): number => Math.round((hits / requests) * 10_000) / 100;
  for (const [size, [lru, fifo]] of Object.entries(known))
    expect([percent(exactLruHits(keys, Number(size))), percent(exactFifoHits(keys, Number(size)))]).toEqual([lru, fifo]);
});

test("LRU and FIFO differ by what a hit does", () => {
  const keys = [1, 2, 1, 3, 1, 2];
  expect([exactLruHits(keys, 2), exactFifoHits(keys, 2)]).toEqual([2, 1]);
});

test("the optimum is the best of all ways to keep keys", () => {
  for (let seed = 0; seed < 100; seed++) {
    const keys = randomNumbers(seed, 12, 5);
    for (const size of [1, 2, 3]) expect(optimumHits(keys, size), `seed ${seed}, size ${size}`).toBe(mostHits(keys, size));
  }
});

/** The most hits that a cache can have, by trying each victim, the newcomer included. */
function mostHits([key, ...later]: readonly number[], size: number, kept: readonly number[] = []): number {
  if (key === undefined) return 0;
  if (kept.includes(key)) return 1 + mostHits(later, size, kept);
  const all = [...kept, key];
  if (all.length <= size) return mostHits(later, size, all);
  return Math.max(
    ...all.map((victim) =>
      mostHits(
        later,
        size,
        all.filter((one) => one !== victim),
      ),
    ),
  );
}

test("a heap gives its numbers back from the greatest down", () => {
  for (let seed = 0; seed < 50; seed++) {
    const numbers = randomNumbers(seed, seed, 30);
    const heap = new MaxHeap();
    for (const number of numbers) heap.push(number);
    const popped = numbers.map(() => heap.pop());
    expect(popped, `seed ${seed}`).toEqual(numbers.toSorted((a, b) => b - a));
    expect(heap.pop()).toBeUndefined();
  }
});
