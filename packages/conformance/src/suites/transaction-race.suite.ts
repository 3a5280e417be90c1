import { equal, throwsCode } from "../assert.ts";
import type { FakeClock } from "../fake-clock.ts";
import { got, inTransaction } from "../in-transaction.ts";
import { type CacheScenario, cacheScenario } from "../scenario.ts";
import { collect, turn, until } from "../turns.ts";

function ascending(a: number, b: number): number {
  return a - b;
}

/** What something that may wait for the clock comes to. */
async function asTimePasses<T>(clock: FakeClock, work: Promise<T>): Promise<T> {
  const settled = work.then(
    () => true,
    () => true,
  );
  const next = (): Promise<boolean> => {
    clock.advance(50);
    return Promise.race([settled, turn().then(() => false)]);
  };
  await until(next, "an end of the waiting");
  return work;
}

/** Transactions at the same time. */
export const transactionRaceSuite: readonly CacheScenario[] = [
  cacheScenario(
    "transaction-race/write-skew",
    "of two transactions that each read what the other writes, one sees the other",
    async (context) => {
      const { cache } = context;
      await cache.setMany([
        ["x", 1],
        ["y", 1],
      ]);
      const takeOne = (mine: string): Promise<boolean> =>
        inTransaction(context, function* (inside) {
          const [x, y] = (yield* got(inside.cache.getMany(["x", "y"]))) as number[];
          yield* got(context.face === "async" ? turn() : undefined);
          if ((x ?? 0) + (y ?? 0) < 2) return false;
          yield* got(inside.cache.set(mine, 0));
          return true;
        });
      const taken = await Promise.all([takeOne("x"), takeOne("y")]);
      equal(taken.filter((took) => took).length, 1, "how many took one");
      equal(await cache.getMany(["x", "y"]), taken[0] ? [0, 1] : [1, 0], "what is left");
    },
  ),

  cacheScenario(
    "transaction-race/range-skew",
    "of two transactions of one turn that each count the entries before adding one, one counts the other's",
    async (context) => {
      const add = (key: string): Promise<number> =>
        inTransaction(context, function* ({ cache }) {
          const count = yield* got(cache.count());
          yield* got(cache.set(key, count));
          return count;
        });
      const counts = await Promise.all(["a", "b"].map(add));
      equal(counts.toSorted(ascending), [0, 1], "the counts");
      equal(((await collect(context.cache.values())) as number[]).toSorted(ascending), [0, 1], "the values");
    },
  ),

  cacheScenario("transaction-race/counter", "increments by many transactions at once are all counted", async (context) => {
    const { cache, clock } = context;
    await cache.set("count", 0);
    const one = (): Promise<void> =>
      inTransaction(
        context,
        function* (inside) {
          const count = (yield* got(inside.cache.get("count"))) as number;
          yield* got(inside.cache.set("count", count + 1));
        },
        { retries: 100 },
      );
    await asTimePasses(clock, Promise.all(Array.from({ length: 12 }, one)));
    equal(await cache.get("count"), 12);
  }),

  cacheScenario(
    "transaction-race/bound",
    "after as many retries as allowed it is CACHE_CONFLICT, and nothing is written",
    async (context) => {
      const { cache, clock } = context;
      for (const [options, expected] of [
        [{ retries: 0 }, 1],
        [{ retries: 1 }, 2],
        [{ retries: 3 }, 4],
        [undefined, 11],
      ] as const) {
        let runs = 0;
        const conflicting = inTransaction(
          context,
          function* (inside) {
            runs++;
            yield* got(inside.cache.get("a"));
            yield* got(cache.set("a", runs));
            yield* got(inside.cache.set("b", 1));
          },
          options,
        );
        await throwsCode("CACHE_CONFLICT", () => asTimePasses(clock, conflicting));
        equal(runs, expected, "the number of runs");
      }
      equal(await cache.has("b"), false, "has of what it would have written");
    },
  ),

  cacheScenario(
    "transaction-race/other-cache",
    "conflicts between two open caches are found, too",
    async (context) => {
      const other = await context.another();
      await context.cache.set("a", 1);
      const seen: unknown[] = [];
      await inTransaction(context, function* ({ cache }) {
        seen.push(yield* got(cache.get("a")), yield* got(cache.size));
        if (seen.length === 2)
          yield* got(
            other.cache.setMany([
              ["a", 2],
              ["b", 1],
            ]),
          );
        yield* got(cache.set("c", 1));
      });
      equal(seen, [1, 1, 2, 2]);
    },
    { requires: ["shares"] },
  ),
];
