import { expect, test } from "vitest";
import type { Clock } from "../src/clock.ts";
import { memoryStore } from "../src/memory-store.ts";
import { openCacheSync } from "../src/open-cache.ts";
import { table } from "../src/table/declare-table.ts";

/** A clock that is moved by hand, and to the moment of the job that was planned last. */
class JobClock implements Clock {
  job: (() => void) | undefined;
  #at = 0;
  #now = Date.UTC(2030, 0, 1);

  now(): number {
    return this.#now;
  }

  schedule(delay: number, job: () => void): () => void {
    this.job = job;
    this.#at = this.#now + delay;
    return () => (this.job = undefined);
  }

  /** Lets time pass, less than the job waits. */
  pass(ms: number): void {
    this.#now += ms;
  }

  /** Runs the job; tells how long it waited, in milliseconds. */
  runJob(): number {
    const waited = this.#at - this.#now;
    this.#now = this.#at;
    const { job } = this;
    this.job = undefined;
    job?.();
    return waited;
  }
}

/** A cache whose table keeps more than is ever in it, and a count of the rows that a commit of its gives other places. */
function newCache(maxEntries = 100_000) {
  const store = memoryStore();
  const clock = new JobClock();
  const words = table<number, number>()({ maxEntries });
  const cache = openCacheSync(store, { clock, sweepInterval: false, tables: { words } });
  let touched = 0;
  const commit = store.commitSync.bind(store);
  store.commitSync = (batch) => {
    touched += batch.operations.filter(({ type }) => type === "touch").length;
    return commit(batch);
  };
  /** Runs the job that is planned; tells how long it waited, and how many rows it wrote. */
  const runJob = (): [waited: number, touched: number] => {
    touched = 0;
    return [clock.runJob(), touched];
  };
  /** Writes all reads; tells of how many rows. */
  const flush = (): number => {
    touched = 0;
    cache.flush();
    return touched;
  };
  return { cache, clock, words: cache.tables.words, runJob, flush };
}

function fill(words: ReturnType<typeof newCache>["words"], count: number): readonly number[] {
  const numbers = Array.from({ length: count }, (_, at) => at);
  words.setMany(numbers.map((number) => [number, number]));
  return numbers;
}

test("reads are written in parts, lest one of them take long", () => {
  const { cache, clock, words, runJob } = newCache();
  for (const number of fill(words, 1200)) words.get(number);
  const parts: (readonly [waited: number, touched: number])[] = [];
  while (clock.job) parts.push(runJob());
  expect(parts).toEqual([
    [5000, 512],
    [160, 512],
    [160, 176],
  ]);
  cache.close();
});

test("reads of very many keys are written sooner", () => {
  const { cache, words, runJob } = newCache();
  const numbers = fill(words, 10_000);
  for (const number of numbers) words.get(number);
  expect(runJob()).toEqual([160, 512]);
  // The job that was planned for later is not there as well.
  expect(runJob()).toEqual([160, 512]);
  cache.close();
});

test("rows that are read all the time are written every five seconds, and not left unwritten", () => {
  const { cache, clock, words, runJob } = newCache();
  const numbers = fill(words, 600);
  const readAll = (): void => {
    for (const number of numbers) words.get(number);
  };
  readAll();
  clock.pass(4900);
  const parts: (readonly [waited: number, touched: number])[] = [];
  for (let part = 0; part < 2; part++) {
    readAll();
    parts.push(runJob());
  }
  readAll();
  while (clock.job) parts.push(runJob());
  expect(parts.map(([waited]) => waited)).toEqual([100, 160, 5000, 160]);
  const all = parts.reduce((sum, [, touched]) => sum + touched, 0);
  expect(all).toBeGreaterThanOrEqual(2 * numbers.length);
  expect(all).toBeLessThan(2.2 * numbers.length);
  cache.close();
});

test("a table that is read all the time keeps no other's reads from being written", () => {
  const store = memoryStore();
  const clock = new JobClock();
  const much = table<number, number>()();
  const cache = openCacheSync(store, { clock, sweepInterval: false, maxEntries: 1_000_000, tables: { much, little: much } });
  const { tables } = cache;
  fill(tables.much, 20_000);
  fill(tables.little, 10);
  const ids = new Set<number>();
  const commit = store.commitSync.bind(store);
  store.commitSync = (batch) => {
    for (const operation of batch.operations) if (operation.type === "touch") ids.add(operation.table);
    return commit(batch);
  };
  for (let key = 0; key < 10; key++) tables.little.get(key);
  for (let part = 0; part < 4; part++) {
    for (let key = 0; key < 20_000; key++) tables.much.get(key);
    clock.runJob();
  }
  expect(ids.size).toBe(2);
  cache.close();
});

test("after reads of more keys than are remembered, those since a flush are all written", () => {
  const { cache, clock, words, flush } = newCache(1_000_000);
  const numbers = fill(words, 40_000);
  for (let time = 0; time < 5; time++) for (const number of numbers) words.get(number);
  expect(flush()).toBeGreaterThan(8192);
  clock.pass(5000);
  for (const number of numbers.slice(0, 5000)) words.get(number);
  expect(flush()).toBe(5000);
  cache.close();
});
