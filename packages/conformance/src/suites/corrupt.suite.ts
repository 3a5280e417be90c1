import { isCacheError } from "@cache/core";
import { equal, ok, throwsCode } from "../assert.ts";
import type { CacheContext } from "../cache-context.ts";
import { type CacheScenario, cacheScenario } from "../scenario.ts";
import { collect } from "../turns.ts";

async function damageMiddle(context: CacheContext): Promise<void> {
  await context.cache.setMany([
    ["a", { x: 1 }],
    ["b", { x: "the value" }],
    ["c", { x: 3 }],
  ]);
  await context.damage("b");
}

const onMiss = { options: { onCorrupt: "miss" } } as const;

/** Damaged values: an error or a miss by choice, never wrong data. */
export const corruptSuite: readonly CacheScenario[] = [
  cacheScenario("corrupt/throws", "a damaged value is CACHE_CORRUPT for every verb that decodes it", async (context) => {
    await damageMiddle(context);
    const { cache } = context;
    const error = await throwsCode("CACHE_CORRUPT", () => cache.get("b"), "get");
    ok(!error.message.includes("the value"), "a message without the value");
    await throwsCode("CACHE_CORRUPT", () => cache.getMany(["a", "b"]), "getMany");
    await throwsCode("CACHE_CORRUPT", () => cache.getEntry("b"), "getEntry");
    await throwsCode("CACHE_CORRUPT", () => collect(cache.values()), "values");
    await throwsCode("CACHE_CORRUPT", () => collect(cache.entries({ gte: "b" })), "entries");
  }),

  cacheScenario("corrupt/others-unharmed", "verbs that need no value, and other entries, are unharmed", async (context) => {
    await damageMiddle(context);
    const { cache } = context;
    equal(await cache.getMany(["a", "c"]), [{ x: 1 }, { x: 3 }], "the others");
    equal([await cache.has("b"), await cache.size, await cache.count({ gte: "b" })], [true, 3, 2], "has, size and count");
    equal(await collect(cache.keys()), ["a", "b", "c"], "the keys");
    equal(await collect(cache.values({ gt: "b" })), [{ x: 3 }], "an iteration beside it");
  }),

  cacheScenario("corrupt/mended", "a damaged entry can be set again or deleted", async (context) => {
    await damageMiddle(context);
    const { cache } = context;
    await cache.set("b", "new");
    equal(await cache.get("b"), "new");
    await context.damage("b");
    equal(await cache.delete("b"), true, "deleting it");
    equal(await cache.get("b"), undefined, "the value deleted");
  }),

  cacheScenario(
    "corrupt/miss",
    'with onCorrupt: "miss" a damaged value is a miss, and an error is told',
    async (context) => {
      await damageMiddle(context);
      const { cache } = context;
      const errors: unknown[] = [];
      cache.on("error", ({ error }) => errors.push(error));
      equal(await cache.get("b"), undefined, "get");
      equal(await cache.getMany(["a", "b", "c"]), [{ x: 1 }, undefined, { x: 3 }], "getMany");
      equal(await cache.getEntry("b"), undefined, "getEntry");
      equal(await collect(cache.values()), [{ x: 1 }, { x: 3 }], "values");
      equal(
        await collect(cache.entries({ reverse: true })),
        [
          ["c", { x: 3 }],
          ["a", { x: 1 }],
        ],
        "entries",
      );
      equal([errors.length, errors.every((error) => isCacheError(error, "CACHE_CORRUPT"))], [5, true], "the errors told");
    },
    onMiss,
  ),

  cacheScenario(
    "corrupt/miss-limits",
    "damaged values that are skipped don't count against a limit",
    async (context) => {
      await context.cache.setMany(Array.from({ length: 10 }, (_, at) => [at, at] as const));
      for (const at of [0, 1, 4]) await context.damage(at);
      equal(await collect(context.cache.values({ limit: 4 })), [2, 3, 5, 6]);
    },
    onMiss,
  ),

  cacheScenario(
    "corrupt/miss-counts",
    "a damaged value counts as a miss",
    async (context) => {
      await damageMiddle(context);
      await context.cache.getMany(["a", "b"]);
      const { hits, misses } = await context.root.stats();
      equal([hits, misses], [1, 1]);
    },
    onMiss,
  ),

  cacheScenario("corrupt/every-byte", "a change of any single byte of a value is noticed", async (context) => {
    const { cache } = context;
    await cache.set("a", { id: 7, name: "Ada" });
    const length = (await context.stored("a"))?.value.length ?? 0;
    ok(length > 5, "a value of some bytes");
    for (let at = 0; at < length; at++) {
      const flip = (value: Uint8Array): Uint8Array => {
        value[at] = (value[at] ?? 0) ^ 0x10;
        return value;
      };
      await context.damage("a", flip);
      let failure: unknown;
      try {
        await cache.get("a");
      } catch (error) {
        failure = error;
      }
      ok(isCacheError(failure, "CACHE_CORRUPT") || isCacheError(failure, "CACHE_VERSION"), `byte ${at} of ${length} to be noticed`);
      await context.damage("a", flip);
    }
    equal(await cache.get("a"), { id: 7, name: "Ada" }, "the value with all bytes back in place");
  }),

  cacheScenario("corrupt/lengths", "a value that was cut, emptied or lengthened is noticed", async (context) => {
    const { cache } = context;
    for (const change of [
      (): Uint8Array => new Uint8Array(0),
      (): Uint8Array => new Uint8Array(3),
      (): Uint8Array => new Uint8Array(40),
      (value: Uint8Array): Uint8Array => value.slice(0, -1),
      (value: Uint8Array): Uint8Array => value.slice(0, 6),
      (value: Uint8Array): Uint8Array => Uint8Array.of(...value, 0),
    ]) {
      await cache.set("a", { id: 7, name: "Ada" });
      await context.damage("a", change);
      await throwsCode("CACHE_CORRUPT", () => cache.get("a"), "get");
    }
  }),

  cacheScenario("corrupt/swapped", "a value that was put under another key is no worse than itself", async (context) => {
    const { cache } = context;
    await cache.setMany([
      ["a", { shape: 1 }],
      ["b", { other: 2 }],
    ]);
    const value = (await context.stored("a"))?.value.slice();
    ok(value, "a stored value");
    await context.damage("b", () => value);
    equal(await cache.get("b"), { shape: 1 });
  }),
];
