import { type Key, type KeyPart, MAX_KEY_BYTES } from "@cache/core";
import { DEFAULT_TABLE } from "@cache/core/spi";
import { equal, throwsCode, throwsType } from "../assert.ts";
import type { AnyNamespace } from "../cache-context.ts";
import { keyVectors } from "../key-vectors.ts";
import { noKeys, orderedKeys } from "../sample-keys.ts";
import { type CacheScenario, cacheScenario } from "../scenario.ts";
import { hex, show } from "../show.ts";
import { collect } from "../turns.ts";

/** Calls each verb that takes a key; the calls are named. */
function verbsOn(cache: AnyNamespace, key: Key): [name: string, call: () => unknown][] {
  return [
    ["get", () => cache.get(key)],
    ["getMany", () => cache.getMany(["a", key])],
    ["getEntry", () => cache.getEntry(key)],
    ["has", () => cache.has(key)],
    ["hasMany", () => cache.hasMany(["a", key])],
    ["set", () => cache.set(key, 1)],
    ["setMany", () => cache.setMany([[key, 1]])],
    ["delete", () => cache.delete(key)],
    ["deleteMany", () => cache.deleteMany(["a", key])],
    ["deletePrefix", () => cache.deletePrefix(key)],
    ["touch", () => cache.touch(key, 5)],
    ["expire", () => cache.expire(key)],
    // A list is several parts of a namespace; that it has one at least is part of what is tested.
    ["namespace", () => cache.namespace(...((Array.isArray(key) ? key : [key]) as [KeyPart]))],
  ];
}

