import type { Ttl } from "@cache/core";
import { equal, throwsType } from "../assert.ts";
import { type CacheScenario, cacheScenario } from "../scenario.ts";
import { collect } from "../turns.ts";

/** How long entries live. */
export const ttlSuite: readonly CacheScenario[] = [
  cacheScenario("ttl/of-a-set", "a ttl counts from the set on; the entry is there until just before", async ({ cache, clock }) => {
    await cache.set("a", 1, { ttl: 1000 });
    equal((await cache.getEntry("a"))?.expiresAt, clock.now() + 1000, "the deadline");
    clock.advance(999);
    equal(await cache.get("a"), 1, "a millisecond before");
    clock.advance(1);
    equal(await cache.get("a"), undefined, "at the deadline");
  }),

  cacheScenario("ttl/none", "without a ttl an entry never expires", async ({ cache, clock }) => {
    await cache.set("a", 1);
    clock.advance(50 * 365 * 86_400_000);
    equal(await cache.get("a"), 1);
  }),

  cacheScenario("ttl/units", "a ttl may be a number with a unit", async ({ cache, clock }) => {
    const units: [Ttl, number][] = [
      ["250ms", 250],
      ["30s", 30_000],
      ["5m", 300_000],
      ["12h", 43_200_000],
      ["30d", 2_592_000_000],
      ["2w", 1_209_600_000],
      ["1.5s", 1500],
      ["0.5m", 30_000],
      [1, 1],
      [86_400_000, 86_400_000],
    ];
    for (const [ttl, ms] of units) {
      await cache.set("a", 1, { ttl });
      equal((await cache.getEntry("a"))?.expiresAt, clock.now() + ms, `the deadline with ${ttl}`);
    }
  }),

  cacheScenario("ttl/fractions", "a deadline is a whole millisecond, never earlier than asked for", async ({ cache, clock }) => {
    await cache.setMany([
      ["a", 1, { ttl: 0.25 }],
      ["b", 1, { ttl: 10.5 }],
      ["c", 1, { ttl: "0.0001s" }],
    ]);
    const deadlines = [await cache.getEntry("a"), await cache.getEntry("b"), await cache.getEntry("c")].map((entry) => entry?.expiresAt);
    equal(deadlines, [clock.now() + 1, clock.now() + 11, clock.now() + 1]);
  }),

  cacheScenario("ttl/invalid", "a ttl that is no positive duration is a TypeError for every verb that takes one", async ({ cache }) => {
    await cache.set("a", "old");
    const wrong: unknown[] = [0, -0, -1, Number.NaN, -Infinity, "", "5", "5 m", "m", "5y", "-5m", "0s", "1e3s", " 5m", null, {}, true, 5n];
    for (const ttl of wrong) {
      // Wrong lifetimes are what this is about.
      const options = { ttl: ttl as Ttl };
      await throwsType(() => cache.set("a", 1, options), `set with a ttl of ${String(ttl)}`);
      await throwsType(() => cache.setMany([["b", 1]], options), `setMany with a ttl of ${String(ttl)}`);
      await throwsType(() => cache.setMany([["b", 1, options]]), `setMany with a ttl of ${String(ttl)} for an entry`);
      await throwsType(() => cache.touch("a", options.ttl), `touch with a ttl of ${String(ttl)}`);
    }
    equal(await collect(cache.entries()), [["a", "old"]], "the entries");
    equal((await cache.getEntry("a"))?.expiresAt, undefined, "the deadline");
  }),

  cacheScenario("ttl/infinity", "Infinity means for ever, and so does what lies beyond the last deadline", async ({ cache, clock }) => {
    await cache.setMany([
      ["a", 1, { ttl: Infinity }],
      ["b", 2, { ttl: 2 ** 52 }],
      ["c", 3, { ttl: Number.MAX_VALUE }],
    ]);
    clock.advance(1e13);
    equal(await cache.getMany(["a", "b", "c"]), [1, 2, 3]);
    equal((await cache.getEntry("a"))?.expiresAt, undefined, "the deadline");
  }),

  cacheScenario(
    "ttl/of-the-cache",
    "a cache's own ttl is that of entries set without one",
    async ({ cache, clock }) => {
      await cache.setMany([
        ["a", 1],
        ["b", 2, { ttl: 10_000 }],
        ["c", 3, { ttl: Infinity }],
        ["d", 4, {}],
        ["e", 5, { ttl: undefined }],
      ]);
      const deadlines = await Promise.all(["a", "b", "c", "d", "e"].map(async (key) => (await cache.getEntry(key))?.expiresAt));
      const own = clock.now() + 5000;
      equal(deadlines, [own, clock.now() + 10_000, undefined, own, own]);
      clock.advance(5000);
      equal(await collect(cache.keys()), ["b", "c"], "the keys left when it is over");
    },
    { options: { ttl: "5s" } },
  ),

  cacheScenario("ttl/of-a-call", "setMany's own ttl is that of entries without one; an entry's wins", async ({ cache, clock }) => {
    await cache.setMany(
      [
        ["a", 1],
        ["b", 2, { ttl: 50 }],
        ["c", 3, { ttl: Infinity }],
      ],
      { ttl: "1s" },
    );
    const deadlines = await Promise.all(["a", "b", "c"].map(async (key) => (await cache.getEntry(key))?.expiresAt));
    equal(deadlines, [clock.now() + 1000, clock.now() + 50, undefined]);
  }),

  cacheScenario("ttl/replaced", "a set replaces the deadline together with the value", async ({ cache, clock }) => {
    await cache.set("a", 1, { ttl: 10 });
    await cache.set("a", 2, { ttl: 1000 });
    clock.advance(10);
    equal(await cache.get("a"), 2, "after a longer ttl");
    await cache.set("a", 3);
    clock.advance(10_000);
    equal(await cache.get("a"), 3, "after no ttl");
    await cache.set("a", 4, { ttl: 5 });
    clock.advance(5);
    equal(await cache.has("a"), false, "after a shorter ttl");
  }),

  cacheScenario("ttl/touch", "touch gives an entry a new lifetime from now on, and leaves its value", async ({ cache, clock }) => {
    await cache.set("a", { x: 1 }, { ttl: 100 });
    clock.advance(60);
    equal(await cache.touch("a", "1s"), true, "what touch answers");
    equal((await cache.getEntry("a"))?.expiresAt, clock.now() + 1000, "the deadline");
    clock.advance(999);
    equal(await cache.get("a"), { x: 1 }, "just before the new deadline");
    clock.advance(1);
    equal(await cache.get("a"), undefined, "at the new deadline");
  }),

  cacheScenario("ttl/touch-shortens", "touch may shorten a lifetime, or end its being endless", async ({ cache, clock }) => {
    await cache.setMany([
      ["a", 1, { ttl: 1000 }],
      ["b", 2],
    ]);
    equal([await cache.touch("a", 10), await cache.touch("b", 10)], [true, true], "what touch answers");
    clock.advance(10);
    equal(await cache.getMany(["a", "b"]), [undefined, undefined]);
  }),

  cacheScenario("ttl/touch-misses", "touch tells when there is nothing to touch, and revives nothing", async ({ cache, clock }) => {
    await cache.set("a", 1, { ttl: 10 });
    clock.advance(10);
    equal([await cache.touch("a", 100), await cache.touch("b", 100)], [false, false]);
    equal(await cache.getMany(["a", "b"]), [undefined, undefined], "the values");
  }),

  cacheScenario(
    "ttl/touch-default",
    "touch without a ttl takes the cache's own",
    async ({ cache, clock }) => {
      await cache.setMany([
        ["a", 1, { ttl: 10 }],
        ["b", 2, { ttl: Infinity }],
      ]);
      equal([await cache.touch("a"), await cache.touch("b")], [true, true], "what touch answers");
      const deadlines = [(await cache.getEntry("a"))?.expiresAt, (await cache.getEntry("b"))?.expiresAt];
      equal(deadlines, [clock.now() + 60_000, clock.now() + 60_000]);
    },
    { options: { ttl: "1m" } },
  ),

  cacheScenario("ttl/touch-for-ever", "touch in a cache without a ttl takes the deadline away", async ({ cache, clock }) => {
    await cache.set("a", 1, { ttl: 10 });
    await cache.touch("a");
    clock.advance(1e10);
    equal([await cache.get("a"), (await cache.getEntry("a"))?.expiresAt], [1, undefined]);
  }),

  cacheScenario("ttl/expire", "expire makes an entry invisible at once; it can be set again", async ({ cache }) => {
    await cache.setMany([
      ["a", 1],
      ["b", 2, { ttl: 1000 }],
      ["c", 3],
    ]);
    equal([await cache.expire("a"), await cache.expire("b"), await cache.expire("a"), await cache.expire("x")], [true, true, false, false]);
    equal(await collect(cache.entries()), [["c", 3]], "the entries");
    equal([await cache.has("a"), await cache.size, await cache.touch("a", 10)], [false, 1, false], "has, size and touch");
    await cache.set("a", 4);
    equal(await cache.get("a"), 4, "the value set again");
  }),
];
