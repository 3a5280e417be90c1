import { equal, ok, throwsCode, throwsReason } from "../assert.ts";
import type { AnyNamespace } from "../cache-context.ts";
import { type Doing, gathered, got, inTransaction } from "../in-transaction.ts";
import { ada, bob, cleo, people } from "../people.ts";
import { type CacheScenario, cacheScenario } from "../scenario.ts";
import { collect } from "../turns.ts";

const typed = { options: { tables: { people } } } as const;

/** When the function of a transaction runs again. */
export const transactionRetrySuite: readonly CacheScenario[] = [
  cacheScenario("transaction-retry/read-twice", "what is read twice is the same, or the function begins anew", async (context) => {
    await context.cache.set("a", 1);
    const seen: unknown[] = [];
    await inTransaction(context, function* ({ cache }) {
      const first = yield* got(cache.get("a"));
      if (seen.length === 0) yield* got(context.cache.set("a", 2));
      seen.push(first);
      seen.push(yield* got(cache.get("a")));
    });
    equal(seen, [1, 2, 2]);
  }),

  cacheScenario("transaction-retry/swallowed", "a conflict that the function catches is one all the same", async (context) => {
    await context.cache.set("a", 1);
    let runs = 0;
    await inTransaction(context, function* ({ cache }) {
      runs++;
      yield* got(cache.get("a"));
      if (runs === 1) yield* got(context.cache.set("a", 2));
      try {
        yield* got(cache.get("a"));
      } catch {
        // What it doesn't know of.
      }
      yield* got(cache.set("b", runs));
    });
    equal([runs, await context.cache.get("b")], [2, 2]);
  }),

  cacheScenario(
    "transaction-retry/thrown-in-error",
    "what a function throws because it saw two moments is not told: it runs again",
    async (context) => {
      await context.cache.setMany([
        ["x", 0],
        ["y", 0],
      ]);
      let runs = 0;
      const sum = await inTransaction(context, function* ({ cache }) {
        const x = (yield* got(cache.get("x"))) as number;
        if (runs++ === 0)
          yield* got(
            context.cache.setMany([
              ["x", 5],
              ["y", -5],
            ]),
          );
        const y = (yield* got(cache.get("y"))) as number;
        if (x + y !== 0) throw new Error("the sum is always 0");
        return x + y;
      });
      equal([runs, sum], [2, 0]);
    },
  ),

  cacheScenario("transaction-retry/read-only", "a transaction that only reads sees one moment", async (context) => {
    await context.cache.setMany([
      ["x", 0],
      ["y", 0],
    ]);
    let runs = 0;
    const read = await inTransaction(context, function* ({ cache }) {
      const x = yield* got(cache.get("x"));
      if (runs++ === 0)
        yield* got(
          context.cache.setMany([
            ["x", 1],
            ["y", 1],
          ]),
        );
      return [x, yield* got(cache.get("y"))];
    });
    equal([runs, read], [2, [1, 1]]);
  }),

  cacheScenario("transaction-retry/expiry", "what has expired between the reading and the commit is a conflict", async (context) => {
    const { cache, clock } = context;
    const reads: readonly [what: string, read: (inside: AnyNamespace) => Doing<unknown>][] = [
      ["an entry", (inside) => got(inside.get("short"))],
      ["a range", (inside) => gathered(inside.entries())],
      ["keys", (inside) => gathered(inside.keys())],
      ["a size", (inside) => got(inside.size)],
    ];
    for (const [what, read] of reads) {
      await cache.clear();
      await cache.set("short", 1, { ttl: 10 });
      await cache.set("long", 1, { ttl: 1000 });
      const seen: unknown[] = [];
      await inTransaction(context, function* (inside) {
        seen.push(yield* read(inside.cache));
        if (seen.length === 1) clock.advance(10);
        yield* got(inside.cache.set("result", seen.length));
      });
      equal(seen.length, 2, `the number of runs that read ${what}`);
      ok(JSON.stringify(seen[0]) !== JSON.stringify(seen[1]), `the second run not to see ${what} as it was`);
    }
  }),

  cacheScenario(
    "transaction-retry/expiry-brought-forward",
    "so is an entry of a range that others make expire meanwhile, though it stays in the store",
    async (context) => {
      const { cache, clock } = context;
      const reads: readonly [what: string, read: (inside: AnyNamespace) => Doing<unknown>][] = [
        ["entries", (inside) => gathered(inside.entries())],
        ["keys", (inside) => gathered(inside.keys())],
        ["a count", (inside) => got(inside.count({ gte: "e" }))],
        ["a size", (inside) => got(inside.size)],
      ];
      const changes: readonly [how: string, change: () => unknown, passesMs: number][] = [
        ["expire", () => cache.expire("entry"), 0],
        ["expireTag", () => cache.expireTag("tag"), 0],
        ["touch", () => cache.touch("entry", 5), 5],
        ["touch of one with a deadline", () => cache.touch("timed", 5), 5],
      ];
      for (const [what, read] of reads)
        for (const [how, change, passesMs] of changes) {
          await cache.clear();
          await cache.set("entry", 1, { tags: ["tag"] });
          await cache.set("timed", 1, { ttl: 1000 });
          const seen: unknown[] = [];
          await inTransaction(context, function* (inside) {
            seen.push(yield* read(inside.cache));
            if (seen.length === 1) {
              yield* got(change());
              clock.advance(passesMs);
            }
            yield* got(inside.cache.set("result", seen.length));
          });
          equal(seen.length, 2, `the number of runs that read ${what}, after ${how}`);
          ok(JSON.stringify(seen[0]) !== JSON.stringify(seen[1]), `the second run not to see ${what} as it was, after ${how}`);
        }
    },
    { options: { staleFor: "1h" } },
  ),

  cacheScenario("transaction-retry/expiry-elsewhere", "an entry that wasn't read may expire meanwhile", async (context) => {
    await context.cache.set(["p", 1], 1, { ttl: 10 });
    await context.cache.set(["q", 1], 1, { ttl: 100 });
    let runs = 0;
    const keys = await inTransaction(context, function* ({ cache }) {
      runs++;
      const found = yield* gathered(cache.keys({ prefix: "q" }));
      context.clock.advance(10);
      return found;
    });
    equal([runs, keys], [1, [["q", 1]]]);
  }),

  cacheScenario(
    "transaction-retry/index-phantom",
    "a row that comes to stand under an entry of an index since it was looked for is a conflict",
    async (context) => {
      const { tables } = context;
      await tables.people.put(bob);
      const seen: unknown[] = [];
      await inTransaction(context, function* (inside) {
        seen.push((yield* got(inside.tables.people.getBy("email", "ada@x.org")))?.id);
        if (seen.length === 1) yield* got(tables.people.put(ada));
        if (seen.at(-1) === undefined) yield* got(inside.tables.people.put({ ...cleo, email: "ada@x.org" }));
      });
      equal(seen, [undefined, 1], "what was found");
      equal(await collect(tables.people.keys()), [1, 2], "the rows");
    },
    typed,
  ),

  cacheScenario(
    "transaction-retry/own-conflict-error",
    "a CACHE_CONFLICT that the function throws of its own is just an error",
    async (context) => {
      const reason = await throwsCode("CACHE_CONFLICT", () =>
        inTransaction(
          context,
          function* ({ cache }) {
            yield* got(cache.get("a"));
            yield* got(context.cache.set("a", 1));
          },
          { retries: 0 },
        ),
      );
      let runs = 0;
      await throwsReason(reason, () =>
        inTransaction(context, function* ({ cache }) {
          runs++;
          yield* got(cache.get("a"));
          throw reason;
        }),
      );
      equal(runs, 1, "the number of runs");
    },
  ),
];
