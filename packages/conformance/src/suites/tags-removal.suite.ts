import { table } from "@cache/core";
import { readCatalog, TAG_INDEX } from "@cache/core/spi";
import { equal } from "../assert.ts";
import { type CacheScenario, cacheScenario } from "../scenario.ts";
import { collect, together } from "../turns.ts";

/** What is removed, and what expires, by tags, and that nothing is left of them. */
export const tagsRemovalSuite: readonly CacheScenario[] = [
  cacheScenario("tags/invalidate", "invalidateTag removes what has the tag, and nothing else", async ({ cache }) => {
    await cache.setMany([
      ["a", 1, { tags: ["t"] }],
      ["b", 2, { tags: ["t", "u"] }],
      ["c", 3, { tags: ["u"] }],
      ["d", 4],
    ]);
    equal(await cache.invalidateTag("t"), 2, "how many there were");
    equal(await collect(cache.keys()), ["c", "d"], "what is left");
    equal(await cache.invalidateTag("t"), 0, "how many there are then");
    equal(await cache.invalidateTag("never"), 0, "how many have a tag that nobody has");
    equal(await cache.invalidateTags(["u", "t", "u"]), 1, "how many have any of several");
    equal(await collect(cache.keys()), ["d"], "what is left in the end");
    equal(await cache.invalidateTags([]), 0, "how many have none of no tags");
  }),

  cacheScenario("tags/several", "an entry that has several of the tags counts once", async ({ cache }) => {
    await cache.setMany([
      ["a", 1, { tags: ["t", "u", "v"] }],
      ["b", 2, { tags: ["u"] }],
      ["c", 3, { tags: ["w"] }],
    ]);
    equal(await cache.invalidateTags(["t", "u", "v"]), 2);
    equal(await collect(cache.keys()), ["c"]);
  }),

  cacheScenario("tags/expire", "expireTag makes them expire now, and tells how many", async ({ cache, root, clock }) => {
    await cache.setMany([
      ["a", 1, { tags: ["t"], ttl: 1000 }],
      ["b", 2, { tags: ["t"] }],
      ["c", 3, { tags: ["tt"] }],
    ]);
    equal(await cache.expireTag("t"), 2, "how many there were");
    equal(await collect(cache.keys()), ["c"], "what is left");
    equal(await cache.expireTag("t"), 0, "how many there are then");
    clock.advance(1);
    await root.sweep();
    equal((await root.stats()).expirations, 2, "how many are reclaimed");
  }),

  cacheScenario("tags/expired", "expired entries are neither listed nor counted", async ({ cache, root, clock }) => {
    await cache.setMany([
      ["a", 1, { tags: ["t"], ttl: 10 }],
      ["b", 2, { tags: ["t"] }],
      ["c", 3, { tags: ["t"], ttl: 10 }],
    ]);
    const told: unknown[] = [];
    cache.on("delete", ({ key }) => told.push(["delete", key]));
    cache.on("expire", ({ key }) => told.push(["expire", key]));
    clock.advance(10);
    equal(await collect(cache.keys({ tag: "t" })), ["b"], "the keys");
    equal(await cache.invalidateTag("t"), 1, "how many were live");
    equal(
      told.filter((one) => Array.isArray(one) && one[0] === "delete"),
      [["delete", "b"]],
      "what is told to be deleted",
    );
    await root.sweep();
    equal(told.length, 3, "how many are told of in all");
    const { deletes, expirations } = await root.stats();
    equal([deletes, expirations], [1, 2], "the counts");
  }),

  cacheScenario(
    "tags/no-leftovers",
    "no line of a tag outlives its entry, whichever way it goes",
    async ({ cache, clock, root, store }) => {
      const lines = async (): Promise<number> => (await store.all(1, { index: TAG_INDEX, keysOnly: true })).length;
      const fill = (): Promise<void> =>
        Promise.resolve(
          cache.setMany(
            ["a", "b", "c", ["p", 1], ["p", 2]].map((key) => [key, "x"]),
            { tags: ["t", "u"], ttl: 50 },
          ),
        );
      await fill();
      equal(await lines(), 10, "lines of five entries with two tags");
      await fill();
      equal(await lines(), 10, "lines once they are replaced");
      await cache.delete("a");
      await cache.deleteMany(["b", "x"]);
      equal(await lines(), 6, "lines after deletes");
      await cache.deletePrefix("p");
      equal(await lines(), 2, "lines after deletePrefix");
      await cache.clear();
      equal(await lines(), 0, "lines after clear");
      await fill();
      clock.advance(50);
      await root.sweep();
      equal(await lines(), 0, "lines after a sweep");
      await fill();
      await cache.invalidateTag("u");
      equal(await lines(), 0, "lines after invalidateTag");
      equal((await root.stats()).bytes >= 0, true, "bytes");
    },
  ),

  cacheScenario(
    "tags/evicted",
    "nor one of an evicted entry",
    async ({ tables, store }) => {
      for (const key of ["a", "b", "c", "d"]) await tables.words.set(key, key, { tags: ["t", key] });
      equal(await collect(tables.words.keys({ tag: "t" })), ["c", "d"], "the keys with the tag");
      equal(await tables.words.invalidateTags(["a", "b"]), 0, "how many have the tags of those evicted");
      const known = (await readCatalog(store.store)).tables.find(({ name }) => name === "words");
      equal((await store.all(known?.id ?? 0, { index: TAG_INDEX, keysOnly: true })).length, 4, "lines");
      equal((await tables.words.stats()).evictions, 2, "evictions");
    },
    { options: { tables: { words: table<string, string>()({ maxEntries: 2 }) } } },
  ),

  cacheScenario("tags/many", "3,000 entries of one tag are listed, and go", async ({ cache }) => {
    const keys = Array.from({ length: 3000 }, (_, at) => at);
    await cache.setMany(
      keys.map((key) => [key, key]),
      { tags: ["t"] },
    );
    await cache.set("other", 1, { tags: ["tt"] });
    equal(await collect(cache.keys({ tag: "t" })), keys, "the keys");
    equal(await cache.namespace("none").invalidateTag("t"), 0, "how many in another namespace");
    equal(await cache.invalidateTag("t"), 3000, "how many there were");
    equal(await collect(cache.keys()), ["other"], "what is left");
  }),

  cacheScenario("tags/many-expire", "3,000 entries of one tag expire", async ({ cache }) => {
    await cache.setMany(
      Array.from({ length: 3000 }, (_, at) => [at, at]),
      { tags: ["t"] },
    );
    await cache.set("other", 1, { tags: ["tt"] });
    equal(await cache.expireTag("t"), 3000, "how many expire");
    equal(await collect(cache.keys()), ["other"], "what is left");
  }),

  cacheScenario("tags/one-commit", "all entries of a tag go, or expire, in one commit", async ({ cache, root }) => {
    const keys = Array.from({ length: 1000 }, (_, at) => at);
    const versionAfter = async (): Promise<number> => {
      await cache.set("probe", 1);
      return (await cache.getEntry("probe"))?.version ?? 0;
    };
    for (const verb of ["invalidateTag", "expireTag"] as const) {
      await cache.setMany(
        keys.map((key) => [key, key]),
        { tags: ["t"] },
      );
      const before = await versionAfter();
      equal(await cache[verb]("t"), 1000, `how many ${verb} tells`);
      equal((await versionAfter()) - before, 2, `the commits of ${verb} and of another set`);
      await root.sweep();
    }
  }),

  cacheScenario("tags/told", "each removal is told and counted as a delete", async ({ cache, root }) => {
    const told: unknown[] = [];
    cache.on("delete", (event) => told.push(event));
    await cache.setMany(
      [
        ["a", 1],
        ["b", 2],
      ],
      { tags: ["t"] },
    );
    await cache.set("c", 3, { tags: ["u"] });
    await cache.invalidateTag("t");
    equal(told, [{ key: "a" }, { key: "b" }], "events");
    await cache.invalidateTags(["u", "t"]);
    equal(told.length, 3, "how many events");
    equal((await root.stats()).deletes, 3, "deletes");
  }),

  cacheScenario(
    "tags/another-cache",
    "what one cache has tagged, another one lists and removes",
    async (context) => {
      const { cache: other } = await context.another();
      await context.cache.set("a", 1, { tags: ["t"] });
      await other.set("b", 2, { tags: ["t"] });
      equal(await collect(other.keys({ tag: "t" })), ["a", "b"], "the keys");
      equal((await other.getEntry("a"))?.tags, ["t"], "the tags");
      const [some, others] = await together([context.cache.invalidateTag("t"), other.invalidateTag("t")]);
      equal(some + others, 2, "how many go by both");
      await context.cache.set("c", 3, { tags: ["t"] });
      equal(await other.expireTag("t"), 1, "how many expire by the other");
      equal(await context.cache.has("c"), false, "has of an expired entry");
    },
    { requires: ["shares"] },
  ),
];
