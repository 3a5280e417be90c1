import { equal, ok } from "../assert.ts";
import { gathered, got, inTransaction } from "../in-transaction.ts";
import { type CacheScenario, cacheScenario } from "../scenario.ts";
import { collect } from "../turns.ts";

/** What a transaction sees: what it has written itself, laid over what is stored. */
export const transactionReadSuite: readonly CacheScenario[] = [
  cacheScenario("transaction-read/points", "get, getMany, getEntry, has and hasMany see the transaction's own writes", async (context) => {
    await context.cache.setMany([
      ["a", 1],
      ["b", 2],
      ["c", 3],
    ]);
    const version = (await context.cache.getEntry("c"))?.version;
    await inTransaction(context, function* ({ cache }) {
      yield* got(cache.set("a", 10, { ttl: 50 }));
      yield* got(cache.delete("b"));
      yield* got(cache.set("d", { fresh: [1, 2] }));
      equal(yield* got(cache.get("a")), 10, "a value set");
      equal(yield* got(cache.getMany(["d", "c", "b", "a", "x"])), [{ fresh: [1, 2] }, 3, undefined, 10, undefined], "several values");
      equal(yield* got(cache.hasMany(["a", "b", "c", "d"])), [true, false, true, true], "hasMany");
      equal([yield* got(cache.has("b")), yield* got(cache.has("d"))], [false, true], "has");
      const expiresAt = context.clock.now() + 50;
      equal(yield* got(cache.getEntry("a")), { key: "a", value: 10, expiresAt, tags: [], version: 0, isStale: false }, "an entry set");
      equal(
        yield* got(cache.getEntry("c")),
        { key: "c", value: 3, expiresAt: undefined, tags: [], version, isStale: false },
        "an entry left alone",
      );
    });
  }),

  cacheScenario(
    "transaction-read/ranges",
    "keys, values and entries see own writes, in order, both ways, with bounds and limits",
    async (context) => {
      await context.cache.setMany([2, 4, 6, 8].map((key) => [key, key] as const));
      await inTransaction(context, function* ({ cache }) {
        yield* got(cache.setMany([1, 5, 9].map((key) => [key, -key] as const)));
        yield* got(cache.set(4, 40));
        yield* got(cache.delete(6));
        equal(yield* gathered(cache.keys()), [1, 2, 4, 5, 8, 9], "the keys");
        equal(yield* gathered(cache.values({ reverse: true })), [-9, 8, -5, 40, 2, -1], "the values backwards");
        equal(yield* gathered(cache.keys({ gt: 1, lte: 8, limit: 3 })), [2, 4, 5], "three keys above 1");
        equal(yield* gathered(cache.keys({ lt: 9, reverse: true, limit: 2 })), [8, 5], "two keys from 9 downwards");
        equal(yield* gathered(cache.entries({ gte: 5, lt: 8 })), [[5, -5]], "the entries from 5 to 8");
        equal(yield* gathered(cache.keys({ limit: 0 })), [], "no key");
      });
    },
  ),

  cacheScenario("transaction-read/many-pages", "an iteration of many pages meets stored and own entries, once each", async (context) => {
    const left = new Map<number, number>();
    for (let key = 0; key < 900; key += 3) left.set(key, key);
    await context.cache.setMany(left);
    let expected: [number, number][] = [];
    await inTransaction(context, function* ({ cache }) {
      const own = Array.from({ length: 300 }, (_, at): [number, number] => [at * 2 + 150, -at]);
      for (const [key, value] of own) left.set(key, value);
      yield* got(cache.setMany(own));
      const doomed = Array.from({ length: 120 }, (_, at) => at * 3 + 90);
      for (const key of doomed) left.delete(key);
      yield* got(cache.deleteMany(doomed));
      expected = [...left].toSorted(([a], [b]) => a - b);
      equal(yield* gathered(cache.entries()), expected, "the entries");
      equal(yield* gathered(cache.keys({ reverse: true })), expected.map(([key]) => key).toReversed(), "the keys backwards");
      equal(yield* got(cache.count({ gte: 100, lt: 700 })), expected.filter(([key]) => key >= 100 && key < 700).length, "a count");
    });
    equal(await collect(context.cache.entries()), expected, "the entries after the commit");
  }),

  cacheScenario("transaction-read/counts", "size and count see own writes, expired entries left out", async (context) => {
    await context.cache.setMany([
      ["a", 1],
      ["b", 2],
      ["c", 3, { ttl: 10 }],
      ["p", 4],
    ]);
    await context.cache.set("expired", 1, { ttl: 1 });
    context.clock.advance(1);
    await inTransaction(context, function* ({ cache }) {
      equal([yield* got(cache.size), yield* got(cache.count({ lte: "b" }))], [4, 2], "before a write");
      yield* got(cache.set("a", 10));
      yield* got(cache.set("n", 1));
      yield* got(cache.set("expired", 2));
      equal([yield* got(cache.size), yield* got(cache.count({ gt: "b" }))], [6, 4], "after sets");
      yield* got(cache.deleteMany(["a", "c", "x"]));
      equal([yield* got(cache.size), yield* got(cache.count({ prefix: "a" }))], [4, 0], "after deletes");
      yield* got(cache.clear());
      equal([yield* got(cache.size), yield* got(cache.count())], [0, 0], "after a clear");
      yield* got(cache.set("z", 1));
      equal([yield* got(cache.size), yield* got(cache.count({ gte: "a" }))], [1, 1], "after a set behind it");
    });
    equal(await collect(context.cache.keys()), ["z"], "the keys after the commit");
  }),

  cacheScenario("transaction-read/put-again", "an entry deleted and set again is there, one set and deleted is not", async (context) => {
    await context.cache.setMany([
      ["a", 1],
      ["b", 1],
    ]);
    await inTransaction(context, function* ({ cache }) {
      equal([yield* got(cache.delete("a")), yield* got(cache.delete("a"))], [true, false], "the answers of two deletes");
      yield* got(cache.set("a", 2));
      yield* got(cache.set("c", 2));
      equal(yield* got(cache.deleteMany(["c", "c", "b"])), [true, false, true], "the answers of deleteMany");
      yield* got(cache.set("b", 3));
      yield* got(cache.set("b", 4));
      equal(yield* gathered(cache.entries()), [
        ["a", 2],
        ["b", 4],
      ]);
    });
    equal(await collect(context.cache.entries()), [
      ["a", 2],
      ["b", 4],
    ]);
  }),

  cacheScenario(
    "transaction-read/removals",
    "deletePrefix and clear count what the transaction sees and hide it from then on",
    async (context) => {
      const { cache: outside } = context;
      await outside.setMany([
        [["p", 1], 1],
        [["p", 2], 2],
        ["q", 3],
      ]);
      await outside.set(["p", 0], 0, { ttl: 1 });
      context.clock.advance(1);
      await inTransaction(context, function* ({ cache }) {
        yield* got(cache.set(["p", 3], 3));
        yield* got(cache.delete(["p", 1]));
        equal(yield* got(cache.deletePrefix("p")), 2, "the number removed");
        equal([yield* got(cache.deletePrefix("p")), yield* got(cache.get(["p", 2]))], [0, undefined], "what is left");
        yield* got(cache.set(["p", 2], "new"));
        equal(yield* gathered(cache.entries({ prefix: "p" })), [[["p", 2], "new"]], "the entries below the prefix");
        equal(yield* gathered(cache.keys({ reverse: true })), ["q", ["p", 2]], "the keys backwards");
        const inner = cache.namespace("p");
        yield* got(inner.clear());
        equal([yield* got(inner.size), yield* got(cache.size)], [0, 1], "the sizes after a clear of the namespace");
        yield* got(inner.set(5, 5));
      });
      equal(await collect(outside.entries()), [
        [["p", 5], 5],
        ["q", 3],
      ]);
    },
  ),

  cacheScenario(
    "transaction-read/deadlines",
    "touch and expire work on stored and on own entries; a touched one keeps value and version",
    async (context) => {
      const { cache: outside, clock } = context;
      await outside.setMany(
        ["a", "b", "c"].map((key) => [key, key] as const),
        { ttl: 100 },
      );
      const version = (await outside.getEntry("a"))?.version;
      await inTransaction(context, function* ({ cache }) {
        yield* got(cache.set("own", 1));
        equal(
          [yield* got(cache.touch("a", 500)), yield* got(cache.touch("own", 300)), yield* got(cache.touch("x", 5))],
          [true, true, false],
          "touch",
        );
        equal(
          yield* got(cache.getEntry("a")),
          { key: "a", value: "a", expiresAt: clock.now() + 500, tags: [], version, isStale: false },
          "a touched entry",
        );
        equal((yield* got(cache.getEntry("own")))?.expiresAt, clock.now() + 300, "the deadline of an own entry");
        equal([yield* got(cache.expire("b")), yield* got(cache.expire("b")), yield* got(cache.has("b"))], [true, false, false], "expire");
        equal(yield* gathered(cache.keys()), ["a", "c", "own"], "the keys");
        yield* got(cache.touch("c", 400));
        yield* got(cache.touch("c", 200));
      });
      equal((await outside.getEntry("a"))?.version, version, "the version after the commit");
      const left: unknown[] = [];
      for (const ms of [0, 200, 100, 200]) {
        clock.advance(ms);
        left.push(await collect(outside.keys()));
      }
      equal(left, [["a", "c", "own"], ["a", "own"], ["a"], []], "the keys, as time goes by");
    },
  ),

  cacheScenario("transaction-read/own-bytes", "a value read stays as it was, whatever is written after", async (context) => {
    await context.cache.set("stored", Uint8Array.of(1, 2, 3));
    await inTransaction(context, function* ({ cache }) {
      yield* got(cache.set("own", Uint8Array.of(4, 5, 6)));
      const own = yield* got(cache.get("own"));
      const stored = yield* got(cache.get("stored"));
      ok(own instanceof Uint8Array && stored instanceof Uint8Array, "bytes");
      own.fill(0);
      stored.fill(0);
      equal(yield* got(cache.getMany(["own", "stored"])), [Uint8Array.of(4, 5, 6), Uint8Array.of(1, 2, 3)], "the values read again");
    });
    equal(await context.cache.getMany(["own", "stored"]), [Uint8Array.of(4, 5, 6), Uint8Array.of(1, 2, 3)], "the values after the commit");
  }),
];
