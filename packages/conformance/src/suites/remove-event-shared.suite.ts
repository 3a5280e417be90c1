import { type CacheEvents, table } from "@cache/core";
import { equal } from "../assert.ts";
import type { AnyNamespace } from "../cache-context.ts";
import { type CacheScenario, cacheScenario } from "../scenario.ts";
import { turn, until } from "../turns.ts";

type Removal = CacheEvents["remove"];

const bounded = table<number, string>()({ maxEntries: 2, eviction: "fifo" });

/** Entries of this name are removed only to learn whether that is told. */
const PROBE = "probe";

/** Notes all removals that a cache tells of, but for those of probes. */
function listen(cache: AnyNamespace): { readonly told: Removal[]; probes: number; stop(): void } {
  const notes = { told: [] as Removal[], probes: 0, stop: () => {} };
  notes.stop = cache.on("remove", (event) => {
    if (event.key === PROBE) notes.probes++;
    else notes.told.push(event);
  });
  return notes;
}

/** Lets a cache remove probes until another that listens hears of one. */
async function untilHeard(from: AnyNamespace, by: { readonly probes: number }): Promise<void> {
  await until(async () => {
    await from.set(PROBE, 1);
    await from.delete(PROBE);
    await turn();
    return by.probes > 0;
  }, "a cache to hear what another removes");
}

/** Removals that other caches on the same data tell of. */
export const removeEventSharedSuite: readonly CacheScenario[] = [
  cacheScenario(
    "remove-event-shared/causes",
    "a cache that listens hears once of each removal by another, with its cause, and that one of its own",
    async (context) => {
      const { cache, clock } = context;
      const other = await context.another();
      const here = listen(cache);
      await untilHeard(other.cache, here);
      const there = listen(other.cache);
      await other.cache.set("a", 1);
      await other.cache.set("a", 2);
      await other.cache.set("e", 1, { ttl: 10 });
      clock.advance(5000);
      await other.root.sweep();
      await other.cache.delete("a");
      await other.cache.set(["p", 1], 1);
      await other.cache.deletePrefix("p");
      await other.cache.set("z", 1);
      await other.cache.clear();
      const expected = [
        { key: "a", cause: "replace" },
        { key: "e", cause: "expire" },
        { key: "a", cause: "delete" },
        { prefix: "p", cause: "clear" },
        { cause: "clear" },
      ];
      await until(() => here.told.length >= expected.length, "all removals to be told in the other cache");
      equal(here.told, expected, "in the cache that listens");
      equal(there.told, expected, "in the cache that removes");
    },
    { requires: ["watches"] },
  ),

  cacheScenario(
    "remove-event-shared/tables",
    "evictions of a table are told in the same table of another cache, and nowhere else",
    async (context) => {
      const { cache, tables } = context;
      const other = await context.another();
      const here = listen(cache);
      await untilHeard(other.cache, here);
      const told: unknown[] = [];
      tables.bounded.on("evict", ({ key }) => told.push(key));
      for (const [at, key] of ["a", "b", "c", "d"].entries()) await other.tables.bounded.set(key, at);
      await other.cache.set("last", 1);
      await other.cache.delete("last");
      await until(() => here.told.length > 0, "the last removal to be told");
      equal(told, ["a", "b"], "the evictions");
      equal(here.told, [{ key: "last", cause: "delete" }], "the removals of the default table");
    },
    { requires: ["watches"], options: { tables: { bounded } } },
  ),

  cacheScenario(
    "remove-event-shared/stop",
    "who listens no more hears nothing, and those who do go on, also when a cache closes",
    async (context) => {
      const first = await context.another();
      const second = await context.another();
      const { cache } = context;
      const [a, b] = [listen(first.cache), listen(second.cache)];
      await untilHeard(cache, a);
      await untilHeard(cache, b);
      a.stop();
      a.stop();
      await cache.set("x", 1);
      await cache.delete("x");
      await until(() => b.told.length > 0, "the removal to be told");
      await second.root.close();
      const c = listen(first.cache);
      await untilHeard(cache, c);
      await cache.set("y", 1);
      await cache.delete("y");
      await until(() => c.told.length > 0, "the next removal to be told");
      equal([a.told, b.told, c.told], [[], [{ key: "x", cause: "delete" }], [{ key: "y", cause: "delete" }]]);
    },
    { requires: ["watches"] },
  ),
];
