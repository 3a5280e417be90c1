import { equal, ok } from "../assert.ts";
import type { AnyNamespace, CacheContext } from "../cache-context.ts";
import { type Doing, gathered, got, inTransaction } from "../in-transaction.ts";
import { type CacheScenario, cacheScenario } from "../scenario.ts";

interface Interference {
  readonly read: (cache: AnyNamespace) => Doing<unknown>;
  readonly write: (cache: AnyNamespace) => unknown;
}

/** A scenario in which a transaction's first run reads what another writer changes before the commit. */
function seesChange(key: string, title: string, { read, write }: Interference): CacheScenario {
  const scenario = async (context: CacheContext): Promise<void> => {
    await context.cache.setMany([
      ["a", 1],
      ["b", 2, { ttl: 1000 }],
      ["d", 4],
    ]);
    const seen: unknown[] = [];
    await inTransaction(context, function* ({ cache }) {
      seen.push(yield* read(cache));
      if (seen.length === 1) yield* got(write(context.cache));
      yield* got(cache.set("result", seen.length));
    });
    equal(seen.length, 2, "the number of runs");
    const [first, second] = seen;
    ok(JSON.stringify(first) !== JSON.stringify(second), "the second run to see the change");
    equal(await context.cache.get("result"), 2, "what was committed");
  };
  return cacheScenario(`transaction-conflict/${key}`, title, scenario, { options: { staleFor: "1h" } });
}

/** A scenario in which another writer changes only what the transaction hasn't read. */
function ignoresChange(key: string, title: string, { read, write }: Interference): CacheScenario {
  return cacheScenario(`transaction-conflict/${key}`, title, async (context) => {
    await context.cache.setMany([
      ["a", 1],
      ["b", 2, { ttl: 1000 }],
    ]);
    let runs = 0;
    await inTransaction(context, function* ({ cache }) {
      runs++;
      yield* read(cache);
      yield* got(write(context.cache));
      yield* got(cache.set("result", runs));
    });
    equal(runs, 1, "the number of runs");
    equal(await context.cache.get("result"), 1, "what was committed");
  });
}

/** Conflicts: what a transaction has read is still so when it commits. */
export const transactionConflictSuite: readonly CacheScenario[] = [
  seesChange("lost-update", "a value replaced since it was read makes the function run again", {
    read: (cache) => got(cache.get("a")),
    write: (cache) => cache.set("a", 100),
  }),
  seesChange("deleted", "so does one deleted", { read: (cache) => got(cache.getMany(["a", "d"])), write: (cache) => cache.delete("d") }),
  seesChange("appeared", "so does one that was absent", { read: (cache) => got(cache.has("x")), write: (cache) => cache.set("x", 1) }),
  seesChange("expired-by-hand", "so does one made to expire", {
    read: (cache) => got(cache.get("d")),
    write: (cache) => cache.expire("d"),
  }),
  seesChange("deadline-told", "so does one whose deadline getEntry has told, and that was touched", {
    read: (cache) => got(cache.getEntry("b")),
    write: (cache) => cache.touch("b", 5000),
  }),
  seesChange("stale-phantom", "so does one that came and expired since a stale read that found none", {
    read: (cache) => got(cache.getMany(["a", "x"], { stale: true })),
    write: (cache) => {
      void cache.set("x", 1);
      return cache.expire("x");
    },
  }),
  seesChange("stale-entry", "so does such a one that getEntry had not found, nor get", {
    *read(cache) {
      if ((yield* got(cache.getEntry("s", { stale: true }))) === undefined) return "none";
      return yield* got(cache.get("s", { stale: true }));
    },
    write: (cache) => {
      void cache.set("s", 1);
      return cache.expire("s");
    },
  }),
  seesChange("range-phantom", "so does a new entry in a range", {
    read: (cache) => gathered(cache.entries({ gt: "a" })),
    write: (cache) => cache.set("c", 3),
  }),
  seesChange("keys-phantom", "so does a new entry among keys, though no value was read", {
    read: (cache) => gathered(cache.keys({ reverse: true, limit: 2 })),
    write: (cache) => cache.set("e", 3),
  }),
  seesChange("range-removal", "so does an entry that left a range", {
    read: (cache) => gathered(cache.keys()),
    write: (cache) => cache.deletePrefix("d"),
  }),
  seesChange("range-expired", "so does an entry of a range that was made to expire", {
    read: (cache) => gathered(cache.keys()),
    write: (cache) => cache.expire("d"),
  }),
  seesChange("count-phantom", "so does a change of a count", {
    read: (cache) => got(cache.count({ gte: "b" })),
    write: (cache) => cache.set("z", 1),
  }),
  seesChange("size", "so does a change of the size", { read: (cache) => got(cache.size), write: (cache) => cache.delete("a") }),
  seesChange("delete-answer", "so does a change of what a delete answered", {
    read: (cache) => got(cache.delete("x")),
    write: (cache) => cache.set("x", 1),
  }),
  seesChange("prefix-answer", "so does a change of what a deletePrefix answered", {
    read: (cache) => got(cache.deletePrefix("p")),
    write: (cache) => cache.set(["p", 1], 1),
  }),
  seesChange("touch-answer", "so does a change of what a touch answered", {
    read: (cache) => got(cache.touch("d", 1000)),
    write: (cache) => cache.delete("d"),
  }),

  ignoresChange("blind-write", "a write alone relies on nothing: the last one stays", {
    read: (cache) => got(cache.set("a", 0)),
    write: (cache) => cache.set("a", 100),
  }),
  ignoresChange("other-entry", "changes of entries that weren't read are no conflict", {
    read: (cache) => got(cache.getMany(["a", "x"])),
    write: (cache) =>
      cache.setMany([
        ["b", 1],
        ["c", 1],
      ]),
  }),
  ignoresChange("deadline-untold", "a deadline brought forward is none for who has read the entry, as long as it lives", {
    read: (cache) => got(cache.getMany(["a", "b"])),
    write: (cache) => cache.touch("b", 500),
  }),
  ignoresChange("touched", "a deadline put off since is none either", {
    read: (cache) => gathered(cache.entries()),
    write: (cache) => cache.touch("b", 5000),
  }),
];
