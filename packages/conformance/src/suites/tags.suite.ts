import type { Key } from "@cache/core";
import { MAX_INDEX_BYTES } from "@cache/core/spi";
import { equal, throwsCode, throwsType } from "../assert.ts";
import { type CacheScenario, cacheScenario } from "../scenario.ts";
import { collect, together } from "../turns.ts";

/** Tags of entries: how entries get them, what is a tag, and what is listed by them. */
export const tagsSuite: readonly CacheScenario[] = [
  cacheScenario("tags/of-a-set", "an entry has the tags it was set with, each once and in order", async ({ cache }) => {
    await cache.set("a", 1, { tags: ["tenant:7", "b", "a", "b"] });
    await cache.set("b", 2);
    await cache.set("c", 3, { tags: [] });
    equal((await cache.getEntry("a"))?.tags, ["a", "b", "tenant:7"], "the tags");
    equal((await cache.getEntry("b"))?.tags, [], "without any");
    equal((await cache.getEntry("c"))?.tags, [], "with none");
  }),

  cacheScenario("tags/of-many", "the tags of an entry of setMany win over those of the call", async ({ cache }) => {
    await cache.setMany(
      [
        ["a", 1],
        ["b", 2, { tags: ["own"] }],
        ["c", 3, { tags: [] }],
        ["d", 4, { ttl: 5 }],
      ],
      { tags: ["common"] },
    );
    const entries = await together(["a", "b", "c", "d"].map((key) => cache.getEntry(key)));
    equal(
      entries.map((entry) => entry?.tags),
      [["common"], ["own"], [], ["common"]],
    );
  }),

  cacheScenario("tags/replaced", "a set replaces the tags, too", async ({ cache }) => {
    await cache.set("a", 1, { tags: ["old", "both"] });
    await cache.set("a", 2, { tags: ["both", "new"] });
    equal((await cache.getEntry("a"))?.tags, ["both", "new"], "the tags");
    equal(await cache.invalidateTag("old"), 0, "how many have the old one");
    await cache.set("a", 3);
    equal((await cache.getEntry("a"))?.tags, [], "the tags after a set without any");
    equal(await cache.invalidateTags(["both", "new"]), 0, "how many have any of them");
    equal(await cache.get("a"), 3, "the value");
  }),

  cacheScenario("tags/kept", "touch and expire leave the tags alone", async ({ cache, clock }) => {
    await cache.set("a", 1, { tags: ["t", "u"] });
    await cache.touch("a", 1000);
    equal((await cache.getEntry("a"))?.tags, ["t", "u"], "after touch");
    await cache.touch("a");
    equal(await collect(cache.keys({ tag: "u" })), ["a"], "the keys with the tag");
    await cache.expire("a");
    clock.advance(1);
    equal(await collect(cache.keys({ tag: "u" })), [], "the keys once it has expired");
  }),

  cacheScenario("tags/prefixes", "a tag is not taken for one that it begins", async ({ cache }) => {
    const names = ["", "\0", "\0\0", "a", "a\0", "a\0\0", "ab", "aa", "a:b", "A", "\u00ff", "a\u00ff"];
    for (const [at, tag] of names.entries()) await cache.set(at, tag, { tags: [tag] });
    for (const [at, tag] of names.entries()) {
      equal(await collect(cache.keys({ tag })), [at], `the keys with ${JSON.stringify(tag)}`);
      equal(await cache.expireTag(tag), 1, `how many expire with ${JSON.stringify(tag)}`);
      equal(await cache.size, names.length - at - 1, "how many are left");
    }
  }),

  cacheScenario("tags/unicode", "tags are any well-formed text, ordered as keys are", async ({ cache }) => {
    const tags = ["é", "\ue000", "😀", "日本", "\u{10ffff}", "e\u0301"];
    await cache.set("a", 1, { tags });
    await cache.set("b", 2, { tags: ["\u00e9"] });
    equal((await cache.getEntry("a"))?.tags, ["e\u0301", "é", "日本", "\ue000", "😀", "\u{10ffff}"], "by code points");
    equal(await collect(cache.keys({ tag: "é" })), ["a", "b"], "the keys with é");
    equal(await collect(cache.keys({ tag: "e\u0301" })), ["a"], "the keys with another é");
    equal(await cache.invalidateTag("😀"), 1, "how many have 😀");
  }),

  cacheScenario("tags/wrong", "what is no tag is a TypeError, and nothing is written", async ({ cache }) => {
    const wrong: readonly unknown[] = ["t", null, 5, {}, [1], [undefined], [["t"]], ["\ud800"], ["ok", "x\udc00"], new Set(["t"])];
    for (const tags of wrong) {
      // What the types forbid.
      const options = { tags: tags as readonly string[] };
      await throwsType(() => cache.set("a", 1, options), `set with the tags ${String(tags)}`);
      await throwsType(() => cache.setMany([["a", 1, options]]), "setMany");
      await throwsType(() => cache.setMany([["a", 1]], options), "setMany with options of the call");
      await throwsType(() => cache.invalidateTags(options.tags), "invalidateTags");
    }
    for (const tag of [undefined, null, 5, ["t"], "\udfff"]) {
      // Likewise.
      const one = tag as string;
      await throwsType(() => cache.invalidateTag(one), `invalidateTag of ${String(tag)}`);
      await throwsType(() => cache.expireTag(one), "expireTag");
      if (tag !== undefined) await throwsType(() => collect(cache.keys({ tag: one })), "keys");
    }
    equal(await cache.size, 0, "the size");
  }),

  cacheScenario("tags/too-long", "a tag and its entry's key may be as long as an index entry, and no longer", async (context) => {
    const { cache } = context;
    // A tag takes a byte for its type and two to end.
    const key = "k".repeat(100);
    const longest = "x".repeat(MAX_INDEX_BYTES - 3 - context.encoded(key).length);
    await cache.set(key, 1, { tags: [longest] });
    equal((await cache.getEntry(key))?.tags, [longest], "the longest");
    await throwsCode("CACHE_KEY_TOO_LONG", () => cache.set(key, 2, { tags: [`${longest}x`] }));
    await throwsCode("CACHE_KEY_TOO_LONG", () => cache.set(key, 2, { tags: ["x".repeat(100_000)] }));
    await throwsCode("CACHE_KEY_TOO_LONG", () => cache.invalidateTag("é".repeat(1000)));
    equal(await cache.get(key), 1, "what was there");
    equal(await collect(cache.keys({ tag: longest })), [key], "the keys with the longest");
    equal(await collect(cache.keys({ tag: longest, gte: "k", lt: `${key}x`.repeat(10) })), [key], "the keys between bounds too long");
    equal(await collect(cache.keys({ tag: longest, gt: "l".repeat(1000), lt: "l".repeat(1500) })), [], "the keys behind it");
    equal(await collect(cache.namespace("n".repeat(1500)).keys({ tag: longest })), [], "the keys in a namespace that has no room for it");
    equal(await cache.namespace("n".repeat(1500)).invalidateTag(longest), 0, "how many have it there");
    equal(await cache.namespace("n".repeat(1500)).expireTag(longest), 0, "how many expire there");
    equal(await cache.invalidateTag(longest), 1, "how many have it");
  }),

  cacheScenario("tags/listed", "keys, values and entries with a tag come in the order of keys", async ({ cache }) => {
    await cache.setMany([
      ["b", 2, { tags: ["t"] }],
      [["n", 1], 4, { tags: ["t"] }],
      [1, 0, { tags: ["t", "u"] }],
      ["a", 1],
      ["c", 3, { tags: ["u"] }],
      [["n", 2], 5, { tags: ["t"] }],
    ]);
    equal(await collect(cache.keys({ tag: "t" })), [1, "b", ["n", 1], ["n", 2]], "keys");
    equal(await collect(cache.values({ tag: "t", reverse: true })), [5, 4, 2, 0], "values in reverse");
    equal(
      await collect(cache.entries({ tag: "u" })),
      [
        [1, 0],
        ["c", 3],
      ],
      "entries",
    );
    equal(
      await collect(cache.keys({ tag: "t", prefix: "n" })),
      [
        ["n", 1],
        ["n", 2],
      ],
      "with a prefix",
    );
    equal(await collect(cache.keys({ tag: "t", gt: 1, lt: ["n", 2] })), ["b", ["n", 1]], "between bounds");
    equal(
      await collect(cache.keys({ tag: "t", gte: 1, lte: ["n", 2], reverse: true, limit: 2 })),
      [
        ["n", 2],
        ["n", 1],
      ],
      "the last two",
    );
    equal(await collect(cache.keys({ tag: "t", lte: 1 })), [1], "up to a bound");
    equal(await collect(cache.keys({ tag: "t", limit: 0 })), [], "none");
    equal(await collect(cache.keys({ tag: "x" })), [], "of a tag that nobody has");
  }),

  cacheScenario("tags/namespace", "of a namespace, only its own entries are meant", async ({ cache }) => {
    const inner = cache.namespace("n", 1);
    await cache.setMany(
      [["n", 1], ["n"], ["n", 0, "a"], ["n", 1, "a"], ["n", 1, "b", 1], ["n", 1.5, "a"], ["n", 2], ["n1"], ["n\0", 1, "a"]].map(
        (key: Key) => [key, key],
      ),
      { tags: ["t"] },
    );
    await inner.set("c", "c", { tags: ["t", "u"] });
    equal(await collect(inner.keys({ tag: "t" })), ["a", ["b", 1], "c"], "keys");
    equal(await collect(inner.keys({ tag: "t", gt: "a", reverse: true })), ["c", ["b", 1]], "keys in a range");
    equal(await inner.expireTag("u"), 1, "how many expire");
    equal(await inner.invalidateTag("t"), 2, "how many there were");
    equal(await inner.size, 0, "the namespace's size");
    equal(
      await collect(cache.keys({ tag: "t" })),
      ["n", ["n", 0, "a"], ["n", 1], ["n", 1.5, "a"], ["n", 2], ["n\0", 1, "a"], "n1"],
      "the neighbours",
    );
  }),

  cacheScenario("tags/turn", "tags are found in the order of the calls, though none is waited for", async ({ cache }) => {
    const [, gone, , left] = await together([
      cache.set("a", 1, { tags: ["t"] }),
      cache.invalidateTag("t"),
      cache.set("b", 2, { tags: ["t"] }),
      collect(cache.keys({ tag: "t" })),
    ]);
    equal([gone, left], [1, ["b"]]);
  }),
];
