import { type CacheOptions, table } from "@cache/core";
import { equal, throwsCode, throwsType } from "../assert.ts";
import type { AnyCache } from "../cache-context.ts";
import { got, inTransaction } from "../in-transaction.ts";
import { ada, type Person } from "../people.ts";
import { type CacheScenario, cacheScenario } from "../scenario.ts";
import { collect } from "../turns.ts";

const stale = { stale: true } as const;
const settings = { options: { staleFor: "1h" } } as const;
const hour = 3_600_000;
const people = table<Person>()({ key: "id", indexes: { email: { on: "email", unique: true } }, staleFor: "1h" });

const words = table<string, string>()({ maxEntries: 3, staleFor: "1h" });

async function rowsOf(root: AnyCache): Promise<number> {
  return (await root.stats()).entries;
}

/** Entries past their deadline that can still be had. */
export const staleSuite: readonly CacheScenario[] = [
  cacheScenario(
    "stale/reads",
    "who asks gets expired entries from get, getMany and getEntry; they are told to be stale",
    async ({ cache, clock }) => {
      await cache.setMany([
        ["a", 1, { ttl: 10 }],
        ["b", undefined, { ttl: 10 }],
        ["c", 3],
      ]);
      equal((await cache.getEntry("a", stale))?.isStale, false, "before it has expired");
      clock.advance(10);
      equal([await cache.get("a", stale), await cache.get("c", stale), await cache.get("d", stale)], [1, 3, undefined], "get");
      equal(await cache.getMany(["a", "b", "c", "d"], stale), [1, undefined, 3, undefined], "getMany");
      const entry = await cache.getEntry("a", stale);
      equal([entry?.key, entry?.value, entry?.expiresAt, entry?.isStale], ["a", 1, clock.now(), true], "getEntry");
      equal((await cache.getEntry("b", stale))?.isStale, true, "an undefined value");
      equal((await cache.getEntry("c", stale))?.isStale, false, "a live one");
      equal([await cache.getEntry("d", stale), await cache.getEntry("a")], [undefined, undefined], "none, and one not asked for");
    },
    settings,
  ),

  cacheScenario(
    "stale/unseen",
    "nothing else sees expired entries, however long they are kept",
    async ({ cache, clock }) => {
      await cache.setMany([
        ["a", 1, { ttl: 10 }],
        ["c", 3],
      ]);
      clock.advance(10);
      equal(
        [await cache.get("a"), await cache.has("a"), await cache.getMany(["a"]), await cache.hasMany(["a"])],
        [undefined, false, [undefined], [false]],
      );
      equal([await cache.size, await cache.count({ lte: "b" }), await collect(cache.entries())], [1, 0, [["c", 3]]]);
      equal([await cache.touch("a", 100), await cache.expire("a"), await cache.delete("a")], [false, false, false]);
      equal(await cache.get("a", stale), undefined, "what was deleted");
    },
    settings,
  ),

  cacheScenario(
    "stale/expire",
    "expire leaves an entry to those who ask for stale ones, delete leaves nothing",
    async ({ cache, clock, root }) => {
      await cache.setMany([
        ["a", 1],
        ["b", 2],
      ]);
      equal([await cache.expire("a"), await cache.delete("b")], [true, true]);
      await root.sweep();
      equal(await cache.getMany(["a", "b"]), [undefined, undefined], "not asked for");
      equal(await cache.getMany(["a", "b"], stale), [1, undefined], "asked for");
      equal((await cache.getEntry("a", stale))?.expiresAt, clock.now(), "the deadline");
      await cache.set("a", 2);
      const entry = await cache.getEntry("a", stale);
      equal([entry?.value, entry?.isStale], [2, false], "set anew");
    },
    settings,
  ),

  cacheScenario(
    "stale/invalidated",
    "what is removed by a tag can't be had any more though it had expired, in transactions, too",
    async (context) => {
      const { cache, root } = context;
      const told: unknown[] = [];
      cache.on("remove", (event) => told.push(event));
      const fill = async (): Promise<void> => {
        await cache.setMany(
          [
            ["a", 1],
            ["b", 2],
          ],
          { tags: ["t"] },
        );
        await cache.expire("a");
      };
      await fill();
      equal(await cache.invalidateTag("t"), 1, "how many were live");
      equal(await cache.getMany(["a", "b"], stale), [undefined, undefined], "what can be had");
      const outside = told.splice(0);
      await fill();
      await inTransaction(context, function* ({ cache: inside }) {
        equal(yield* got(inside.invalidateTag("t")), 1, "how many were live, in a transaction");
        equal(yield* got(inside.getMany(["a", "b"], stale)), [undefined, undefined], "what can be had in it");
      });
      equal(await cache.getMany(["a", "b"], stale), [undefined, undefined], "what can be had after it");
      const causes = (events: unknown[]): string[] => events.map((event) => JSON.stringify(event)).toSorted();
      equal(causes(told), causes(outside), "what is told");
      const { deletes, expirations } = await root.stats();
      equal([deletes, expirations], [2, 2], "the counts");
    },
    settings,
  ),

  cacheScenario(
    "stale/reclaimed",
    "sweeps and writes reclaim what has been expired for longer than staleFor, and nothing else",
    async ({ cache, clock, root }) => {
      const before = await rowsOf(root);
      await cache.setMany(Array.from({ length: 200 }, (_, at) => [at, at, { ttl: at < 100 ? 1000 : 2000 }] as const));
      clock.advance(1000 + hour - 1);
      equal((await root.sweep()).removed, 0, "a moment too early");
      for (let write = 0; write < 20; write++) await cache.set("new", write);
      equal(await rowsOf(root), before + 201, "the rows");
      clock.advance(1);
      equal((await root.sweep()).removed, 100, "when it is time for half of them");
      equal([await cache.get(0, stale), await cache.get(100, stale)], [undefined, 100], "the values");
      clock.advance(1000);
      for (let write = 0; write < 20; write++) await cache.set("new", write);
      equal(await rowsOf(root), before + 1, "the rows in the end");
    },
    settings,
  ),

  cacheScenario(
    "stale/endless",
    "with staleFor: Infinity expired entries stay until they are removed or replaced",
    async ({ cache, clock, root }) => {
      await cache.set("a", 1, { ttl: 10 });
      clock.advance(1e12);
      equal(await root.sweep(), { removed: 0, more: false }, "what sweep answers");
      await cache.set("b", 2);
      equal(await cache.get("a", stale), 1);
    },
    { options: { staleFor: Infinity } },
  ),

  cacheScenario(
    "stale/statistics",
    "stale hits are counted as such, and are misses",
    async ({ cache, clock, root }) => {
      await cache.set("a", 1, { ttl: 10 });
      clock.advance(10);
      const events: string[] = [];
      for (const name of ["hit", "miss"] as const) cache.on(name, () => events.push(name));
      await cache.get("a", stale);
      await cache.getMany(["a", "b"], stale);
      await cache.getEntry("a", stale);
      await cache.get("a");
      const { hits, misses, staleHits, hitRate } = await root.stats();
      equal([hits, misses, staleHits, hitRate], [0, 5, 3, 0], "hits, misses, stale hits and hit rate");
      equal(
        events,
        Array.from({ length: 5 }, () => "miss"),
        "the events",
      );
    },
    settings,
  ),

  cacheScenario(
    "stale/tables",
    "a table keeps expired rows that hold no place in unique indexes, in transactions, too",
    async (context) => {
      const { tables } = context;
      await tables.people.put(ada);
      equal(await tables.people.expire(1), true, "what expire answers");
      equal(
        [await tables.people.getBy("email", "ada@x.org"), await tables.people.query().count()],
        [undefined, 0],
        "by index, and a query",
      );
      await tables.people.put({ id: 2, name: "Ada II", email: "ada@x.org" });
      equal((await tables.people.getBy("email", "ada@x.org"))?.id, 2, "who has the entry now");
      await throwsCode("CACHE_UNIQUE", () => tables.people.put(ada), "putting the first anew");
      await inTransaction(context, function* (inside) {
        equal(yield* got(inside.tables.people.get(1, stale)), ada, "in a transaction");
        equal(yield* got(inside.tables.people.expire(2)), true, "expire in it");
        equal((yield* got(inside.tables.people.getEntry(2, stale)))?.isStale, true, "what it made expire");
        equal(yield* got(inside.tables.people.get(2)), undefined, "what it made expire, not asked for");
      });
      equal((await tables.people.stats()).staleHits, 2, "the stale hits");
      // In the end every row that is left must be live.
      context.clock.advance(hour);
    },
    { options: { tables: { people } } },
  ),

  cacheScenario(
    "stale/budget",
    "expired rows count for a budget, and go before live ones",
    async ({ tables }) => {
      const { words: kept } = tables;
      for (const key of ["a", "b", "c"]) await kept.set(key, key);
      await kept.expire("b");
      equal(await kept.getMany(["a", "b", "c"], stale), ["a", "b", "c"], "within the budget");
      await kept.set("d", "d");
      equal(await kept.getMany(["a", "b", "c", "d"], stale), ["a", undefined, "c", "d"], "over it");
    },
    { options: { tables: { words } } },
  ),

  cacheScenario(
    "stale/sliding",
    "a stale read gives no new life",
    async ({ cache, clock, root }) => {
      await cache.set("a", 1, { ttl: 1000 });
      clock.advance(1000);
      equal(await cache.get("a", stale), 1);
      await root.flush();
      equal((await cache.getEntry("a", stale))?.isStale, true);
    },
    { options: { staleFor: "1h", sliding: true } },
  ),

  cacheScenario(
    "stale/option",
    "staleFor is a duration or 0",
    async (context) => {
      // Wrong options are what this is about.
      const wrong: unknown[] = [
        { staleFor: -1 },
        { staleFor: "soon" },
        { staleFor: true },
        { tables: { people: { options: { staleFor: null } } } },
      ];
      for (const one of wrong) await throwsType(() => context.reopen(one as CacheOptions));
      await context.reopen({ staleFor: 0 });
    },
    { requires: ["reopens"], variants: ["fresh"] },
  ),
];
