import type { Key } from "@cache/core";
import { equal, ok } from "../assert.ts";
import type { AnyNamespace, CacheContext } from "../cache-context.ts";
import { onEachRoute } from "../copies.ts";
import { type CacheScenario, cacheScenario } from "../scenario.ts";
import { collect, together, until } from "../turns.ts";

const sliding = { options: { sliding: true } } as const;
const minute = 60_000;

/** How long reads wait to be written, at most. */
const FLUSH_MS = 5000;

/** How long the stored row of a key has left. */
async function left(context: CacheContext, key: Key): Promise<number> {
  return ((await context.stored(key))?.expiresAt ?? 0) - context.clock.now();
}

/** Reads an entry that lives for a minute when half of that is over, and has that written. */
async function readHalfway({ clock, root }: CacheContext, cache: AnyNamespace, key: Key = "a"): Promise<void> {
  clock.advance(minute / 2);
  ok((await cache.get(key)) !== undefined, "the entry to be there halfway");
  await root.flush();
}

/** Entries that live on from each read. */
export const slidingSuite: readonly CacheScenario[] = [
  cacheScenario(
    "sliding/in-use",
    "an entry that is read lives on, however short its life is, and then expires on time",
    async ({ cache, clock, root }) => {
      for (const ttl of [4, 100, 10_000, 14_000, minute, 30 * 86_400_000]) {
        await cache.set("a", ttl, { ttl });
        for (let reads = 0; reads < 12; reads++) {
          clock.advance((ttl * 3) / 4);
          equal(await cache.get("a"), ttl, `read ${reads} in a life of ${ttl} ms`);
          await root.flush();
        }
        clock.advance(ttl - 1);
        equal(await cache.has("a"), true, `just before the end of a life of ${ttl} ms`);
        clock.advance(1);
        equal(await cache.get("a"), undefined, `at the end of a life of ${ttl} ms`);
      }
    },
    sliding,
  ),

  cacheScenario(
    "sliding/unread",
    "what nobody reads, or only looks at in other ways, expires on time",
    async ({ cache, clock, root }) => {
      await cache.set("a", 1, { ttl: minute });
      clock.advance(minute / 2);
      equal([await cache.has("a"), await cache.hasMany(["a"]), await cache.count(), await cache.size], [true, [true], 1, 1]);
      equal([await collect(cache.keys()), await collect(cache.entries()), await collect(cache.values())], [["a"], [["a", 1]], [1]]);
      await root.flush();
      clock.advance(minute / 2);
      equal(await cache.has("a"), false);
    },
    sliding,
  ),

  cacheScenario(
    "sliding/reads",
    "get, getMany and getEntry prolong an entry's own life, the cache's where it has none, and no endless one",
    async (context) => {
      const { cache, clock, root } = context;
      await cache.setMany([
        ["get", 1],
        ["getMany", 1],
        ["getEntry", 1],
        ["own", 1, { ttl: 2 * minute }],
        ["endless", 1, { ttl: Infinity }],
      ]);
      clock.advance(minute / 2);
      await together([cache.get("get"), cache.getMany(["getMany", "own", "missing", "endless"]), cache.getEntry("getEntry")]);
      await root.flush();
      for (const key of ["get", "getMany", "getEntry"]) equal(await left(context, key), minute, key);
      equal(await left(context, "own"), 2 * minute, "that of an entry with a ttl of its own");
      equal(await left(context, "endless"), Infinity, "that of an endless one");
    },
    { options: { sliding: true, ttl: minute } },
  ),

  cacheScenario(
    "sliding/coarse",
    "reads that find most of the life left write nothing; others are written some seconds later, without a new version",
    async (context) => {
      const { cache, clock } = context;
      await cache.set("a", 1, { ttl: 2 * minute });
      const version = (await cache.getEntry("a"))?.version;
      clock.advance(minute / 8);
      await cache.get("a");
      equal(clock.pending, 0, "the jobs that wait after a read with more than seven eighths left");
      clock.advance(minute / 4);
      const expected = 2 * minute - FLUSH_MS;
      for (let reads = 0; reads < 5; reads++) await cache.get("a");
      equal(await left(context, "a"), minute * 1.625, "what is left at first");
      clock.advance(FLUSH_MS);
      await until(async () => (await left(context, "a")) === expected, "the new deadline to be written");
      equal((await cache.getEntry("a"))?.version, version, "the version");
      equal(clock.pending, 0, "the jobs that wait in the end");
    },
    sliding,
  ),

  cacheScenario(
    "sliding/many",
    "many entries read at once are all prolonged",
    async ({ cache, clock, root }) => {
      const keys = Array.from({ length: 600 }, (_, at) => at);
      await cache.setMany(
        keys.map((key) => [key, key] as const),
        { ttl: minute },
      );
      clock.advance(minute / 2);
      await cache.getMany(keys);
      await root.flush();
      clock.advance(minute - 1);
      equal(await cache.size, 600, "the size just before the new deadline");
      clock.advance(1);
      equal(await cache.size, 0, "the size at it");
    },
    sliding,
  ),

  cacheScenario(
    "sliding/closed",
    "closing a cache writes what was read",
    async (context) => {
      await context.cache.set("a", 1, { ttl: minute });
      context.clock.advance(minute / 2);
      await context.cache.get("a");
      const { cache } = await context.reopen();
      equal((await cache.getEntry("a"))?.expiresAt, context.clock.now() + minute, "the deadline");
    },
    { ...sliding, requires: ["reopens"] },
  ),

  cacheScenario(
    "sliding/shared",
    "reads of one cache keep an entry for the other; what isn't written yet is all that the other doesn't know",
    async (context) => {
      const { cache: other, root } = await context.another();
      await context.cache.set("a", 1, { ttl: minute });
      context.clock.advance(minute / 2);
      await other.get("a");
      equal((await context.cache.getEntry("a"))?.expiresAt, context.clock.now() + minute / 2, "the deadline before the flush");
      await root.flush();
      await readHalfway(context, other);
      await root.flush();
      await readHalfway(context, context.cache);
      context.clock.advance(minute - 1);
      equal(await other.get("a"), 1, "what keeps on being read");
    },
    { ...sliding, requires: ["shares"] },
  ),

  cacheScenario(
    "sliding/touch",
    "touch and expire give a deadline that earlier reads don't change, and later ones prolong",
    async (context) => {
      const { cache, clock, root } = context;
      for (const key of ["shorter", "longer", "endless", "expired"]) await cache.set(key, 1, { ttl: minute });
      clock.advance(minute / 2);
      await cache.getMany(["shorter", "longer", "endless", "expired"]);
      await together([
        cache.touch("shorter", 20_000),
        cache.touch("longer", "1h"),
        cache.touch("endless", Infinity),
        cache.expire("expired"),
      ]);
      await root.flush();
      equal(await left(context, "shorter"), 20_000, "a shorter life");
      await cache.getMany(["shorter", "longer", "endless", "expired"]);
      await root.flush();
      equal(await left(context, "shorter"), minute, "a shorter life, read again");
      equal(await left(context, "longer"), 60 * minute, "a longer one");
      equal(await left(context, "endless"), Infinity, "an endless one");
      equal(await cache.get("expired"), undefined, "one that was made to expire");
    },
    sliding,
  ),

  cacheScenario(
    "sliding/replaced",
    "reads of an entry don't count for the one that replaces it, or for none",
    async (context) => {
      const { cache, clock, root } = context;
      for (const key of ["shorter", "endless", "deleted"]) await cache.set(key, 1, { ttl: 10 * minute });
      clock.advance(5 * minute);
      await cache.getMany(["shorter", "endless", "deleted"]);
      await together([cache.set("shorter", 2, { ttl: minute }), cache.set("endless", 2), cache.delete("deleted")]);
      await root.flush();
      equal([await left(context, "shorter"), await left(context, "endless")], [minute, Infinity], "what is left");
      equal(await cache.get("deleted"), undefined, "what was removed");
    },
    sliding,
  ),

  cacheScenario(
    "sliding/read-since",
    "a read of what has replaced an entry counts, also when a read of that one isn't written yet",
    async (context) => {
      const { cache, clock, root } = context;
      await cache.set("a", 1, { ttl: minute });
      clock.advance(minute / 2);
      await cache.get("a");
      await cache.set("a", 2, { ttl: minute / 3 });
      clock.advance(3000);
      equal(await cache.get("a"), 2, "the new value");
      await root.flush();
      equal(await left(context, "a"), minute / 3, "what is left of its life");
    },
    sliding,
  ),

  cacheScenario(
    "sliding/read-since-by-another",
    "a read of an entry that another cache has touched counts, also when an earlier read isn't written yet",
    async (context) => {
      const { cache, clock, root } = context;
      const other = await context.another();
      await cache.set("a", 1, { ttl: minute });
      clock.advance(minute / 2);
      await cache.get("a");
      await other.cache.touch("a", minute / 3);
      await cache.get("a");
      await root.flush();
      equal(await left(context, "a"), minute, "what is left of its life");
    },
    { ...sliding, requires: ["shares"] },
  ),

  cacheScenario(
    "sliding/not-asked-for",
    "a cache that isn't told to leaves the lives of another's entries as they are, and keeps how they live on",
    async (context) => {
      await context.cache.set("a", 1, { ttl: minute });
      await context.reopen({});
      await readHalfway(context, context.cache);
      equal(await left(context, "a"), minute / 2, "what is left");
      await context.reopen();
      await context.cache.get("a");
      await context.root.flush();
      equal(await left(context, "a"), minute, "what is left after a read that counts");
    },
    { ...sliding, requires: ["reopens"] },
  ),

  cacheScenario(
    "sliding/exported",
    "an entry lives on where it is imported",
    async (context) => {
      await onEachRoute(
        context,
        sliding.options,
        async (cache) => {
          await cache.set("a", 1, { ttl: 60 * minute });
        },
        async (cache, route) => {
          context.clock.advance(15 * minute);
          await cache.get("a");
          await cache.flush();
          equal((await cache.getEntry("a"))?.expiresAt, context.clock.now() + 60 * minute, route);
        },
      );
    },
    { ...sliding, variants: ["fresh", "reopened"] },
  ),
];
