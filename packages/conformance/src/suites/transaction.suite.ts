import { equal, ok, throwsReason } from "../assert.ts";
import { gathered, got, inTransaction } from "../in-transaction.ts";
import { type CacheScenario, cacheScenario } from "../scenario.ts";
import { collect } from "../turns.ts";

/** Transactions: all or nothing, and nothing to be seen before the commit. */
export const transactionSuite: readonly CacheScenario[] = [
  cacheScenario(
    "transaction/commit",
    "what a transaction wrote is there when it is over, and its function's answer is given",
    async (context) => {
      const { cache } = context;
      await cache.setMany([
        ["a", 1],
        ["b", 2],
      ]);
      const answer = await inTransaction(context, function* (inside) {
        const a = (yield* got(inside.cache.get("a"))) as number;
        yield* got(inside.cache.set("a", a + 10));
        yield* got(inside.cache.delete("b"));
        yield* got(inside.cache.set("c", { new: true }, { ttl: 5 }));
        return "done";
      });
      equal(answer, "done", "the answer");
      equal(
        await collect(cache.entries()),
        [
          ["a", 11],
          ["c", { new: true }],
        ],
        "the entries",
      );
      context.clock.advance(5);
      equal(await cache.has("c"), false, "has of the entry with a deadline");
    },
  ),

  cacheScenario("transaction/one-commit", "all that a transaction wrote carries one version", async (context) => {
    await inTransaction(context, function* ({ cache }) {
      yield* got(cache.set("a", 1));
      yield* got(context.cache.set("between", 1));
      yield* got(cache.set("b", 2));
    });
    const [a, b, between] = [
      (await context.cache.getEntry("a"))?.version ?? 0,
      (await context.cache.getEntry("b"))?.version,
      (await context.cache.getEntry("between"))?.version ?? 0,
    ];
    equal(a, b, "the version of a, next to that of b");
    ok(between < a, "a lesser version of what was written outside before the commit");
  }),

  cacheScenario("transaction/unseen", "nothing of a transaction is to be seen outside before its commit", async (context) => {
    const { cache } = context;
    await cache.set("kept", 1);
    await inTransaction(context, function* (inside) {
      yield* got(inside.cache.set("a", 1));
      yield* got(inside.cache.set("kept", 2));
      yield* got(inside.cache.delete("kept"));
      equal(yield* got(cache.getMany(["a", "kept"])), [undefined, 1], "the values outside");
      equal(yield* gathered(cache.keys()), ["kept"], "the keys outside");
      equal(yield* got(cache.size), 1, "the size outside");
    });
    equal(await collect(cache.keys()), ["a"], "the keys after the commit");
  }),

  cacheScenario("transaction/throws", "a function that throws has written nothing, and what it threw comes through", async (context) => {
    await context.cache.set("a", 1);
    const reason = new RangeError("the function's own");
    let runs = 0;
    await throwsReason(reason, () =>
      inTransaction(context, function* ({ cache }) {
        runs++;
        yield* got(cache.get("a"));
        yield* got(cache.set("a", 2));
        yield* got(cache.set("b", 2));
        yield* got(cache.clear());
        throw reason;
      }),
    );
    equal(runs, 1, "the number of runs");
    equal(await collect(context.cache.entries()), [["a", 1]], "the entries");
  }),

  cacheScenario(
    "transaction/nothing",
    "a transaction that reads and writes nothing gives its answer and commits nothing",
    async (context) => {
      const before = await context.store.put([]);
      equal(
        await inTransaction(context, function* () {
          return yield* got(7);
        }),
        7,
      );
      equal((await context.store.put([])).version - before.version, 1, "the commits meanwhile, the one that asks included");
    },
  ),

  cacheScenario("transaction/caught", "a verb that fails may be caught, and the rest is committed", async (context) => {
    await inTransaction(context, function* ({ cache }) {
      yield* got(cache.set("a", 1));
      try {
        yield* got(
          cache.setMany([
            ["b", 1],
            ["c", () => 1],
          ]),
        );
      } catch {
        yield* got(cache.set("d", 1));
      }
    });
    equal(await collect(context.cache.keys()), ["a", "d"]);
  }),

  cacheScenario(
    "transaction/events",
    "events and counters come after the commit, once, however often the function ran",
    async (context) => {
      const { cache, root } = context;
      await cache.setMany([
        ["a", 1],
        ["b", 2],
      ]);
      const told: unknown[] = [];
      const before = await root.stats();
      for (const name of ["set", "delete"] as const) cache.on(name, ({ key }: { key?: unknown }) => told.push([name, key]));
      let runs = 0;
      await inTransaction(context, function* (inside) {
        yield* got(inside.cache.get("other"));
        yield* got(inside.cache.set("a", 2));
        yield* got(inside.cache.delete("b"));
        yield* got(inside.cache.delete("absent"));
        equal(told, runs === 0 ? [] : [["set", "other"]], "what was told before the commit");
        if (runs++ === 0) yield* got(cache.set("other", 1));
      });
      equal(
        told,
        [
          ["set", "other"],
          ["set", "a"],
          ["delete", "b"],
        ],
        "what was told",
      );
      const { sets, deletes } = await root.stats();
      equal([sets - before.sets, deletes - before.deletes], [2, 1], "the counters");
      const reason = new Error("the function's own");
      await throwsReason(reason, () =>
        inTransaction(context, function* (inside) {
          yield* got(inside.cache.set("a", 3));
          throw reason;
        }),
      );
      equal(told.length, 3, "the number of events after a transaction that failed");
    },
  ),
];
