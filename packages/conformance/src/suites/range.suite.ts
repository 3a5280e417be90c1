import type { Key, KeyRange } from "@cache/core";
import { equal, throwsType } from "../assert.ts";
import type { AnyNamespace } from "../cache-context.ts";
import { type CacheScenario, cacheScenario } from "../scenario.ts";
import { show } from "../show.ts";
import { collect } from "../turns.ts";

const keys: readonly Key[] = [1, 2, [2, "x"], 3, "a", ["a", 1], ["a", 1, 2], ["a", 2], "a\0", "ab", "b"];

async function fill(cache: AnyNamespace): Promise<void> {
  await cache.setMany(keys.toReversed().map((key) => [key, show(key)] as const));
}

/** Checks a range by all verbs that take one, forwards, in reverse and within limits. */
async function checkRange(cache: AnyNamespace, range: KeyRange, expected: readonly Key[]): Promise<void> {
  const what = `with ${show(range)}`;
  equal(await collect(cache.keys(range)), [...expected], `the keys ${what}`);
  equal(await collect(cache.values(range)), expected.map(show), `the values ${what}`);
  equal(
    await collect(cache.entries({ ...range, reverse: true })),
    expected.map((key) => [key, show(key)]).toReversed(),
    `the entries in reverse ${what}`,
  );
  equal(await cache.count(range), expected.length, `the count ${what}`);
  for (const limit of [0, 1, 2, 100]) {
    equal(await collect(cache.keys({ ...range, limit })), expected.slice(0, limit), `the first ${limit} keys ${what}`);
    equal(
      await collect(cache.keys({ ...range, limit, reverse: true })),
      expected.toReversed().slice(0, limit),
      `the last ${limit} keys ${what}`,
    );
  }
}

/** Ranges of keys. */
export const rangeSuite: readonly CacheScenario[] = [
  cacheScenario("range/all", "without bounds a range is everything, in order", async ({ cache }) => {
    await fill(cache);
    await checkRange(cache, {}, keys);
  }),

  cacheScenario("range/lower", "gt and gte bound a range below, at keys and between them", async ({ cache }) => {
    await fill(cache);
    await checkRange(cache, { gt: 2 }, keys.slice(2));
    await checkRange(cache, { gte: 2 }, keys.slice(1));
    await checkRange(cache, { gt: "a" }, keys.slice(5));
    await checkRange(cache, { gte: ["a", 1, 1] }, keys.slice(6));
    await checkRange(cache, { gt: "zzz" }, []);
    await checkRange(cache, { gte: null }, keys);
  }),

  cacheScenario("range/upper", "lt and lte bound a range above, at keys and between them", async ({ cache }) => {
    await fill(cache);
    await checkRange(cache, { lt: 2 }, [1]);
    await checkRange(cache, { lte: 2 }, [1, 2]);
    await checkRange(cache, { lt: "a" }, keys.slice(0, 4));
    await checkRange(cache, { lte: ["a", 1] }, keys.slice(0, 6));
    await checkRange(cache, { lt: 1 }, []);
    await checkRange(cache, { lt: new Date(0) }, keys);
  }),

  cacheScenario("range/both", "a lower and an upper bound together", async ({ cache }) => {
    await fill(cache);
    await checkRange(cache, { gt: 1, lt: "a" }, [2, [2, "x"], 3]);
    await checkRange(cache, { gte: 1, lte: "a" }, keys.slice(0, 5));
    await checkRange(cache, { gte: "a", lte: "a" }, ["a"]);
    await checkRange(cache, { gt: "a", lt: "ab" }, keys.slice(5, 9));
  }),

  cacheScenario("range/empty", "crossed, equal and empty bounds give nothing, and no error", async ({ cache }) => {
    await fill(cache);
    for (const range of [
      { gt: "b", lt: "a" },
      { gte: "b", lte: "a" },
      { gt: "a", lt: "a" },
      { gt: "a", lte: "a" },
      { gte: "a", lt: "a" },
      { gt: "ab", lt: "b" },
    ])
      await checkRange(cache, range, []);
  }),

  cacheScenario("range/prefix", "a prefix takes the keys that begin with its parts, the equal one first", async ({ cache }) => {
    await fill(cache);
    await checkRange(cache, { prefix: "a" }, ["a", ["a", 1], ["a", 1, 2], ["a", 2]]);
    await checkRange(cache, { prefix: ["a", 1] }, [
      ["a", 1],
      ["a", 1, 2],
    ]);
    await checkRange(cache, { prefix: 2 }, [2, [2, "x"]]);
    await checkRange(cache, { prefix: "a\0" }, ["a\0"]);
    await checkRange(cache, { prefix: "x" }, []);
  }),

  cacheScenario("range/prefix-and-bounds", "bounds beside a prefix narrow it and never widen it", async ({ cache }) => {
    await fill(cache);
    await checkRange(cache, { prefix: "a", gt: "a" }, [
      ["a", 1],
      ["a", 1, 2],
      ["a", 2],
    ]);
    await checkRange(cache, { prefix: "a", gt: ["a", 1], lte: ["a", 2] }, [
      ["a", 1, 2],
      ["a", 2],
    ]);
    await checkRange(cache, { prefix: "a", gte: 1, lte: "zzz" }, ["a", ["a", 1], ["a", 1, 2], ["a", 2]]);
    await checkRange(cache, { prefix: "a", lt: "a" }, []);
    await checkRange(cache, { prefix: "a", gt: "b" }, []);
  }),

  cacheScenario("range/two-of-a-side", "two lower or two upper bounds are a TypeError", async ({ cache }) => {
    await fill(cache);
    for (const range of [
      { gt: 1, gte: 1 },
      { lt: 1, lte: 1 },
    ]) {
      await throwsType(() => cache.count(range), "count");
      await throwsType(() => collect(cache.keys(range)), "keys");
    }
  }),

  cacheScenario("range/unknown-options", "unknown options and wrong limits are a TypeError", async ({ cache }) => {
    await fill(cache);
    const wrong = [{ start: 1 }, { limit: -1 }, { limit: Number.NaN }, { limit: "2" }, { revers: true }] as object[];
    for (const options of wrong) {
      await throwsType(() => collect(cache.keys(options)), `keys with ${show(options)}`);
      await throwsType(() => collect(cache.entries(options)), `entries with ${show(options)}`);
    }
    await throwsType(() => cache.count({ limit: 1 } as object), "count with a limit");
  }),

  cacheScenario("range/pages", "ranges longer than any page come whole and in order", async ({ cache }) => {
    const many = Array.from({ length: 5000 }, (_, at) => at);
    await cache.setMany(many.map((at) => [at, at] as const));
    equal(await collect(cache.keys()), many, "the keys");
    equal(await collect(cache.values({ reverse: true })), many.toReversed(), "the values in reverse");
    equal(await collect(cache.keys({ gt: 100, lte: 4500, limit: 3000 })), many.slice(101, 3101), "the keys within bounds and a limit");
    equal([await cache.count(), await cache.count({ gte: 2500 }), await cache.size], [5000, 2500, 5000], "the counts");
  }),

  cacheScenario("range/large-values", "an iteration over large values loses none", async ({ cache }) => {
    await cache.setMany(Array.from({ length: 30 }, (_, at) => [at, new Uint8Array(200_000).fill(at)] as const));
    const found: [number, number][] = [];
    for await (const value of cache.values()) if (value instanceof Uint8Array) found.push([value.length, value[0] ?? -1]);
    equal(
      found,
      Array.from({ length: 30 }, (_, at) => [200_000, at]),
    );
  }),
];
