import { table } from "@cache/core";
import { equal, ok } from "../assert.ts";
import { type CacheScenario, cacheScenario } from "../scenario.ts";
import { collect } from "../turns.ts";

interface Item {
  readonly id: number;
  readonly code: string;
}

/** A record with fields of its own. */
function shaped(shape: number, value: number): Record<string, unknown> {
  return { [`only ${shape}`]: value, shared: shape, [`last ${shape}`]: [value], nested: { [`deep ${shape}`]: value } };
}

/** Record structures: field names that rows share. Nobody may ever read a row by another's names. */
export const structureSuite: readonly CacheScenario[] = [
  cacheScenario("structure/many-shapes", "more shapes of records than can be shared all come back", async ({ cache }) => {
    const records = Array.from({ length: 300 }, (_, at) => [at, shaped(at, at)] as const);
    await cache.setMany(records);
    equal(
      await collect(cache.values()),
      records.map(([, record]) => record),
    );
  }),

  cacheScenario("structure/one-by-one", "shapes that turn up one commit after another all come back", async ({ cache }) => {
    for (let shape = 0; shape < 40; shape++) await cache.set(shape, shaped(shape, shape));
    for (let shape = 39; shape >= 0; shape--) equal(await cache.get(shape), shaped(shape, shape), "a record");
  }),

  cacheScenario("structure/saves-space", "records of one shape share their field names", async ({ cache, root }) => {
    const record = (at: number): object => ({ aLongFieldName: at, anotherLongFieldName: at, yetAnotherLongFieldName: at });
    await cache.set("first", record(0));
    const before = (await root.stats()).bytes;
    await cache.setMany(Array.from({ length: 100 }, (_, at) => [at, record(at)] as const));
    const bytes = ((await root.stats()).bytes - before) / 100;
    ok(bytes < 60, `fewer than 60 bytes for a record whose names alone are 59 bytes long, not ${bytes}`);
  }),

  cacheScenario(
    "structure/reopen",
    "records are read rightly after reopening, by a cache that then adds shapes of its own",
    async (context) => {
      await context.cache.setMany(Array.from({ length: 10 }, (_, at) => [at, shaped(at, at)] as const));
      let { cache } = await context.reopen();
      await cache.set("new", shaped(100, 100));
      equal(await cache.get(3), shaped(3, 3), "an old record");
      await cache.setMany(Array.from({ length: 10 }, (_, at) => [at + 10, shaped(at + 10, at)] as const));
      ({ cache } = await context.reopen());
      for (let at = 0; at < 10; at++) equal(await cache.get(at), shaped(at, at), "an old record");
      for (let at = 0; at < 10; at++) equal(await cache.get(at + 10), shaped(at + 10, at), "a later record");
      equal(await cache.get("new"), shaped(100, 100), "the record in between");
    },
    { requires: ["reopens"] },
  ),

  cacheScenario(
    "structure/two-caches",
    "two caches that invent shapes on one store at once read each other's records rightly",
    async (context) => {
      const first = context.cache;
      const { cache: second } = await context.another();
      for (let round = 0; round < 12; round++) {
        await Promise.all([
          first.set(["first", round], shaped(round * 2, round)),
          second.set(["second", round], shaped(round * 2 + 1, round)),
          first.set(["both", round, 1], shaped(1000 + round, 1)),
          second.set(["both", round, 2], shaped(1000 + round, 2)),
        ]);
      }
      for (const cache of [first, second]) {
        for (let round = 0; round < 12; round++) {
          equal(await cache.get(["first", round]), shaped(round * 2, round), "a record of the first cache");
          equal(await cache.get(["second", round]), shaped(round * 2 + 1, round), "a record of the second cache");
          equal(
            await cache.getMany([
              ["both", round, 1],
              ["both", round, 2],
            ]),
            [shaped(1000 + round, 1), shaped(1000 + round, 2)],
            "records of both",
          );
        }
      }
    },
    { requires: ["shares"] },
  ),

  cacheScenario(
    "structure/reader",
    "a cache opened before any shape was known reads what others write later",
    async (context) => {
      const { cache: writer } = await context.another();
      equal(await context.cache.get("a"), undefined, "what is there at first");
      for (let round = 0; round < 5; round++) {
        await writer.setMany([
          ["a", shaped(round, 1)],
          ["b", shaped(round + 50, 2)],
        ]);
        equal(await context.cache.get("a"), shaped(round, 1), "by get");
        equal((await context.cache.getEntry("b"))?.value, shaped(round + 50, 2), "by getEntry");
        equal(await context.cache.getMany(["b", "a"]), [shaped(round + 50, 2), shaped(round, 1)], "by getMany");
        equal(await collect(context.cache.values()), [shaped(round, 1), shaped(round + 50, 2)], "by an iteration");
      }
    },
    { requires: ["shares"] },
  ),

  cacheScenario(
    "structure/use-of-news",
    "a row that an index led to counts as used, also where its shape must be looked up first",
    async (context) => {
      const { tables: writer } = await context.another();
      const { items } = context.tables;
      for (const id of [1, 2, 3]) await writer.items.put({ id, code: `code ${id}`, ...shaped(1, id) });
      context.clock.advance(10);
      equal(await items.getBy("code", "code 1"), { id: 1, code: "code 1", ...shaped(1, 1) });
      await items.put({ id: 4, code: "code 4" });
      equal(await collect(items.keys()), [1, 3, 4]);
    },
    {
      requires: ["shares"],
      options: {
        tables: {
          items: table<Item>()({ key: "id", maxEntries: 3, indexes: { code: { on: "code", unique: true } } }),
        },
      },
    },
  ),

  cacheScenario(
    "structure/iteration-of-news",
    "an iteration reads rows whose shapes this cache hasn't met, whatever comes first",
    async (context) => {
      const { cache: writer } = await context.another();
      await writer.setMany(Array.from({ length: 60 }, (_, at) => [at, shaped(at % 20, at)] as const));
      equal(
        await collect(context.cache.values({ reverse: true })),
        Array.from({ length: 60 }, (_, at) => shaped((59 - at) % 20, 59 - at)),
      );
    },
    { requires: ["shares"] },
  ),
];
