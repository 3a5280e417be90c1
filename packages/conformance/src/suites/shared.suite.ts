import { equal } from "../assert.ts";
import { type CacheScenario, cacheScenario } from "../scenario.ts";
import { collect, together } from "../turns.ts";

const settings = { requires: ["shares"] } as const;

/** Several caches open on the same data at once. */
export const sharedSuite: readonly CacheScenario[] = [
  cacheScenario(
    "shared/sees-others",
    "one cache sees what another has written",
    async (context) => {
      const { cache: other } = await context.another();
      await context.cache.set("a", { x: 1 });
      equal(await other.get("a"), { x: 1 });
      await other.set("a", { x: 2, y: 3 });
      await other.delete("b");
      equal(await context.cache.get("a"), { x: 2, y: 3 }, "the value set by the other");
      equal([await context.cache.size, await other.size], [1, 1], "the sizes");
      await other.clear();
      equal(await collect(context.cache.keys()), [], "the keys once the other has cleared");
    },
    settings,
  ),

  cacheScenario(
    "shared/mixed-writers",
    "writers at once lose nothing, and all agree in the end",
    async (context) => {
      const caches = [context.cache, (await context.another()).cache, (await context.another()).cache];
      const writes = Array.from({ length: 90 }, (_, at) => {
        const cache = caches[at % 3] ?? context.cache;
        return cache.set([at % 3, at], { [`by ${at % 3}`]: at });
      });
      await together(writes);
      await together(caches.map((cache, at) => cache.deletePrefix(at)));
      await together(
        caches.map((cache, at) =>
          cache.setMany([
            ["both", at],
            [["own", at], { [`own ${at}`]: at }],
          ]),
        ),
      );
      for (const cache of caches) {
        equal(await collect(cache.keys()), ["both", ["own", 0], ["own", 1], ["own", 2]], "the keys");
        equal(
          await cache.getMany([
            ["own", 0],
            ["own", 1],
            ["own", 2],
          ]),
          [{ "own 0": 0 }, { "own 1": 1 }, { "own 2": 2 }],
          "the values",
        );
        equal(await cache.size, 4, "the size");
      }
    },
    settings,
  ),

  cacheScenario(
    "shared/expiry",
    "deadlines hold for all caches, and each may reclaim what another wrote",
    async (context) => {
      const { cache: other, root } = await context.another();
      await context.cache.setMany(
        Array.from({ length: 50 }, (_, at) => [at, at] as const),
        { ttl: 10 },
      );
      await other.touch(0, 1000);
      context.clock.advance(10);
      equal([await context.cache.size, await other.size], [1, 1], "the sizes");
      equal((await root.sweep()).removed, 49, "what a sweep of the other removes");
      equal(await collect(context.cache.keys()), [0], "the keys left");
    },
    settings,
  ),

  cacheScenario(
    "shared/closing-one",
    "closing one cache leaves the other at work",
    async (context) => {
      const { cache: other, root } = await context.another();
      await other.set("a", 1);
      await root.close();
      await context.cache.set("b", 2);
      equal(await collect(context.cache.entries()), [
        ["a", 1],
        ["b", 2],
      ]);
    },
    settings,
  ),

  cacheScenario(
    "shared/versions",
    "versions order the writes of all caches",
    async (context) => {
      const { cache: other } = await context.another();
      const versions: number[] = [];
      for (const cache of [context.cache, other, context.cache, other]) {
        await cache.set("a", versions.length);
        versions.push((await context.cache.getEntry("a"))?.version ?? 0);
      }
      equal(
        versions,
        versions.toSorted((a, b) => a - b),
        "the versions",
      );
      equal(new Set(versions).size, 4, "the number of different versions");
    },
    settings,
  ),
];
