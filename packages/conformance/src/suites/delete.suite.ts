import { equal, throwsType } from "../assert.ts";
import { type CacheScenario, cacheScenario } from "../scenario.ts";
import { collect } from "../turns.ts";

/** Removing entries. */
export const deleteSuite: readonly CacheScenario[] = [
  cacheScenario("delete/tells", "delete tells whether there was an entry", async ({ cache }) => {
    await cache.setMany([
      ["a", 1],
      ["b", 2],
    ]);
    equal(await cache.delete("a"), true, "deleting an entry");
    equal(await cache.delete("a"), false, "deleting it again");
    equal(await cache.delete("c"), false, "deleting what never was");
    equal(await collect(cache.entries()), [["b", 2]]);
  }),

  cacheScenario("delete/expired", "an expired entry can't be deleted: it isn't there", async ({ cache, clock }) => {
    await cache.set("a", 1, { ttl: 10 });
    clock.advance(10);
    equal(await cache.delete("a"), false, "delete");
    await cache.setMany(
      [
        ["b", 1],
        ["c", 2],
      ],
      { ttl: 10 },
    );
    clock.advance(10);
    equal(await cache.deleteMany(["b", "x"]), [false, false], "deleteMany");
    equal(await cache.deletePrefix("c"), 0, "deletePrefix");
  }),

  cacheScenario("delete/many", "deleteMany tells for each key whether it was there, once for a repeated one", async ({ cache }) => {
    await cache.setMany(["a", "b", "c", "d"].map((key) => [key, 1] as const));
    equal(await cache.deleteMany(["c", "x", "a", "a"]), [true, false, true, false]);
    equal(await collect(cache.keys()), ["b", "d"], "the keys left");
    equal(await cache.deleteMany([]), [], "deleting nothing");
    equal(await cache.deleteMany(new Set(["b"])), [true], "deleting a set of keys");
  }),

  cacheScenario("delete/many-bad-key", "deleteMany with one bad key deletes nothing", async ({ cache }) => {
    await cache.setMany([
      ["a", 1],
      ["b", 2],
    ]);
    await throwsType(() => cache.deleteMany(["a", Number.NaN]));
    equal(await collect(cache.keys()), ["a", "b"]);
  }),

  cacheScenario("delete/prefix", "deletePrefix removes the keys that begin with the parts, the equal one among them", async ({ cache }) => {
    const keys = ["a", ["a", 1], ["a", 1, "x"], ["a", 2], ["a", [1]], "ab", ["ab", 1], "b"];
    await cache.setMany(keys.map((key) => [key, 0] as const));
    equal(await cache.deletePrefix(["a", 1]), 2, "the count for two parts");
    equal(await collect(cache.keys()), ["a", ["a", 2], ["a", [1]], "ab", ["ab", 1], "b"], "the keys left");
    equal(await cache.deletePrefix("a"), 3, "the count for one part");
    equal(await collect(cache.keys()), ["ab", ["ab", 1], "b"], "the keys left: a prefix is of parts, not of characters");
    equal(await cache.deletePrefix("zzz"), 0, "the count for no keys");
  }),

  cacheScenario("delete/prefix-of-types", "a prefix matches parts of its own type alone", async ({ cache }) => {
    const keys = [
      [1, "x"],
      [1n, "x"],
      ["1", "x"],
      [new Date(1), "x"],
      [Uint8Array.of(49), "x"],
      [[1], "x"],
      [true, "x"],
      [null, "x"],
    ];
    await cache.setMany(keys.map((key) => [key, 0] as const));
    for (const key of keys) equal(await cache.deletePrefix([key[0] ?? null]), 1, "the count");
    equal(await cache.size, 0, "the size");
  }),

  cacheScenario("delete/prefix-odd-strings", "prefixes with zero characters and surrogates match just themselves", async ({ cache }) => {
    const prefixes = ["a", "a\0", "a\0\0", "a\u0001", "a\ud800", "a😀", "a\uffff"];
    await cache.setMany(prefixes.flatMap((prefix) => [[[prefix, 1], 0] as const, [[prefix, 2], 0] as const]));
    for (const [at, prefix] of prefixes.entries()) {
      equal(await cache.deletePrefix(prefix), 2, "the count");
      equal(await cache.size, 2 * (prefixes.length - at - 1), "the size");
    }
  }),

  cacheScenario("delete/clear", "clear removes everything and answers nothing", async ({ cache }) => {
    await cache.setMany([null, 0, "a", ["a", 1], [[]], new Date(0)].map((key) => [key, 0] as const));
    await cache.set("b", 1, { ttl: 10 });
    equal(await cache.clear(), undefined, "what clear answers");
    equal([await cache.size, await collect(cache.keys())], [0, []], "what is left");
    await cache.clear();
    await cache.set("a", 1);
    equal(await collect(cache.entries()), [["a", 1]], "what is set afterwards");
  }),

  cacheScenario("delete/set-again", "an entry set again after its deletion has nothing of the old one", async ({ cache, clock }) => {
    await cache.set("a", 1, { ttl: 10 });
    await cache.delete("a");
    await cache.set("a", 2);
    clock.advance(20);
    equal(await cache.get("a"), 2);
    equal((await cache.getEntry("a"))?.expiresAt, undefined, "the deadline");
  }),

  cacheScenario("delete/thousands", "thousands of entries go at once by prefix", async ({ cache }) => {
    await cache.setMany(Array.from({ length: 3000 }, (_, at) => [[at % 3, at], at] as const));
    equal(await cache.deletePrefix(1), 1000, "the count");
    equal(await cache.count({ prefix: 0 }), 1000, "the entries before");
    equal(await cache.count({ prefix: 2 }), 1000, "the entries behind");
  }),
];
