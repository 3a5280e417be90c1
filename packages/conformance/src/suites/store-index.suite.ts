import { equal, ok } from "../assert.ts";
import { type Bounds, byteRange, keysOf, type Line, NOW, pairsOf, setRow, text, within } from "../rows.ts";
import { type StoreScenario, storeScenario } from "../scenario.ts";
import { together } from "../turns.ts";
import type { StoreFace } from "../store-face.ts";

/** Rows with several entries, shared entries and none; all entries of an index are of one length. */
const rows: readonly (readonly [key: string, lines: readonly Line[]])[] = [
  ["a", [[1, "m\0"]]],
  ["a\0", [[1, "m\0"]]],
  [
    "b",
    [
      [1, "k1"],
      [1, "z9"],
    ],
  ],
  ["c", []],
  ["d", [[2, "other"]]],
  [
    "e",
    [
      [1, "\0\0"],
      [1, "m\0"],
      [1, "\xff\xff"],
    ],
  ],
  ["\xff", [[1, "m\0"]]],
];

/** What index 1 holds, in order: an entry and its key. */
const expected: readonly (readonly [line: string, key: string])[] = [
  ["\0\0", "e"],
  ["k1", "b"],
  ["m\0", "a"],
  ["m\0", "a\0"],
  ["m\0", "e"],
  ["m\0", "\xff"],
  ["z9", "b"],
  ["\xff\xff", "e"],
];

async function fill(store: StoreFace): Promise<void> {
  await store.put(rows.toReversed().map(([key, lines]) => setRow(1, key, `value of ${key}`, { lines })));
}

/** Reading ranges of rows by an index. */
export const storeIndexSuite: readonly StoreScenario[] = [
  storeScenario("store-index/order", "rows come by entry first and by key second, once for each entry", async ({ store }) => {
    await fill(store);
    equal(pairsOf(await store.all(1, { index: 1 })), expected);
    equal(pairsOf(await store.all(1, { index: 1, reverse: true })), expected.toReversed(), "the same in reverse");
  }),

  storeScenario("store-index/values", "rows read by an index carry all that get gives; with keysOnly, no value", async ({ store }) => {
    await fill(store);
    const found = await store.all(1, { index: 1 });
    equal(
      found.map(({ stored }) => stored && text(stored.value)),
      expected.map(([, key]) => `value of ${key}`),
    );
    const last = found.at(-1)?.stored;
    equal(last?.entries.map(({ bytes: line }) => text(line)).toSorted(), ["\0\0", "m\0", "\xff\xff"], "the entries of a row with three");
    const bare = await store.all(1, { index: 1, keysOnly: true });
    ok(
      bare.every(({ stored }) => stored === undefined),
      "no stored entry in any row",
    );
    equal(pairsOf(bare), expected, "the entries and keys");
  }),

  ...(["gt", "gte", "lt", "lte"] as const).map((kind) =>
    storeScenario(`store-index/${kind}`, `${kind} bounds an index by entry, and by entry followed by key`, async ({ store }) => {
      await fill(store);
      const positions = [
        "\0",
        "\0\0e",
        "k1",
        "k1b",
        "k1c",
        "m\0",
        "m\0a",
        "m\0a\0",
        "m\0b",
        "m\0\xff",
        "m\x01",
        "z9b",
        "\xff",
        "\xff\xffe",
        "\xff\xff\xff",
      ];
      const ranges = positions.flatMap((position): Bounds[] => [
        { [kind]: position },
        kind.startsWith("g") ? { [kind]: position, lt: "z9" } : { [kind]: position, gt: "k1" },
      ]);
      for (const reverse of [false, true]) {
        const pages = await together(ranges.map((range) => store.range(1, { index: 1, reverse, limit: 50, ...byteRange(range) })));
        for (const [at, range] of ranges.entries()) {
          const inside = expected.filter(([line, key]) => within(line + key, range));
          const what = `index entries with ${JSON.stringify({ ...range, reverse })}`;
          equal(pairsOf(pages[at]?.rows ?? []), reverse ? inside.toReversed() : inside, what);
        }
      }
    }),
  ),

  storeScenario("store-index/none", "an index that no row names is empty", async ({ store }) => {
    await fill(store);
    equal((await store.range(1, { index: 3, limit: 10 })).rows.length, 0, "the number of rows");
    equal((await store.range(2, { index: 1, limit: 10 })).rows.length, 0, "the number of rows in another table");
  }),

  storeScenario("store-index/live-at", "an index leaves out what is expired at liveAt, and returns it otherwise", async ({ store }) => {
    await store.put([
      setRow(1, "a", "", {
        expiresAt: NOW,
        lines: [
          [1, "1"],
          [1, "3"],
        ],
      }),
      setRow(1, "b", "", { expiresAt: NOW + 1, lines: [[1, "2"]] }),
    ]);
    equal(keysOf(await store.all(1, { index: 1 })), ["a", "b", "a"], "without liveAt");
    equal(keysOf(await store.all(1, { index: 1, liveAt: NOW })), ["b"], "with liveAt");
    equal(keysOf(await store.all(1, { index: 1, liveAt: NOW, keysOnly: true })), ["b"], "with liveAt and keysOnly");
  }),
];
