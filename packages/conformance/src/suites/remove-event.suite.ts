import { type CacheEvents, table } from "@cache/core";
import { equal } from "../assert.ts";
import type { AnyNamespace } from "../cache-context.ts";
import { got, inTransaction } from "../in-transaction.ts";
import { type CacheScenario, cacheScenario } from "../scenario.ts";

type Removal = CacheEvents["remove"];

/** Notes all removals, and those of each cause apart; the lists grow as they come. */
function listen(cache: AnyNamespace): { readonly all: Removal[]; readonly apart: Removal[] } {
  const all: Removal[] = [];
  const apart: Removal[] = [];
  cache.on("remove", (event) => all.push(event));
  for (const cause of ["delete", "replace", "expire", "evict"] as const) cache.on(cause, ({ key }) => apart.push({ key, cause }));
  cache.on("clear", (event) => apart.push({ ...event, cause: "clear" }));
  return { all, apart };
}

const bounded = table<number, string>()({ maxEntries: 2, eviction: "fifo" });

/** Removals: each told once, with its cause. */
export const removeEventSuite: readonly CacheScenario[] = [
  cacheScenario(
    "remove-event/causes",
    "each removal is told once, to the listeners of its cause and of all",
    async ({ cache, clock, root }) => {
      const told = listen(cache);
      await cache.set("a", 1);
      await cache.set("a", 2);
      await cache.set("e", 1, { ttl: 10 });
      clock.advance(5000);
      await root.sweep();
      await cache.delete("a");
      await cache.delete("a");
      await cache.setMany([
        [["p", 1], 1],
        [["p", 2], 2],
      ]);
      await cache.deletePrefix("p");
      await cache.set("z", 1);
      await cache.clear();
      await cache.clear();
      const expected = [
        { key: "a", cause: "replace" },
        { key: "e", cause: "expire" },
        { key: "a", cause: "delete" },
        { prefix: "p", cause: "clear" },
        { cause: "clear" },
      ];
      equal(told.all, expected, "all removals");
      equal(told.apart, expected, "those of each cause");
    },
  ),

  cacheScenario(
    "remove-event/replace",
    "of a replaced entry is told before its successor, and only if it was live",
    async ({ cache, clock }) => {
      await cache.set("a", 1);
      await cache.set("e", 1, { ttl: 10 });
      clock.advance(10);
      const told: unknown[] = [];
      cache.on("remove", ({ key, cause }) => told.push([cause, key]));
      cache.on("set", ({ key }) => told.push(["set", key]));
      await cache.set("a", 2);
      await cache.setMany([
        ["b", 1],
        ["e", 2],
        ["a", 3],
      ]);
      equal(
        told.filter((one) => !String(one).startsWith("expire")),
        [
          ["replace", "a"],
          ["set", "a"],
          ["replace", "a"],
          ["set", "b"],
          ["set", "e"],
          ["set", "a"],
        ],
      );
    },
  ),

  cacheScenario("remove-event/namespaces", "listeners of a namespace hear of its keys alone", async ({ cache }) => {
    const inner = cache.namespace("in");
    const told = listen(inner);
    const fill = (): unknown =>
      cache.setMany([
        [["in", "a"], 1],
        [["out", "b"], 2],
      ]);
    await fill();
    await fill();
    await cache.delete(["out", "b"]);
    await cache.deletePrefix("in");
    equal(told.all, [{ key: "a", cause: "replace" }, { cause: "clear" }]);
  }),

  cacheScenario(
    "remove-event/evict",
    "what goes to keep a budget is told as evicted",
    async ({ tables }) => {
      const told: unknown[] = [];
      tables.bounded.on("remove", ({ key, cause }) => told.push([cause, key]));
      for (const [at, key] of ["a", "b", "c", "c", "d"].entries()) await tables.bounded.set(key, at);
      equal(told, [
        ["evict", "a"],
        ["replace", "c"],
        ["evict", "b"],
      ]);
    },
    { options: { tables: { bounded } } },
  ),

  cacheScenario("remove-event/tags", "what is removed by a tag is told as deleted, or as expired where it was", async (context) => {
    const { cache, clock } = context;
    for (const key of ["a", "b", "c"]) await cache.set(key, 1, { tags: [key === "c" ? "u" : "t"], ...(key === "b" && { ttl: 10 }) });
    clock.advance(10);
    const told = listen(cache);
    await cache.invalidateTag("t");
    await inTransaction(context, function* (inside) {
      yield* got(inside.cache.invalidateTags(["u"]));
    });
    const expected = [
      { key: "a", cause: "delete" },
      { key: "b", cause: "expire" },
      { key: "c", cause: "delete" },
    ];
    equal(told.all, expected, "all removals");
    equal(told.apart, expected, "those of each cause");
  }),

  cacheScenario(
    "remove-event/too-large",
    "an entry whose successor is too large to be kept is evicted",
    async ({ tables: { small } }) => {
      await small.set("a", "x");
      const told: unknown[] = [];
      small.on("remove", ({ key, cause }) => told.push([cause, key]));
      await small.set("a", "x".repeat(2000));
      await small.set("a", "x".repeat(2000));
      equal(told, [["evict", "a"]]);
      equal((await small.stats()).evictions, 1, "the evictions counted");
    },
    { options: { tables: { small: table<string, string>()({ maxBytes: 1000, tooLarge: "skip" }) } } },
  ),

  cacheScenario("remove-event/transaction", "a transaction tells of each stored entry once, when it is committed", async (context) => {
    const { cache } = context;
    await cache.setMany(["a", "b", "c", "d", "e"].map((key) => [key, 0]));
    const { all } = listen(cache);
    await inTransaction(context, function* (inside) {
      yield* got(inside.cache.set("a", 1));
      yield* got(inside.cache.set("a", 2));
      yield* got(inside.cache.touch("b", 1000));
      yield* got(inside.cache.set("b", 1));
      yield* got(inside.cache.delete("c"));
      yield* got(inside.cache.set("c", 1));
      yield* got(inside.cache.set("d", 1));
      yield* got(inside.cache.delete("d"));
      yield* got(inside.cache.set("new", 1));
      equal(all, [], "what is told before the commit");
    });
    const lines = all.map(({ key, cause }) => `${cause} ${String(key)}`).toSorted();
    equal(lines, ["delete c", "delete d", "replace a", "replace b"]);
  }),

  cacheScenario(
    "remove-event/import",
    "an import tells of what it replaces",
    async ({ cache, root }) => {
      await cache.set("a", 1);
      const parts: Uint8Array[] = [];
      for await (const part of root.export()) parts.push(part);
      const { all } = listen(cache);
      await root.import(parts, { onConflict: "replace" });
      equal(all, [{ key: "a", cause: "replace" }]);
    },
    { variants: ["fresh", "reopened"] },
  ),
];
