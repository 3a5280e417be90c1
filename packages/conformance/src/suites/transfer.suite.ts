import type { Key } from "@cache/core";
import { equal, ok, throwsCode } from "../assert.ts";
import { exported, onEachRoute } from "../copies.ts";
import { ada, bob, cleo, people } from "../people.ts";
import { orderedKeys } from "../sample-keys.ts";
import { type CacheScenario, cacheScenario } from "../scenario.ts";
import { collect } from "../turns.ts";

/** An export is of the whole cache: there is none of a namespace. */
const whole = { variants: ["fresh", "reopened"] } as const;
const typed = { options: { tables: { people } } } as const;

/** A value of every kind. */
function valuesOfAllKinds(): readonly unknown[] {
  const cycle: Record<string, unknown> = { name: "cycle", shared: { n: 1 } };
  Object.assign(cycle, { self: cycle, list: [cycle, cycle["shared"]], again: cycle["shared"] });
  return [
    undefined,
    null,
    true,
    [0, -1, 64, 127, 128, 2 ** 32, 0.1, 5e-324, Number.NaN, Infinity],
    [0n, -(2n ** 63n), 2n ** 64n, 2n ** 100n],
    ["", "é\0😀", "x".repeat(70_000)],
    new Date(1_893_456_000_123),
    new Date(Number.NaN),
    [[], [undefined, null], {}, { a: undefined, "": 1 }],
    Object.fromEntries(Array.from({ length: 200 }, (_, at) => [`field ${at}`, { at }])),
    new Map<unknown, unknown>([
      [1, { inner: new Map([["a", new Set([null])]]) }],
      ["1", undefined],
    ]),
    [Uint8Array.of(0, 255), Int16Array.of(-1), Float64Array.of(-0, Number.NaN), BigUint64Array.of(2n ** 64n - 1n)],
    [new ArrayBuffer(3), new DataView(Uint8Array.of(1, 2, 3).buffer, 1, 1)],
    [new TypeError("typed"), new Error("outer", { cause: new Error("inner") }), /ü\/"/giu],
    cycle,
  ];
}

/** What goes through an export and an import as it was. */
export const transferSuite: readonly CacheScenario[] = [
  cacheScenario(
    "transfer/keys-and-values",
    "keys and values of all kinds come through, in order",
    async (context) => {
      const values = valuesOfAllKinds();
      const entries = orderedKeys.map((key, at): [Key, unknown] => [key, values[at % values.length]]);
      await onEachRoute(
        context,
        {},
        (cache) => Promise.resolve(cache.setMany(entries)),
        async (cache, route) => equal(await collect(cache.entries()), entries, route),
      );
    },
    whole,
  ),

  cacheScenario(
    "transfer/deadlines",
    "deadlines stay the moments they were, and entries without one live for ever",
    async (context) => {
      const start = context.clock.now();
      await onEachRoute(
        context,
        { ttl: 5 },
        async (cache) => {
          await cache.set("short", 1, { ttl: 10_000 });
          await cache.set("long", 2, { ttl: "300d" });
          await cache.set("ever", 3, { ttl: Infinity });
          context.clock.advance(1000);
        },
        async (cache, route) => {
          const entries = [await cache.getEntry("short"), await cache.getEntry("long"), await cache.getEntry("ever")];
          equal(
            entries.map((entry) => entry?.expiresAt),
            [start + 10_000, start + 300 * 86_400_000, undefined],
            `the deadlines ${route}`,
          );
        },
      );
      context.clock.advance(8999);
      equal(await context.root.has("short"), true, "whether it is there before its deadline");
      context.clock.advance(1);
      equal(await context.root.has("short"), false, "whether it is there at its deadline");
      equal((await context.root.sweep()).removed, 1, "what a sweep removes");
    },
    whole,
  ),

  cacheScenario(
    "transfer/many",
    "more rows than fit into a chunk or a commit come through, with large values among them",
    async (context) => {
      const entries = Array.from({ length: 1500 }, (_, at): [number, unknown] => [
        at,
        { at, text: "x".repeat(at % 500 === 7 ? 90_000 : 60) },
      ]);
      await onEachRoute(
        context,
        {},
        async (cache) => {
          await cache.setMany(entries);
          const chunks = await exported(cache);
          ok(chunks.length >= 4, "several chunks");
        },
        async (cache, route) => {
          equal(await cache.size, entries.length, `how many there are ${route}`);
          equal(await collect(cache.entries()), entries, `the entries ${route}`);
        },
      );
    },
    whole,
  ),

  cacheScenario(
    "transfer/empty",
    "an empty cache makes an export that imports as nothing",
    async (context) => {
      const { root } = context;
      const chunks = await exported(root);
      equal(chunks.length, 1, "the number of chunks");
      await root.set("a", 1);
      equal(await root.import(chunks), { tables: 1, entries: 0, skipped: 0 }, "what was imported");
      equal(await collect(root.keys()), ["a"], "the keys that were there");
    },
    whole,
  ),

  cacheScenario(
    "transfer/typed",
    "rows of typed tables come with deadlines, and are found by their indexes",
    async (context) => {
      await onEachRoute(
        context,
        typed.options,
        async (cache) => {
          await cache.tables.people.putMany([ada, bob]);
          await cache.tables.people.put(cleo, { ttl: 1000 });
        },
        async ({ tables }, route) => {
          equal(await collect(tables.people.values()), [ada, bob, cleo], `the rows ${route}`);
          equal(await tables.people.getBy("email", "bob@x.org"), bob, `the row of an address ${route}`);
          await throwsCode("CACHE_UNIQUE", () => tables.people.put({ id: 9, name: "Copy", email: "ada@x.org" }), `a copy ${route}`);
          ok((await tables.people.getEntry(3))?.expiresAt, `a deadline ${route}`);
        },
      );
    },
    typed,
  ),
];
