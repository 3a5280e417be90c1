import { equal, ok, throwsCode, throwsType } from "../assert.ts";
import { type CacheScenario, cacheScenario } from "../scenario.ts";
import { collect, together } from "../turns.ts";

/** Calls made without waiting for each other: each sees those before it, and those of one turn share a commit. */
export const turnSuite: readonly CacheScenario[] = [
  cacheScenario("turn/reads-own-writes", "a read sees the writes called before it, waited for or not", async ({ cache }) => {
    await cache.set("c", 0);
    const answers = [
      cache.set("a", 1),
      cache.get("a"),
      cache.has("a"),
      cache.getMany(["a", "b"]),
      cache.set("a", 2),
      cache.getEntry("a"),
      cache.hasMany(["a", "b"]),
      cache.delete("c"),
      cache.get("c"),
      cache.get("a"),
    ] as const;
    const [, first, has, many, , entry, hasMany, deleted, gone, last] = await together(answers);
    equal([first, has, many], [1, true, [1, undefined]], "after the first set");
    equal([entry?.value, hasMany], [2, [true, false]], "after the second set");
    equal([deleted, gone, last], [true, undefined, 2], "after the delete");
  }),

  cacheScenario("turn/ranges-see-writes", "iterations, counts and sizes see the writes called before them", async ({ cache }) => {
    const written = [cache.set("b", 1), cache.set("a", 2)];
    const keys = collect(cache.keys());
    const size = cache.size;
    const count = cache.count({ gte: "b" });
    equal([await keys, await size, await count], [["a", "b"], 2, 1], "after two sets");
    await together(written);
    const removed = cache.deletePrefix("a");
    const [left, sizeLeft] = [collect(cache.entries()), cache.size];
    equal([await left, await sizeLeft, await removed], [[["b", 1]], 1, 1], "after a deletePrefix");
    const cleared = cache.clear();
    equal([await cache.get("b"), await cache.size], [undefined, 0], "after a clear");
    await cleared;
  }),

  cacheScenario(
    "turn/counts-see-writes",
    "a count in a range, or of a namespace, sees the writes called just before it",
    async ({ cache }) => {
      await cache.setMany([
        ["a", 1],
        [["n", 1], 1],
        [["n", 2], 2],
      ]);
      const inner = cache.namespace("n");
      const removed = inner.delete(1);
      equal(await inner.size, 1, "the size of a namespace after a delete");
      const written = cache.set("b", 2);
      equal(await cache.count({ lte: "b" }), 2, "the count after a set");
      const cleared = inner.clear();
      equal(await cache.count({ prefix: "n" }), 0, "the count after a clear");
      await together([removed, written, cleared]);
    },
  ),

  cacheScenario("turn/order", "writes take effect in the order of the calls", async ({ cache }) => {
    await together([
      cache.set("a", 1),
      cache.delete("a"),
      cache.set("b", 1),
      cache.set("b", 2),
      cache.clear(),
      cache.set("c", 3),
      cache.setMany([
        ["d", 4],
        ["c", 5],
      ]),
    ]);
    equal(await collect(cache.entries()), [
      ["c", 5],
      ["d", 4],
    ]);
  }),

  cacheScenario("turn/answers", "each call of a turn gets its own answer", async ({ cache, clock }) => {
    await cache.setMany([
      ["a", 1],
      ["b", 2],
      [["p", 1], 3],
      [["p", 2], 4],
    ]);
    const answers = [
      cache.delete("a"),
      cache.delete("a"),
      cache.deleteMany(["x", "b"]),
      cache.touch("a", 5),
      cache.deletePrefix("p"),
      cache.set("c", 5),
      cache.touch("c", 5),
      cache.expire("c"),
      cache.expire("c"),
      cache.delete("c"),
    ] as const;
    equal(await together(answers), [true, false, [false, true], false, 2, undefined, true, true, false, false]);
    clock.advance(1);
    equal(await cache.size, 0, "the size");
  }),

  cacheScenario(
    "turn/one-commit",
    "the writes of one turn are committed together",
    async ({ cache }) => {
      await together([
        cache.set("a", { x: 1 }),
        cache.set("b", { y: 2 }),
        cache.setMany([
          ["c", 3],
          ["d", 4],
        ]),
      ]);
      const versions = await together(["a", "b", "c", "d"].map(async (key) => (await cache.getEntry(key))?.version));
      equal(new Set(versions).size, 1, "the number of versions");
      await cache.set("e", 5);
      ok(((await cache.getEntry("e"))?.version ?? 0) > (versions[0] ?? 0), "a greater version for a write of another turn");
    },
    { requires: ["async"] },
  ),

  cacheScenario(
    "turn/one-snapshot",
    "the reads of one turn see one moment, though another cache writes meanwhile",
    async (context) => {
      const { cache: writer } = await context.another();
      await writer.setMany([
        ["a", 0],
        ["z", 0],
      ]);
      for (let round = 1; round <= 10; round++) {
        const written = writer.setMany([
          ["a", round],
          ["z", round],
        ]);
        const [a, [z], entries] = await together([context.cache.get("a"), context.cache.getMany(["z"]), collect(context.cache.values())]);
        equal(a, z, "the value of a, next to that of z");
        ok(entries[0] === entries[1], "an iteration's page from one moment");
        await written;
      }
    },
    { requires: ["shares", "async"] },
  ),

  cacheScenario("turn/failures-apart", "a refused call of a turn leaves the others alone", async ({ cache }) => {
    const good = cache.set("a", 1);
    const bad = throwsType(() => cache.set(Number.NaN, 2));
    const long = throwsCode("CACHE_KEY_TOO_LONG", () => cache.set("x".repeat(5000), 2));
    const notStorable = throwsCode("CACHE_UNSUPPORTED", () => cache.set("b", () => 1));
    const last = cache.set("c", 3);
    await together([good, bad, long, notStorable, last]);
    equal(await collect(cache.entries()), [
      ["a", 1],
      ["c", 3],
    ]);
  }),

  cacheScenario("turn/many-writers", "hundreds of calls at once all have their effect", async ({ cache }) => {
    const sets = Array.from({ length: 400 }, (_, at) => cache.set(["k", at % 200], at));
    const deletes = Array.from({ length: 50 }, (_, at) => cache.delete(["k", at]));
    await together([...sets, ...deletes]);
    equal(
      await collect(cache.entries()),
      Array.from({ length: 150 }, (_, at) => [["k", at + 50], at + 250]),
    );
  }),

  cacheScenario("turn/interleaved", "writes that follow one another without a pause see each other", async ({ cache }) => {
    await cache.set("count", 0);
    for (let round = 1; round <= 20; round++) {
      const before = (await cache.get("count")) as number;
      void cache.set("count", before + 1);
    }
    equal(await cache.get("count"), 20);
  }),
];
