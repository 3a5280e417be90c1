import { table } from "@cache/core";
import { equal } from "../assert.ts";
import { type CacheScenario, cacheScenario } from "../scenario.ts";
import { collect, until } from "../turns.ts";

const hour = 3_600_000;
const minute = 60_000;
const words = table<string, string>()({ maxEntries: 3 });
const bounded = { options: { tables: { words } } } as const;

/** Wall clocks that are set ahead or back while a cache is open, or while it isn't. */
export const clockSuite: readonly CacheScenario[] = [
  cacheScenario(
    "clock/back-nothing-returns",
    "what has expired stays so from the moment that the clock is set back until it has caught up, and after",
    async ({ cache, clock }) => {
      await cache.setMany([
        ["a", 1, { ttl: minute }],
        ["b", 2],
      ]);
      clock.advance(minute);
      equal(await cache.has("a"), false, "before");
      clock.jump(clock.now() - hour - 1);
      for (let steps = 0; steps < 30; steps++) {
        equal([await cache.get("a"), await cache.size, await collect(cache.keys())], [undefined, 1, ["b"]], `after ${steps} steps`);
        clock.advance(5 * minute + 1);
      }
    },
  ),

  cacheScenario(
    "clock/back-new-entries",
    "an entry that is set after the clock was set back lives for its ttl, and no more than twice that",
    async ({ cache, clock }) => {
      await cache.set("first", 1);
      clock.jump(clock.now() - hour);
      await cache.set("a", 1, { ttl: 1001 });
      clock.advance(1001);
      equal(await cache.get("a"), 1, "after its ttl");
      clock.advance(1001);
      equal(await cache.get("a"), undefined, "after twice its ttl");
      clock.advance(2 * hour);
      await cache.set("a", 1, { ttl: 1001 });
      equal((await cache.getEntry("a"))?.expiresAt, clock.now() + 1001, "the deadline once the clock has caught up");
      clock.advance(1001);
      equal(await cache.get("a"), undefined, "after its ttl then");
    },
  ),

  cacheScenario(
    "clock/back-sweep",
    "sweeps come when they are due though the clock was set back, and reclaim what had expired before",
    async ({ cache, clock, root }) => {
      const before = (await root.stats()).entries;
      await cache.setMany(
        Array.from({ length: 100 }, (_, at) => [at, at] as const),
        { ttl: 10 },
      );
      clock.advance(10);
      equal(await cache.size, 0, "the size");
      clock.jump(clock.now() - hour);
      clock.advance(minute);
      await until(async () => (await root.stats()).entries === before, "the rows to be reclaimed");
      await cache.set("a", 1, { ttl: 10 });
      clock.advance(20);
      equal((await root.sweep()).removed, 1, "what a sweep by hand removes");
    },
    { options: { sweepInterval: "1m" } },
  ),

  cacheScenario(
    "clock/ahead-sweep",
    "a clock that is set ahead expires what is due then, and the next sweep reclaims it when it would have come anyway",
    async ({ cache, clock, root }) => {
      const before = (await root.stats()).entries;
      await cache.setMany([
        ["a", 1, { ttl: hour }],
        ["b", 2, { ttl: 3 * hour }],
      ]);
      clock.jump(clock.now() + 2 * hour);
      equal(await collect(cache.keys()), ["b"], "the keys");
      equal((await root.stats()).entries, before + 2, "the rows before the sweep");
      clock.advance(minute);
      await until(async () => (await root.stats()).entries === before + 1, "the row to be reclaimed");
    },
    { options: { sweepInterval: "1m" } },
  ),

  cacheScenario(
    "clock/ahead-and-back",
    "what expired because the clock was ahead for a while stays expired; what is set later lives as it should",
    async ({ cache, clock }) => {
      await cache.setMany([
        ["a", 1, { ttl: minute }],
        ["b", 2, { ttl: 2 * hour }],
      ]);
      clock.jump(clock.now() + hour);
      await cache.set("c", 3, { ttl: minute });
      clock.jump(clock.now() - hour);
      equal(await collect(cache.keys()), ["b", "c"], "the keys");
      clock.advance(2 * minute);
      equal(await collect(cache.keys()), ["b"], "the keys two minutes later");
      clock.advance(2 * hour);
      equal(await collect(cache.keys()), [], "the keys two hours later");
    },
  ),

  cacheScenario(
    "clock/sliding",
    "an entry in use lives on through jumps both ways; what waits to be written is written some seconds later",
    async (context) => {
      const { cache, clock, root } = context;
      await cache.set("a", 1, { ttl: hour });
      for (const jump of [-2 * hour, 0, minute * 10, -minute, 0]) {
        clock.jump(clock.now() + jump);
        clock.advance(minute * 30);
        equal(await cache.get("a"), 1, `half an hour after a jump of ${jump / minute} minutes`);
        await root.flush();
      }
      clock.advance(minute * 30);
      await cache.get("a");
      const before = (await context.stored("a"))?.expiresAt;
      clock.jump(clock.now() - hour);
      clock.advance(5000);
      await until(async () => (await context.stored("a"))?.expiresAt !== before, "the new deadline to be written");
      clock.advance(2 * hour);
      equal(await cache.get("a"), undefined, "the value when nobody has read it");
    },
    { options: { sliding: true } },
  ),

  cacheScenario(
    "clock/back-recency",
    "reads and writes after the clock was set back, or ahead and back, count as later than those before",
    async ({ tables, clock }) => {
      for (const key of ["a", "b", "c"]) await tables.words.set(key, key);
      clock.jump(clock.now() - hour);
      await tables.words.get("a");
      await tables.words.set("d", "d");
      equal(await collect(tables.words.keys()), ["a", "c", "d"], "after a jump back");
      clock.jump(clock.now() + 24 * hour);
      await tables.words.get("c");
      clock.jump(clock.now() - 24 * hour);
      await tables.words.get("a");
      await tables.words.set("e", "e");
      equal(await collect(tables.words.keys()), ["a", "c", "e"], "after a jump ahead and back");
      await tables.words.set("f", "f");
      equal(await collect(tables.words.keys()), ["a", "e", "f"], "later");
    },
    bounded,
  ),

  cacheScenario(
    "clock/reopened-recency",
    "a cache that is opened after the clock was set back goes on with the order that it finds",
    async (context) => {
      for (const key of ["a", "b", "c"]) await context.tables.words.set(key, key);
      await context.close();
      context.clock.jump(context.clock.now() - 24 * hour);
      const { tables } = await context.reopen();
      await tables.words.get("a");
      await tables.words.set("d", "d");
      await tables.words.set("e", "e");
      equal(await collect(tables.words.keys()), ["a", "d", "e"]);
    },
    { ...bounded, requires: ["reopens"] },
  ),

  cacheScenario(
    "clock/reopened",
    "a cache that is opened after the clock was set back believes the clock: what wasn't reclaimed may be there until its deadline comes",
    async (context) => {
      const { clock } = context;
      await context.cache.setMany([
        ["kept", 1, { ttl: minute }],
        ["swept", 2, { ttl: minute / 2 }],
      ]);
      clock.advance(minute / 2);
      await context.root.sweep();
      clock.advance(minute / 2);
      equal(await context.cache.getMany(["kept", "swept"]), [undefined, undefined], "before");
      await context.close();
      clock.jump(clock.now() - minute);
      const { cache } = await context.reopen();
      equal(await cache.get("swept"), undefined, "what was reclaimed");
      await cache.set("new", 3, { ttl: minute });
      equal((await cache.getEntry("new"))?.expiresAt, clock.now() + minute, "the deadline of a new entry");
      clock.advance(minute);
      equal(await cache.getMany(["kept", "new"]), [undefined, undefined], "a minute later");
    },
    { requires: ["reopens"] },
  ),

  cacheScenario(
    "clock/reopened-none",
    "under none, what was written last goes first, though the clock was set back before the cache was opened again",
    async (context) => {
      const { clock, tables } = context;
      for (const key of ["a", "b", "c"]) {
        await tables.words.set(key, key);
        clock.advance(10_000);
      }
      clock.jump(clock.now() - 15_000);
      const reopened = await context.reopen();
      await reopened.tables.words.set("d", "isn't kept");
      equal(await collect(reopened.tables.words.keys()), ["a", "b", "c"]);
    },
    { options: { tables: { words: table<string, string>()({ maxEntries: 3, eviction: "none" }) } }, requires: ["reopens"] },
  ),
];
