import { equal, ok, throwsCode } from "../assert.ts";
import { type CacheScenario, cacheScenario } from "../scenario.ts";
import { collect } from "../turns.ts";

const requires = ["reopens"] as const;

/** Closing. */
export const closeSuite: readonly CacheScenario[] = [
  cacheScenario(
    "close/verbs-fail",
    "every verb of a closed cache fails with CACHE_CLOSED",
    async ({ cache, root }) => {
      await cache.set("a", 1);
      const iterator = cache.keys();
      await root.close();
      const calls: [string, () => unknown][] = [
        ["get", () => cache.get("a")],
        ["getMany", () => cache.getMany(["a"])],
        ["getEntry", () => cache.getEntry("a")],
        ["has", () => cache.has("a")],
        ["hasMany", () => cache.hasMany(["a"])],
        ["set", () => cache.set("a", 1)],
        ["setMany", () => cache.setMany([["a", 1]])],
        ["delete", () => cache.delete("a")],
        ["deleteMany", () => cache.deleteMany(["a"])],
        ["deletePrefix", () => cache.deletePrefix("a")],
        ["clear", () => cache.clear()],
        ["touch", () => cache.touch("a", 5)],
        ["expire", () => cache.expire("a")],
        ["count", () => cache.count()],
        ["size", () => cache.size],
        ["keys", () => collect(cache.keys())],
        ["values", () => collect(cache.values())],
        ["entries", () => collect(cache.entries())],
        ["an iteration begun before", () => iterator.next()],
        ["get of a namespace", () => cache.namespace("x").get("a")],
        ["stats", () => root.stats()],
        ["sweep", () => root.sweep()],
      ];
      for (const [name, call] of calls) await throwsCode("CACHE_CLOSED", call, name);
    },
    { requires },
  ),

  cacheScenario(
    "close/nothing-asked",
    "calls that have nothing to do fail with CACHE_CLOSED, too",
    async ({ cache, root }) => {
      await root.close();
      await throwsCode("CACHE_CLOSED", () => cache.getMany([]), "getMany of nothing");
      await throwsCode("CACHE_CLOSED", () => cache.setMany([]), "setMany of nothing");
      await throwsCode("CACHE_CLOSED", () => cache.deleteMany([]), "deleteMany of nothing");
      await throwsCode("CACHE_CLOSED", () => cache.count({ gt: "b", lt: "a" }), "count of an empty range");
    },
    { requires },
  ),

  cacheScenario(
    "close/twice",
    "closing again does nothing, also at the same time",
    async ({ root }) => {
      await Promise.all([root.close(), root.close()]);
      equal(await root.close(), undefined, "what close answers");
    },
    { requires },
  ),

  cacheScenario(
    "close/waits-for-writes",
    "writes under way are carried out before the cache is closed",
    async (context) => {
      const { cache, root } = context;
      const written = Promise.allSettled([
        cache.set("a", { shape: 1 }),
        cache.setMany([
          ["b", 2],
          ["c", 3],
        ]),
        cache.delete("c"),
      ]);
      await root.close();
      equal(
        (await written).map(({ status }) => status),
        ["fulfilled", "fulfilled", "fulfilled"],
        "how the writes ended",
      );
      const again = await context.reopen();
      equal(await collect(again.cache.entries()), [
        ["a", { shape: 1 }],
        ["b", 2],
      ]);
    },
    { requires },
  ),

  cacheScenario(
    "close/waits-for-a-sweep",
    "a sweep under way ends before the cache is closed",
    async (context) => {
      const { cache, clock, root } = context;
      await cache.setMany(
        Array.from({ length: 500 }, (_, at) => [at, at] as const),
        { ttl: 10 },
      );
      clock.advance(10);
      const sweep = Promise.allSettled([root.sweep()]);
      await root.close();
      const [outcome] = await sweep;
      ok(outcome.status === "fulfilled" && (outcome.value.removed === 500 || outcome.value.more), "a sweep that tells how far it came");
      equal(await (await context.reopen()).cache.size, 0, "the size");
    },
    { requires },
  ),

  cacheScenario(
    "close/reads-under-way",
    "reads under way answer or fail with CACHE_CLOSED",
    async ({ cache, root }) => {
      await cache.set("a", 1);
      const outcomes = Promise.allSettled([cache.get("a"), cache.getMany(["a"]), cache.size, collect(cache.keys())]);
      await root.close();
      for (const outcome of await outcomes)
        if (outcome.status === "rejected") await throwsCode("CACHE_CLOSED", () => Promise.reject(outcome.reason), "a read under way");
    },
    { requires: ["reopens", "async"] },
  ),

  cacheScenario(
    "close/reopen",
    "everything is there when the cache is opened again",
    async (context) => {
      const { clock } = context;
      await context.cache.setMany([
        ["a", { x: new Map([["k", 1n]]) }],
        [["b", 2], undefined],
        ["c", 3, { ttl: 1000 }],
      ]);
      const entries = await collect(context.cache.entries());
      const version = (await context.cache.getEntry("a"))?.version;
      const { cache } = await context.reopen();
      equal(await collect(cache.entries()), entries);
      equal(
        [await cache.size, (await cache.getEntry("a"))?.version, (await cache.getEntry("c"))?.expiresAt],
        [3, version, clock.now() + 1000],
        "size, version and deadline",
      );
      await cache.set("a", 2);
      ok(((await cache.getEntry("a"))?.version ?? 0) > (version ?? 0), "a greater version for what is set then");
    },
    { requires },
  ),

  cacheScenario(
    "close/dispose",
    "leaving a scope with `await using` closes the cache",
    async ({ cache, root }) => {
      await cache.set("a", 1);
      // What `await using` calls in the end; not every browser knows the syntax, or its symbol.
      const asyncDispose: typeof Symbol.asyncDispose = Symbol.asyncDispose ?? Symbol.for("Symbol.asyncDispose");
      await root[asyncDispose]();
      await throwsCode("CACHE_CLOSED", () => cache.get("a"));
    },
    { requires },
  ),

  cacheScenario(
    "close/destroyed",
    "a cache whose store was destroyed begins empty",
    async (context) => {
      await context.cache.setMany([
        ["a", { shape: 1 }],
        ["b", { other: 2 }],
      ]);
      await context.close();
      await context.store.store.destroy();
      const { cache } = await context.reopen();
      equal([await cache.size, await cache.get("a")], [0, undefined]);
      await cache.set("a", { third: 3 });
      equal(await collect(cache.entries()), [["a", { third: 3 }]], "what is set then");
    },
    { requires, variants: ["fresh", "reopened"] },
  ),
];
