import { expect, test } from "vitest";
import type { Clock } from "../src/clock.ts";
import { memoryStore } from "../src/memory-store.ts";
import { openCacheSync } from "../src/open-cache.ts";
import { table } from "../src/table/declare-table.ts";

/** A clock that only moves to the moment of the job that was planned last. */
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

test("reads are written in parts, lest one of them take long", () => {
  const store = memoryStore();
  const clock = new JobClock();
  const words = table<number, number>()({ maxEntries: 10_000 });
  const cache = openCacheSync(store, { clock, sweepInterval: false, tables: { words } });
  const numbers = Array.from({ length: 1200 }, (_, at) => at);
  cache.tables.words.setMany(numbers.map((number) => [number, number]));
  let touched = 0;
  const commit = store.commitSync.bind(store);
  store.commitSync = (batch) => {
    touched += batch.operations.filter(({ type }) => type === "touch").length;
    return commit(batch);
  };
  for (const number of numbers) cache.tables.words.get(number);
  const parts: [waited: number, touched: number][] = [];
  while (clock.job) {
    touched = 0;
    parts.push([clock.runJob(), touched]);
  }
  expect(parts).toEqual([
    [5000, 512],
    [160, 512],
    [160, 176],
  ]);
  cache.close();
});
