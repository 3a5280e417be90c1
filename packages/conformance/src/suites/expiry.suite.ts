import { equal } from "../assert.ts";
import type { CacheContext } from "../cache-context.ts";
import { type CacheScenario, cacheScenario } from "../scenario.ts";
import { collect } from "../turns.ts";

/** Sets entries "a" to "f", of which "b", "d" and "f" have expired when it returns. */
async function expireSome({ cache, clock }: CacheContext): Promise<void> {
  await cache.setMany(["a", "c", "e"].map((key) => [key, key] as const));
  await cache.setMany(
    ["b", "d", "f"].map((key) => [key, key] as const),
    { ttl: 10 },
  );
  clock.advance(10);
}

/** What has expired: invisible at once, reclaimed later. */
export const expirySuite: readonly CacheScenario[] = [
  cacheScenario("expiry/reads", "expired entries are invisible to every verb that reads", async (context) => {
    await expireSome(context);
    const { cache } = context;
    equal(await cache.get("b"), undefined, "get");
    equal(await cache.getEntry("b"), undefined, "getEntry");
    equal(await cache.has("b"), false, "has");
    equal(await cache.getMany(["a", "b", "c", "d"]), ["a", undefined, "c", undefined], "getMany");
    equal(await cache.hasMany(["a", "b", "c", "d"]), [true, false, true, false], "hasMany");
  }),

  cacheScenario(
    "expiry/iterations",
    "expired entries are invisible to iterations, in both directions and within limits",
    async (context) => {
      await expireSome(context);
      const { cache } = context;
      equal(await collect(cache.keys()), ["a", "c", "e"], "keys");
      equal(await collect(cache.values({ reverse: true })), ["e", "c", "a"], "values in reverse");
      equal(
        await collect(cache.entries({ limit: 2 })),
        [
          ["a", "a"],
          ["c", "c"],
        ],
        "entries with a limit",
      );
      equal(await collect(cache.keys({ gte: "b", limit: 1 })), ["c"], "keys from an expired one on");
      equal(await collect(cache.keys({ gte: "b", lte: "b" })), [], "keys of an expired one alone");
    },
  ),

  cacheScenario("expiry/counts", "expired entries count neither in size nor in a range", async (context) => {
    await expireSome(context);
    const { cache } = context;
    equal([await cache.size, await cache.count(), await cache.count({ gte: "b" }), await cache.count({ prefix: "d" })], [3, 3, 2, 0]);
  }),

  cacheScenario("expiry/exact", "an entry is there until its deadline and gone at it, to the millisecond", async ({ cache, clock }) => {
    await cache.setMany(Array.from({ length: 10 }, (_, at) => [at, at, { ttl: at + 1 }] as const));
    for (let passed = 0; passed <= 10; passed++) {
      equal(await cache.size, 10 - passed, `the size after ${passed} ms`);
      equal(
        await collect(cache.keys()),
        Array.from({ length: 10 - passed }, (_, at) => at + passed),
        `the keys after ${passed} ms`,
      );
      clock.advance(1);
    }
  }),

  cacheScenario("expiry/set-over", "an expired entry can be set anew, with or without a deadline", async (context) => {
    await expireSome(context);
    const { cache, clock } = context;
    await cache.set("b", "new");
    await cache.set("d", "new", { ttl: 100 });
    equal(await cache.getMany(["b", "d", "f"]), ["new", "new", undefined]);
    equal(await cache.size, 5, "the size");
    clock.advance(100);
    equal(await collect(cache.keys()), ["a", "b", "c", "e"], "the keys later");
  }),

  cacheScenario(
    "expiry/clock-set-back",
    "a wall clock that is set back brings nothing back, and stops no later expiry",
    async ({ cache, clock }) => {
      await cache.setMany([
        ["a", 1, { ttl: 1000 }],
        ["b", 2, { ttl: 60_000 }],
        ["c", 3],
      ]);
      clock.advance(2000);
      equal(await collect(cache.keys()), ["b", "c"], "the keys before");
      clock.jump(clock.now() - 3_600_000);
      equal(await collect(cache.keys()), ["b", "c"], "the keys after");
      equal([await cache.get("a"), await cache.has("a"), await cache.size], [undefined, false, 2], "get, has and size");
      clock.advance(3_600_000 + 60_000);
      equal(await collect(cache.keys()), ["c"], "the keys when b's time has come");
    },
  ),

  cacheScenario("expiry/clock-set-ahead", "a wall clock that is set ahead expires what is due then", async ({ cache, clock }) => {
    await cache.setMany([
      ["a", 1, { ttl: "1h" }],
      ["b", 2, { ttl: "30d" }],
    ]);
    clock.jump(clock.now() + 86_400_000);
    equal(await collect(cache.keys()), ["b"]);
  }),

  cacheScenario(
    "expiry/reopened",
    "what expires while nobody has the cache open is gone when it is opened",
    async (context) => {
      await context.cache.setMany([
        ["a", 1, { ttl: 1000 }],
        ["b", 2, { ttl: 5000 }],
        ["c", 3],
      ]);
      await context.close();
      context.clock.advance(1000);
      const { cache } = await context.reopen();
      equal(await collect(cache.entries()), [
        ["b", 2],
        ["c", 3],
      ]);
      equal((await cache.getEntry("b"))?.expiresAt, context.clock.now() + 4000, "a deadline");
      equal(await cache.size, 2, "the size");
    },
    { requires: ["reopens"] },
  ),
];
