import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { Clock } from "../src/clock.ts";
import type { Namespace } from "../src/verbs.ts";
import { memoryStore } from "../src/memory-store.ts";
import { openCache } from "../src/open-cache.ts";
import type { Store } from "../src/store.ts";

type Verb = "get" | "add" | "set" | "delete" | "count" | "size" | "keys" | "values" | "prefix" | "clear";

interface Step {
  readonly verb: Verb;
  readonly key: number;
  /** How many ticks pass before it. */
  readonly ticks: number;
  /** Whether the next step waits for it. */
  readonly isAwaited: boolean;
}

const step: fc.Arbitrary<Step> = fc.record({
  verb: fc.constantFrom<Verb>("get", "get", "add", "add", "set", "delete", "count", "size", "keys", "values", "prefix", "clear"),
  key: fc.nat(3),
  ticks: fc.nat(6),
  isAwaited: fc.boolean(),
});

async function tick(times: number): Promise<void> {
  for (let at = 0; at < times; at++) await Promise.resolve();
}

/** A memory store that takes its time, now more, now less. */
function slowStore(delays: readonly number[]): Store {
  const memory = memoryStore();
  let calls = 0;
  const later = async <T>(answer: T): Promise<T> => {
    await tick(delays[calls++ % delays.length] ?? 0);
    return answer;
  };
  return {
    name: "a slow memory",
    capabilities: { ...memory.capabilities, sync: false },
    open: () => memory.open(),
    close: () => memory.close(),
    destroy: () => memory.destroy(),
    get: (table, key) => later(memory.get(table, key)),
    getMany: (table, keys) => later(memory.getMany(table, keys)),
    range: (table, query) => later(memory.range(table, query)),
    usage: (table) => later(memory.usage(table)),
    commit: async (batch) => {
      await later(undefined);
      return later(memory.commitSync(batch));
    },
    flush: () => memory.flush(),
  };
}

/** Waits pass as soon as nothing else is left to do. */
const hastyClock: Clock = {
  now: () => 0,
  schedule: (_delay, job) => {
    const planned = setImmediate(job);
    return () => clearImmediate(planned);
  },
};

async function all<T>(iteration: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of iteration) items.push(item);
  return items;
}

/** Takes the steps of a program in a transaction; gives what it read, in order. */
async function take(rows: Namespace<number>, program: readonly Step[], id: number): Promise<unknown[]> {
  const read: unknown[] = [];
  for (const [at, { verb, key, ticks, isAwaited }] of program.entries()) {
    await tick(ticks);
    const written = id * 100 + at;
    const doing: Promise<unknown> = {
      get: () => rows.get(key),
      add: () => rows.get(key).then((value = 0) => rows.set(key, value + written)),
      set: () => rows.set(key, written),
      delete: () => rows.delete(key),
      count: () => rows.count({ gte: key }),
      size: () => rows.size,
      keys: () => all(rows.keys({ reverse: key % 2 === 0 })),
      values: () => all(rows.values({ limit: key + 1 })),
      prefix: () => rows.deletePrefix(key),
      clear: () => rows.clear(),
    }[verb]();
    // Of several calls under way, those of one verb may yet be made of several.
    if (isAwaited || !["get", "set", "delete", "prefix", "clear"].includes(verb)) read.push(await doing);
    else read.push(doing);
  }
  return Promise.all(read);
}

/** Takes the steps on a plain map. */
function takeOn(rows: Map<number, number>, program: readonly Step[], id: number): unknown[] {
  const sorted = (): [number, number][] => [...rows].toSorted(([a], [b]) => a - b);
  return program.map(({ verb, key }, at) => {
    const written = id * 100 + at;
    switch (verb) {
      case "get":
        return rows.get(key);
      case "add":
        return void rows.set(key, (rows.get(key) ?? 0) + written);
      case "set":
        return void rows.set(key, written);
      case "delete":
        return rows.delete(key);
      case "count":
        return sorted().filter(([one]) => one >= key).length;
      case "size":
        return rows.size;
      case "keys":
        return key % 2 === 0
          ? sorted()
              .map(([one]) => one)
              .toReversed()
          : sorted().map(([one]) => one);
      case "values":
        return sorted()
          .map(([, value]) => value)
          .slice(0, key + 1);
      case "prefix":
        return rows.delete(key) ? 1 : 0;
      case "clear":
        return rows.clear();
    }
  });
}

test("transactions at the same time read and write as if they had come one after the other, in the order of their commits", async () => {
  const programs = fc.array(fc.array(step, { minLength: 1, maxLength: 5 }), { minLength: 2, maxLength: 4 });
  const delays = fc.array(fc.nat(5), { minLength: 1, maxLength: 7 });
  await fc.assert(
    fc.asyncProperty(programs, delays, fc.boolean(), async (programsAtOnce, waits, isSlow) => {
      const cache = await openCache<number>(isSlow ? slowStore(waits) : memoryStore(), { clock: hastyClock, sweepInterval: false });
      // Of those that share a commit, too, one comes after the other; events tell in which order.
      const committed: number[] = [];
      cache.namespace<number>("by").on("set", ({ value }) => committed.push(value));
      const answers = await Promise.all(
        programsAtOnce.map((program, id) =>
          cache.transaction(
            async (transaction) => {
              const read = await take(transaction.namespace("rows"), program, id);
              await transaction.set(["by", id], id);
              return read;
            },
            { retries: Number.POSITIVE_INFINITY },
          ),
        ),
      );
      const rows = new Map<number, number>();
      const expected: unknown[][] = [];
      for (const id of committed) expected[id] = takeOn(rows, programsAtOnce[id] ?? [], id);
      expect(answers).toEqual(expected);
      const left = await all(cache.namespace<number>("rows").entries());
      expect(left).toEqual([...rows].toSorted(([a], [b]) => a - b));
      await cache.close();
    }),
    { numRuns: 400 },
  );
});
