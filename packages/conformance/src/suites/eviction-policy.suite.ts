import { type EvictionPolicy, type Ranking, table } from "@cache/core";
import { equal } from "../assert.ts";
import { bounded } from "../bounded-words.ts";
import { exported, inMemory } from "../copies.ts";
import { got, inTransaction } from "../in-transaction.ts";
import { type CacheScenario, cacheScenario } from "../scenario.ts";
import { collect, together } from "../turns.ts";

/** A queue in the order of writing, and what a policy wants besides. */
function queue(more: Partial<Ranking>): EvictionPolicy {
  return {
    name: "queue",
    start: () => ({ admit: (_hash, position) => ({ queue: 0, position, hits: 0 }), victims: () => [{ queue: 0 }], ...more }),
  };
}

/** Of each row whether it was new; emptied where a scenario begins anew. */
const stored: boolean[] = [];
const noting = queue({ stored: (_place, isNew) => void stored.push(isNew) });

function noted(): boolean[] {
  return stored.splice(0);
}

function fail(): never {
  throw new Error("a policy's own fault");
}

const failing = queue({ stored: fail, moved: fail, removed: fail, promote: fail, review: fail });

/** Policies of an application's own. */
export const evictionPolicySuite: readonly CacheScenario[] = [
  cacheScenario(
    "eviction-policy/failing",
    "what a policy throws when it is told of rows that are written fails no write, and no closing; listeners hear of it",
    async (context) => {
      const { root, tables } = context;
      const errors: unknown[] = [];
      root.on("error", ({ error }) => errors.push(error));
      await tables.words.set("a", "a");
      await tables.words.get("a");
      await together(["b", "c", "d"].map((key) => tables.words.set(key, key)));
      equal(await collect(tables.words.keys()), ["c", "d"], "the keys");
      equal((await tables.words.stats()).sets, 4, "the sets counted");
      equal(errors.length > 0, true, "errors told");
      await tables.words.get("d");
      await root.flush();
      const reopened = await context.reopen();
      equal(await reopened.tables.words.get("d"), "d", "after reopening");
    },
    { ...bounded({ maxEntries: 2, eviction: failing }), requires: ["reopens"] },
  ),

  ...(
    [
      ["admit", queue({ admit: fail })],
      ["place", queue({ admit: () => ({ queue: 0.5, position: Number.NaN, hits: -1 }) })],
      ["queue", queue({ admit: (_hash, position) => ({ queue: 255, position, hits: 0 }) })],
      ["victims", queue({ victims: fail, review: () => undefined })],
      ["empty", queue({ victims: () => [], review: () => undefined })],
    ] as const
  ).map(([fault, eviction]) =>
    cacheScenario(
      `eviction-policy/failing-${fault}`,
      `a policy that gives no ${fault} of any use costs no write, and the budget is kept`,
      async (context) => {
        const { root, tables } = context;
        const errors: unknown[] = [];
        root.on("error", ({ error }) => errors.push(error));
        for (const key of ["a", "b", "c", "d"]) await tables.words.set(key, key);
        await tables.words.setMany(["e", "f"].map((key) => [key, key]));
        equal(await collect(tables.words.keys()), ["e", "f"], "the keys");
        equal(errors.length > 0, fault !== "empty", "whether errors are told");
      },
      bounded({ maxEntries: 2, eviction }),
    ),
  ),

  cacheScenario(
    "eviction-policy/stored",
    "a policy is told of each row that is written for good, once, and whether it is new",
    async (context) => {
      const { root, tables } = context;
      noted();
      await tables.words.set("a", "1");
      await tables.words.setMany([
        ["a", "2"],
        ["b", "1"],
      ]);
      equal(noted(), [true, false, true], "of sets");
      await inTransaction(context, function* (inside) {
        yield* got(inside.tables.words.set("a", "3"));
        yield* got(inside.tables.words.set("c", "1"));
        yield* got(inside.tables.words.set("c", "2"));
      });
      equal(noted(), [false, true], "of a transaction");
      const atomic = root.atomic();
      atomic.tables.words.set("a", "4");
      await atomic.commit();
      equal(noted(), [false], "of a one-shot commit");
      const memory = await inMemory(context, { tables: { words: table<string, string>()() } });
      await memory.tables.words.setMany(["c", "d"].map((key) => [key, key]));
      await root.import(await exported(memory));
      equal(noted(), [false, true], "of an import");
      await memory.close();
    },
    bounded({ maxEntries: 10, eviction: noting }),
  ),
];