/** Keys: which there are, their order, their limits. */
export const keySuite: readonly CacheScenario[] = [
  cacheScenario("key/order", "keys of all types sort by type, then by value, then by what follows", async ({ cache }) => {
    const shuffled = orderedKeys.map((key, at) => [key, at] as const).toSorted(([, a], [, b]) => ((a * 37) % 89) - ((b * 37) % 89));
    await cache.setMany(shuffled);
    equal(
      await collect(cache.values()),
      orderedKeys.map((_, at) => at),
      "the values, in the order of their keys",
    );
    equal(await cache.size, orderedKeys.length, "the size");
  }),

  cacheScenario("key/round-trip", "keys come back as they were, each of its own type", async ({ cache }) => {
    await cache.setMany(orderedKeys.map((key, at) => [key, at] as const));
    equal(await collect(cache.keys()), orderedKeys, "all keys");
    for (const [at, key] of orderedKeys.entries()) equal(await cache.get(key), at, "the value at a key");
  }),

  cacheScenario("key/one-part", "a part and the list of just it are the same key, and come back as the part", async ({ cache }) => {
    await cache.set(["a"], 1);
    equal(await cache.get("a"), 1);
    await cache.set("a", 2);
    equal([await cache.get(["a"]), await cache.size], [2, 1], "the value and the size");
    equal(await collect(cache.keys()), ["a"], "the keys");
    await cache.set([["a"]], 3);
    equal(await collect(cache.keys()), ["a", [["a"]]], "the keys with a nested list");
  }),

  cacheScenario("key/minus-zero", "−0 is the same key as 0", async ({ cache }) => {
    await cache.set(-0, "zero");
    await cache.set(["a", -0], "inside");
    equal([await cache.get(0), await cache.get(["a", 0])], ["zero", "inside"]);
    equal(await collect(cache.keys()), [0, ["a", 0]], "the keys");
  }),

  cacheScenario("key/like-types", "values that look alike in different types are different keys", async ({ cache }) => {
    const keys: Key[] = [1, 1n, "1", true, new Date(1), Uint8Array.of(1), [[1]], null, "null", 0, false, ""];
    await cache.setMany(keys.map((key, at) => [key, at] as const));
    equal(
      await cache.getMany(keys),
      keys.map((_, at) => at),
    );
  }),

  cacheScenario("key/boundaries-of-parts", "how a key is cut into parts matters", async ({ cache }) => {
    const keys: Key[] = [
      ["ab", "c"],
      ["a", "bc"],
      "abc",
      ["a", "b", "c"],
      [["a", "b"], "c"],
      ["a", ["b", "c"]],
      [["a", "b", "c"]],
      ["abc", ""],
    ];
    await cache.setMany(keys.map((key, at) => [key, at] as const));
    equal(
      await cache.getMany(keys),
      keys.map((_, at) => at),
    );
    equal(await cache.size, keys.length, "the size");
  }),

  cacheScenario(
    "key/zero-and-surrogates",
    "strings with zero characters, astral ones and lone surrogates are all told apart",
    async ({ cache }) => {
      const keys = [
        "\0",
        "\0\0",
        "a\0",
        "a",
        "a\0b",
        "\ud800",
        "\udc00",
        "\ud83d",
        "\ude00",
        "\ud83d\ude00",
        "\ude00\ud83d",
        "\ud83d\ud83d\ude00",
        "\ufffd",
        "\0\ud800\0",
      ];
      await cache.setMany(keys.map((key, at) => [key, at] as const));
      equal(
        await cache.getMany(keys),
        keys.map((_, at) => at),
      );
      for await (const [key, at] of cache.entries()) equal(key, keys[at as number], "a key");
      equal(await cache.size, keys.length, "the size");
    },
  ),

  cacheScenario("key/any-bytes", "Uint8Arrays with an offset or of a subclass are the bytes they show", async ({ cache }) => {
    const whole = Uint8Array.of(9, 1, 2, 3, 9);
    await cache.set(whole.subarray(1, 4), "part");
    equal(await cache.get(Uint8Array.of(1, 2, 3)), "part");
    equal(await collect(cache.keys()), [Uint8Array.of(1, 2, 3)], "the keys");
  }),

  cacheScenario("key/refused", "what is no key is a TypeError for every verb, and changes nothing", async ({ cache }) => {
    await cache.set("a", 1);
    for (const wrong of noKeys) {
      // Wrong keys are what this is about.
      for (const [name, call] of verbsOn(cache, wrong as Key)) await throwsType(call, `${name} of ${show(wrong)}`);
      if (wrong === undefined) continue;
      for (const bound of ["gt", "gte", "lt", "lte", "prefix"])
        await throwsType(() => cache.count({ [bound]: wrong }), `count with ${bound} ${show(wrong)}`);
    }
    equal(await collect(cache.entries()), [["a", 1]], "the entries");
  }),

  cacheScenario("key/too-long", "a key longer than the limit is refused by every verb", async ({ cache }) => {
    await cache.set("a", 1);
    for (const long of [
      "x".repeat(MAX_KEY_BYTES),
      ["x".repeat(1000), "y".repeat(1000)],
      "\0".repeat(1200),
      2n ** 16_000n,
      new Uint8Array(5000),
    ])
      for (const [name, call] of verbsOn(cache, long)) await throwsCode("CACHE_KEY_TOO_LONG", call, name);
    equal(await collect(cache.entries()), [["a", 1]], "the entries");
  }),

  cacheScenario("key/longest", "a key of just the greatest length works for every verb", async (context) => {
    const { cache } = context;
    const room = MAX_KEY_BYTES - context.encoded("").length;
    const [long, other] = [`${"x".repeat(room - 1)}y`, `${"x".repeat(room - 1)}z`];
    equal(context.encoded(long).length, MAX_KEY_BYTES, "the length of the key");
    await cache.setMany([
      [long, 1, { ttl: 50 }],
      [other, 2],
    ]);
    equal(await cache.getMany([long, other]), [1, 2]);
    equal(await collect(cache.keys({ gt: long })), [other], "what follows it");
    equal(await cache.touch(long, 100), true, "touch");
    equal(await cache.count({ prefix: long }), 1, "the number of keys it is a prefix of");
    equal(await cache.delete(long), true, "delete");
    await throwsCode("CACHE_KEY_TOO_LONG", () => cache.set(`${long}!`, 1), "a key of one byte more");
    equal(await collect(cache.entries()), [[other, 2]], "what is left");
  }),

  cacheScenario(
    "key/vectors",
    "keys are stored as the published format says",
    async ({ cache, store }) => {
      for (const [key, expected] of keyVectors) {
        await cache.set(key, 0);
        const [row] = await store.all(DEFAULT_TABLE);
        equal(row && hex(row.key), expected, "the stored bytes of a key");
        await cache.clear();
      }
    },
    { variants: ["fresh"] },
  ),
];
