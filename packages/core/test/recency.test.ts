import { expect, test } from "vitest";
import { Positions } from "../src/eviction/positions.ts";
import { Recency } from "../src/eviction/recency.ts";

function keyOf(number: number): Uint8Array {
  return Uint8Array.of(number >>> 16, (number >>> 8) & 0xff, number & 0xff);
}

function newRecency(room = 10_000): Recency {
  return new Recency(16, new Positions({ now: () => Date.UTC(2030, 0, 1) }), room);
}

test("it knows how often a key was read, and when last", () => {
  const recency = newRecency();
  for (const number of [1, 2, 1, 3, 1, 2]) recency.note(keyOf(number));
  const marks = recency.unwritten().toSorted((a, b) => a.lastHit - b.lastHit);
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
  const [before] = recency.unwritten();
  recency.note(keyOf(1));
  recency.drop(hash, before?.lastHit ?? 0, before?.hits ?? 0);
  expect(recency.of(hash)?.hits).toBe(1);
  recency.drop(hash, recency.of(hash)?.lastHit ?? 0, 1);
  expect(recency.of(hash)).toBeUndefined();
  recency.drop(hash, 0, 0);
  expect(recency.of(hash)).toBeUndefined();
});

test("it remembers a bounded number of keys, and of them those that are read again and again", () => {
  const recency = newRecency();
  for (let number = 0; number < 100_000; number++) {
    recency.note(keyOf(1000 + number));
    if (number % 1000 === 0) recency.note(keyOf(1));
  }
  expect(recency.unwritten().length).toBeLessThanOrEqual(16_384);
  expect(recency.of(recency.hash(keyOf(1)))?.hits).toBe(100);
  expect(recency.of(recency.hash(keyOf(1000)))).toBeUndefined();
  expect(recency.of(recency.hash(keyOf(1000 + 99_999)))?.hits).toBe(1);
});

test("a key that is read but seldom keeps all its reads", () => {
  const recency = newRecency();
  for (let number = 0; number < 50_000; number++) {
    recency.note(keyOf(1000 + number));
    if (number % 8000 === 0) recency.note(keyOf(1));
  }
  expect(recency.of(recency.hash(keyOf(1)))?.hits).toBe(7);
});

test("reads before and after many others are known, listed and forgotten together", () => {
  const recency = newRecency();
  const hash = recency.hash(keyOf(1));
  recency.note(keyOf(1));
  for (let number = 0; number < 10_000; number++) recency.note(keyOf(1000 + number));
  recency.note(keyOf(1));
  recency.note(keyOf(1));
  expect(recency.of(hash)?.hits).toBe(3);
  const listed = recency.unwritten().filter((mark) => mark.hash === hash);
  expect(listed.map(({ key, hits }) => [[...key], hits])).toEqual([[[0, 0, 1], 3]]);
  recency.note(keyOf(1));
  recency.drop(hash, listed[0]?.lastHit ?? 0, 3);
  expect(recency.of(hash)?.hits).toBe(1);
  recency.drop(hash, recency.of(hash)?.lastHit ?? 0, 1);
  expect(recency.of(hash)).toBeUndefined();
  expect(recency.unwritten().some((mark) => mark.hash === hash)).toBe(false);
});

test("as long as it forgets many, it notes some reads of each pattern, and all again when it has caught up", () => {
  const recency = newRecency(Infinity);
  for (let number = 0; number < 200_000; number++) recency.note(keyOf(1000 + number));
  expect(recency.unwritten().length).toBeLessThanOrEqual(16_384);
  for (let read = 0; read < 1600; read++) recency.note(keyOf(read % 16));
  const hits = Array.from({ length: 16 }, (_, number) => recency.of(recency.hash(keyOf(number)))?.hits ?? 0);
  for (const some of hits) {
    expect(some).toBeGreaterThan(0);
    expect(some).toBeLessThan(20);
  }
  recency.catchUp();
  for (let read = 0; read < 1600; read++) recency.note(keyOf(read % 16));
  for (const [number, before] of hits.entries()) expect(recency.of(recency.hash(keyOf(number)))?.hits).toBe(before + 100);
});

test("a key that is read all the time has its reads written, and known, on their own", () => {
  let now = Date.UTC(2030, 0, 1);
  const positions = new Positions({ now: () => now });
  const recency = new Recency(16, positions, Infinity);
  const flush = (): readonly number[] => {
    const marks = recency.unwritten(Infinity, positions.ago(5000));
    for (const { hash, lastHit, hits } of marks) recency.drop(hash, lastHit, hits);
    recency.begin();
    return marks.map(({ key }) => key[2] ?? 0);
  };
  recency.note(keyOf(1));
  recency.note(keyOf(2));
  expect(flush()).toEqual([1, 2]);
  now += 4000;
  recency.note(keyOf(1));
  recency.note(keyOf(3));
  expect(flush()).toEqual([3]);
  now += 2000;
  expect(flush()).toEqual([1]);
  expect(recency.unwritten()).toEqual([]);
});

test("keys of all lengths come out as they were noted, those whose marks it moves included", () => {
  const recency = newRecency();
  const long = new Uint8Array(1900).fill(7);
  const keys = Array.from({ length: 12_000 }, (_, number) =>
    number % 10 === 0 ? Uint8Array.of(...keyOf(number), ...long) : keyOf(number),
  );
  for (const key of [...keys, ...keys.slice(0, 100)]) recency.note(key);
  const marks = recency.unwritten();
  expect(marks.length).toBe(12_000);
  for (const { key, hash, hits } of marks) {
    const number = ((key[0] ?? 0) << 16) | ((key[1] ?? 0) << 8) | (key[2] ?? 0);
    expect(key).toEqual(keys[number]);
    expect(hash).toBe(recency.hash(key));
    expect(hits).toBe(number < 100 ? 2 : 1);
  }
  expect(marks.slice(-100).map(({ key }) => key)).toEqual(keys.slice(0, 100));
});

test("a write's position is between those of the reads before and after it", () => {
  const positions = new Positions({ now: () => Date.UTC(2030, 0, 1) });
  const recency = new Recency(16, positions, Infinity);
  recency.note(keyOf(1));
  const written = positions.next();
  recency.note(keyOf(2));
  const [before, after] = recency.unwritten();
  expect(before?.lastHit).toBeLessThan(written);
  expect(after?.lastHit).toBeGreaterThan(written);
});
