import { ok, throwsType } from "../assert.ts";
import { type CacheScenario, cacheScenario } from "../scenario.ts";

/** How a cache answers: with promises throughout, or with none at all. */
export const faceSuite: readonly CacheScenario[] = [
  cacheScenario(
    "face/promises",
    "on the asynchronous face nothing throws: every failure is a rejection",
    async ({ cache }) => {
      const calls = [
        cache.get(Number.NaN),
        cache.set(Number.NaN, 1),
        cache.getMany([Number.NaN]),
        cache.delete(Number.NaN),
        cache.count({ gt: 1, gte: 1 }),
      ];
      ok(
        calls.every((call) => call instanceof Promise),
        "a promise from each call",
      );
      for (const call of calls) await throwsType(() => call);
    },
    { requires: ["async"] },
  ),

  cacheScenario(
    "face/at-once",
    "on the synchronous face nothing is a promise",
    ({ cache, root }) => {
      const answers = [
        cache.set("a", 1),
        cache.get("a"),
        cache.getMany(["a"]),
        cache.getEntry("a"),
        cache.has("a"),
        cache.hasMany(["a"]),
        cache.setMany([["b", 1]]),
        cache.touch("a", 5),
        cache.expire("a"),
        cache.delete("a"),
        cache.deleteMany(["a"]),
        cache.deletePrefix("a"),
        cache.count(),
        cache.size,
        cache.clear(),
        root.stats(),
        root.sweep(),
      ];
      ok(!answers.some((answer) => answer instanceof Promise), "no promise from any call");
      ok(Symbol.iterator in cache.keys() && !(Symbol.asyncIterator in cache.keys()), "an iterable that isn't asynchronous");
    },
    { requires: ["sync"] },
  ),
];
