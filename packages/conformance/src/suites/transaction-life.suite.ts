import { equal, throwsCode, throwsReason, throwsType } from "../assert.ts";
import { got, inTransaction } from "../in-transaction.ts";
import { type CacheScenario, cacheScenario } from "../scenario.ts";
import { collect, until } from "../turns.ts";

/** The end of transactions, good, bad and early. */
export const transactionLifeSuite: readonly CacheScenario[] = [
  cacheScenario("transaction-life/ended", "a transaction's verbs are CACHE_CLOSED once it has ended, well or badly", async (context) => {
    const left: (() => unknown)[] = [];
    await inTransaction(context, function* ({ cache, transaction }) {
      const inner = transaction.namespace("inner");
      left.push(
        () => cache.get("a"),
        () => cache.set("a", 1),
        () => inner.deleteMany(["a"]),
        () => inner.size,
        () => collect(cache.keys()),
      );
      yield* got(cache.set("a", 0));
    });
    const reason = new Error("the function's own");
    await throwsReason(reason, () =>
      inTransaction(context, function* ({ cache }) {
        left.push(() => cache.touch("a", 1));
        yield* got(cache.get("a"));
        throw reason;
      }),
    );
    for (const [at, call] of left.entries()) await throwsCode("CACHE_CLOSED", call, `verb ${at}`);
    equal(await context.cache.get("a"), 0, "the value");
  }),

  cacheScenario(
    "transaction-life/closed",
    "a transaction of a closed cache is CACHE_CLOSED",
    async (context) => {
      await context.root.close();
      await throwsCode("CACHE_CLOSED", () => context.root.transaction(() => 1));
    },
    { requires: ["reopens"] },
  ),

  cacheScenario("transaction-life/options", "wrong options are TypeErrors", async ({ root }) => {
    const wrong: readonly unknown[] = [{ retries: -1 }, { retries: 1.5 }, { retries: Number.NaN }, { retries: "3" }, { attempts: 3 }];
    // Wrong options are what this is about.
    for (const options of wrong) await throwsType(() => root.transaction(() => 1, options as { retries: number }), JSON.stringify(options));
    equal(await root.transaction(() => 1, { retries: Number.POSITIVE_INFINITY }), 1, "the answer with no end of retries");
  }),

  cacheScenario(
    "transaction-life/sync-promise",
    "on the synchronous face a function that gives a promise is a TypeError, and nothing is written",
    async ({ root, cache }) => {
      await throwsType(() =>
        root.transaction(async (transaction) => {
          await transaction.set("a", 1);
        }),
      );
      equal(await cache.size, 0, "the size");
    },
    { requires: ["sync"] },
  ),

  cacheScenario(
    "transaction-life/nested",
    "a transaction begun inside another one is one of its own",
    async (context) => {
      await context.cache.set("inner", 0);
      await inTransaction(context, function* ({ cache }) {
        yield* got(cache.set("outer", 1));
        yield* got(
          inTransaction(context, function* (inside) {
            equal(yield* got(inside.cache.has("outer")), false, "has of what the outer one wrote");
            yield* got(inside.cache.set("inner", 1));
          }),
        );
      });
      equal(await context.cache.getMany(["inner", "outer"]), [1, 1]);
    },
    { requires: ["async"] },
  ),

  cacheScenario(
    "transaction-life/abort",
    "an aborted signal ends a transaction with its reason, before it begins, while it works, and while it waits; nothing is written",
    async (context) => {
      const { cache, clock } = context;
      const reason = new Error("enough");
      await throwsReason(reason, () => inTransaction(context, () => noRun(), { signal: AbortSignal.abort(reason) }), "begun too late");

      const working = new AbortController();
      await throwsReason(
        reason,
        () =>
          inTransaction(
            context,
            function* (inside) {
              yield* got(inside.cache.set("a", 1));
              working.abort(reason);
              yield* got(inside.cache.set("b", 1));
            },
            { signal: working.signal },
          ),
        "aborted between two steps",
      );

      const stuck = new AbortController();
      const waiting = inTransaction(
        context,
        function* (inside) {
          yield* got(inside.cache.set("a", 1));
          yield* got(new Promise(() => stuck.abort(reason)));
        },
        { signal: stuck.signal },
      );
      await throwsReason(reason, () => waiting, "waiting for something else");

      const retrying = new AbortController();
      let runs = 0;
      const conflicting = inTransaction(
        context,
        function* (inside) {
          runs++;
          yield* got(inside.cache.get("a"));
          yield* got(cache.set("a", runs));
          yield* got(inside.cache.set("b", 1));
        },
        { signal: retrying.signal },
      );
      await until(() => clock.pending > 0, "the transaction to wait before it runs again");
      retrying.abort(reason);
      await throwsReason(reason, () => conflicting, "waiting to run again");
      equal(clock.pending, 0, "the jobs left with the clock");
      equal(runs, 2, "the number of runs");
      equal(await collect(cache.entries()), [["a", 2]], "the entries");
    },
    { requires: ["async"] },
  ),

  cacheScenario(
    "transaction-life/left-alone",
    "calls that the function didn't wait for belong to the transaction",
    async (context) => {
      await inTransaction(context, function* ({ cache }) {
        void cache.set("a", 1);
        void cache.delete("a");
        void cache.setMany([
          ["b", 2],
          ["c", 3],
        ]);
        const seen = cache.getMany(["a", "b"]);
        void cache.set("b", 4);
        equal(yield* got(seen), [undefined, 2], "what a read sees of the writes called before it");
        void cache.set("d", 5);
      });
      equal(await collect(context.cache.entries()), [
        ["b", 4],
        ["c", 3],
        ["d", 5],
      ]);
    },
    { requires: ["async"] },
  ),
];

function* noRun(): Generator<unknown, void, unknown> {
  yield* got(Promise.reject(new Error("the function ran")));
}
