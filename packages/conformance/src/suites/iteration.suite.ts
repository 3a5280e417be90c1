import { equal, throwsReason } from "../assert.ts";
import { type CacheScenario, cacheScenario } from "../scenario.ts";
import { collect } from "../turns.ts";

/** More entries than a first page has. */
const keys = Array.from({ length: 50 }, (_, at) => at);

/** Iterations while other things happen, and giving reads up. */
export const iterationSuite: readonly CacheScenario[] = [
  cacheScenario("iteration/break", "an iteration may be left early, and another begun", async ({ cache }) => {
    await cache.setMany(keys.map((key) => [key, key] as const));
    const seen = [];
    for await (const key of cache.keys()) {
      seen.push(key);
      if (seen.length === 3) break;
    }
    equal(seen, [0, 1, 2]);
    equal((await collect(cache.keys())).length, 50, "the number of keys of another iteration");
  }),

  cacheScenario("iteration/by-hand", "an iterator gives one entry per call and stays at its end", async ({ cache }) => {
    await cache.setMany([
      ["a", 1],
      ["b", 2],
    ]);
    const iterator = cache.entries();
    equal((await iterator.next()).value, ["a", 1], "the first");
    equal((await iterator.next()).value, ["b", 2], "the second");
    equal([(await iterator.next()).done, (await iterator.next()).done], [true, true], "whether it is done");
  }),

  cacheScenario("iteration/while-deleting", "entries may be deleted while they are iterated over", async ({ cache }) => {
    await cache.setMany(keys.map((key) => [key, key] as const));
    const seen = [];
    for await (const key of cache.keys()) {
      seen.push(key);
      await cache.delete(key);
    }
    equal(seen, keys, "the keys met");
    equal(await cache.size, 0, "the size");
  }),

  cacheScenario("iteration/while-writing", "what stays as it is comes exactly once, whatever is written meanwhile", async ({ cache }) => {
    const stable = keys.map((key) => ["m", key]);
    await cache.setMany(stable.map((key) => [key, "stable"] as const));
    const seen = [];
    let writes = 0;
    for await (const [key, value] of cache.entries()) {
      if (value === "stable") seen.push(key);
      if (writes < 60) {
        await cache.set(["a", writes], "before");
        await cache.set(["z", writes], "behind");
        await cache.delete(["a", writes - 1]);
        writes++;
      }
    }
    equal(seen, stable);
  }),

  cacheScenario(
    "iteration/while-replacing",
    "an entry replaced during an iteration comes once, as it was or as it is",
    async ({ cache }) => {
      await cache.setMany(keys.map((key) => [key, "old"] as const));
      const seen = [];
      for await (const [key, value] of cache.entries()) {
        seen.push(key);
        if (value !== "old" && value !== "new") throw new Error("a value that never was");
        await cache.setMany(keys.map((other) => [other, "new"] as const));
      }
      equal(seen, keys);
    },
  ),

  cacheScenario("iteration/several", "several iterations at once keep their own places", async ({ cache }) => {
    await cache.setMany(keys.map((key) => [key, key] as const));
    const [up, down] = [cache.keys(), cache.keys({ reverse: true })];
    for (const key of keys) {
      equal([(await up.next()).value, (await down.next()).value], [key, 49 - key], "what the two give");
    }
  }),

  cacheScenario("iteration/aborted-before", "a read under an aborted signal fails with the signal's reason", async ({ cache }) => {
    await cache.set("a", 1);
    const reason = new Error("enough");
    const signal = AbortSignal.abort(reason);
    await throwsReason(reason, () => cache.get("a", { signal }), "get");
    await throwsReason(reason, () => cache.getMany(["a"], { signal }), "getMany");
    await throwsReason(reason, () => cache.getEntry("a", { signal }), "getEntry");
    await throwsReason(reason, () => cache.has("a", { signal }), "has");
    await throwsReason(reason, () => cache.hasMany(["a"], { signal }), "hasMany");
    await throwsReason(reason, () => collect(cache.keys({ signal })), "keys");
    await throwsReason(reason, () => collect(cache.values({ signal })), "values");
    await throwsReason(reason, () => collect(cache.entries({ signal })), "entries");
    equal(await cache.get("a"), 1, "the value read without the signal");
  }),

  cacheScenario("iteration/aborted-while", "an iteration ends with the signal's reason once it is aborted", async ({ cache }) => {
    await cache.setMany(keys.map((key) => [key, key] as const));
    for (const limit of [1, 40]) {
      const controller = new AbortController();
      const reason = new Error("enough");
      const seen: unknown[] = [];
      const iterate = async (): Promise<void> => {
        for await (const key of cache.keys({ signal: controller.signal })) {
          seen.push(key);
          if (seen.length === limit) controller.abort(reason);
        }
      };
      await throwsReason(reason, iterate, "the iteration");
      equal(seen, keys.slice(0, limit), "the keys given before");
    }
  }),

  cacheScenario("iteration/unused-signal", "a signal that never aborts changes nothing", async ({ cache }) => {
    await cache.setMany([
      ["a", 1],
      ["b", 2],
    ]);
    const { signal } = new AbortController();
    equal([await cache.get("a", { signal }), await cache.getMany(["b"], { signal }), await cache.has("x", { signal })], [1, [2], false]);
    equal(await collect(cache.keys({ signal })), ["a", "b"], "the keys");
  }),

  cacheScenario(
    "iteration/aborted-during-get",
    "a read that is aborted while it is under way fails with the reason or answers; the cache goes on",
    async ({ cache }) => {
      await cache.set("a", 1);
      const controller = new AbortController();
      const reason = new Error("enough");
      const read = cache.get("a", { signal: controller.signal });
      controller.abort(reason);
      const outcome = await Promise.allSettled([read]);
      if (outcome[0].status === "rejected") equal(outcome[0].reason === reason, true, "whether the failure is the signal's reason");
      else equal(outcome[0].value, 1);
      equal(await cache.get("a"), 1, "a later read");
    },
    { requires: ["async"] },
  ),
];
