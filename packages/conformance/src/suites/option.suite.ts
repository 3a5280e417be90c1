import type { CacheOptions } from "@cache/core";
import { equal, throwsType } from "../assert.ts";
import { type CacheScenario, cacheScenario } from "../scenario.ts";
import { show } from "../show.ts";

/** Options of a cache. */
export const optionSuite: readonly CacheScenario[] = [
  cacheScenario(
    "option/refused",
    "unknown options and wrong values are a TypeError, and leave the data as it is",
    async (context) => {
      await context.cache.set("a", 1);
      const wrong: unknown[] = [
        { tll: 5 },
        { ttl: 0 },
        { ttl: "soon" },
        { onCorrupt: "ignore" },
        { validateOnRead: "yes" },
        { schema: {} },
        { schema: { "~standard": {} } },
        { sweepInterval: -1 },
        { sweepInterval: true },
      ];
      // Wrong options are what this is about.
      for (const options of wrong) await throwsType(() => context.reopen(options as CacheOptions), `opening with ${show(options)}`);
      const { cache } = await context.reopen();
      equal(await cache.get("a"), 1, "the value");
    },
    { requires: ["reopens"], variants: ["fresh", "reopened"] },
  ),

  cacheScenario(
    "option/undefined",
    "options that are undefined are as good as absent",
    async ({ cache, clock }) => {
      await cache.set("a", 1);
      clock.advance(1e9);
      equal(await cache.get("a"), 1);
    },
    { options: { ttl: undefined, schema: undefined, onCorrupt: undefined, validateOnRead: undefined }, variants: ["fresh"] },
  ),
];
