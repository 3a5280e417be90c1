import { table } from "@cache/core";
import { equal, ok, throwsCode, throwsType } from "../assert.ts";
import { type CacheScenario, cacheScenario } from "../scenario.ts";
import { together } from "../turns.ts";

const bounded = table<number, string>()({ maxEntries: 2 });

/** Health: how a cache is. */
export const healthSuite: readonly CacheScenario[] = [
  cacheScenario("health/well", "a cache that works is well, and says what was looked at", async ({ cache, root }) => {
    const before = await cache.size;
    const { ok: isWell, checks, waitingWrites, lastError } = await root.health();
    equal(
      checks.map(({ name, ok: isFine }) => [name, isFine]),
      [
        ["store", true],
        ["queue", true],
        ["budgets", true],
        ["background", true],
      ],
    );
    equal([isWell, waitingWrites, lastError], [true, 0, undefined], "the whole");
    equal(await cache.size, before, "the entries");
  }),

  cacheScenario("health/again", "looking again and again leaves no more behind than looking once", async ({ root, store }) => {
    await root.health();
    const { entries, bytes } = await store.usage(0);
    for (let looks = 0; looks < 5; looks++) await root.health({ timeout: "1s" });
    const later = await store.usage(0);
    equal([later.entries, later.bytes], [entries, bytes]);
  }),

  cacheScenario(
    "health/waiting",
    "writes that wait are counted, and waited for",
    async ({ cache, root }) => {
      const writes = [cache.set("a", 1), cache.set("b", 2), cache.delete("c")];
      const { ok: isWell, waitingWrites } = await root.health();
      equal([isWell, waitingWrites], [true, 3]);
      await together(writes);
    },
    { requires: ["async"] },
  ),

  cacheScenario(
    "health/budgets",
    "budgets are looked at",
    async ({ root, tables }) => {
      for (const key of ["a", "b", "c"]) await tables.bounded.set(key, 1);
      ok((await root.health()).ok, "a table at its bound to be well");
    },
    { options: { tables: { bounded } } },
  ),

  cacheScenario("health/together", "looks that meet don't harm each other", async ({ root }) => {
    const looks = await Promise.all([root.health(), root.health(), root.health()].map(async (look) => (await look).ok));
    equal(looks, [true, true, true]);
  }),

  cacheScenario("health/disk", "what the data takes of a disk is as in the figures", async ({ root }) => {
    const { bytesOnDisk } = await root.stats();
    const health = await root.health();
    equal(health.bytesOnDisk === undefined, bytesOnDisk === undefined);
  }),

  cacheScenario("health/options", "wrong options are refused", async ({ root }) => {
    await throwsType(() => root.health({ timeout: 0 }));
    await throwsType(() => root.health({ patience: 1 } as never));
  }),

  cacheScenario("health/closed", "a closed cache is closed", async ({ root }) => {
    await root.close();
    await throwsCode("CACHE_CLOSED", () => root.health());
  }),
];
