import type { RangeQuery } from "@cache/core/spi";
import { equal, ok } from "../assert.ts";
import { type Bounds, byteRange, bytes, deleteRow, keysOf, NOW, setRow, text, within } from "../rows.ts";
import { type StoreScenario, storeScenario } from "../scenario.ts";
import { together } from "../turns.ts";
import type { StoreFace } from "../store-face.ts";

/** Keys whose order a store gets wrong when it compares anything but bytes: terminators, prefixes of each other, UTF-8 of all lengths. */
const keys: readonly string[] = [
  "\0",
  "\0\0",
  "\0\x01",
  "\0\xff",
  "\x01",
  "A",
  "a",
  "a\0",
  "a\0\0",
  "a\0b",
  "a\x01",
  "aa",
  "ab",
  "b",
  "\x7f",
  "\x80",
  "\xc3\xa9",
  "\xed\xa0\x80",
  "\xee\x80\x80",
  "\xf0\x9f\x98\x80",
  "\xff",
  "\xff\0",
  "\xff\xff",
];

/** The keys, and places between, before and after them. */
const bounds: readonly string[] = [...keys, "\0\0\0", "\x02", "a\0a", "a\0c", "aaa", "\x90", "\xf0", "\xff\xff\xff"];

const kinds = ["gt", "gte", "lt", "lte"] as const;

async function fill(store: StoreFace): Promise<void> {
  // Neither in order nor in one commit.
  const shuffled = keys.toSorted((a, b) => (a + a).localeCompare(b + b) || a.length - b.length);
  await store.put(shuffled.slice(0, 9).map((key) => setRow(1, key, `value of ${key}`)));
  await store.put(shuffled.slice(9).map((key) => setRow(1, key, `value of ${key}`)));
}

/** Checks the rows of several ranges, asked for in one turn, in both directions. */
async function checkRanges(store: StoreFace, ranges: readonly Bounds[]): Promise<void> {
  const asked = ranges.flatMap((range) => [false, true].map((reverse) => ({ range, reverse })));
  const pages = await together(asked.map(({ range, reverse }) => store.range(1, { ...byteRange(range), reverse, limit: 100 })));
  for (const [at, { range, reverse }] of asked.entries()) {
    const expected = keys.filter((key) => within(key, range));
    equal(
      keysOf(pages[at]?.rows ?? []),
      reverse ? expected.toReversed() : expected,
      `the keys with ${JSON.stringify({ ...range, reverse })}`,
    );
  }
}

/** Reading ranges of rows by key. */
export const storeRangeSuite: readonly StoreScenario[] = [
  storeScenario("store-range/byte-order", "rows come in the order of their keys' bytes", async ({ store }) => {
    await fill(store);
    await checkRanges(store, [{}]);
  }),

  ...kinds.map((kind) =>
    storeScenario(`store-range/${kind}`, `${kind} bounds a range at, between and beyond keys`, async ({ store }) => {
      await fill(store);
      await checkRanges(
        store,
        bounds.map((bound) => ({ [kind]: bound })),
      );
    }),
  ),

  ...(["gt", "gte"] as const).flatMap((lower) =>
    (["lt", "lte"] as const).map((upper) =>
      storeScenario(
        `store-range/${lower}-${upper}`,
        `${lower} and ${upper} bound a range together, crossed and equal ones too`,
        async ({ store }) => {
          await fill(store);
          const some = ["\0", "\0\0\0", "a", "a\0", "a\0a", "aa", "b", "\xf0", "\xff", "\xff\xff\xff"];
          await checkRanges(
            store,
            some.flatMap((low) => some.map((high) => ({ [lower]: low, [upper]: high }))),
          );
        },
      ),
    ),
  ),

  storeScenario("store-range/empty-table", "a range of a table without rows is empty and has no next", async ({ store }) => {
    await store.put([setRow(2, "a", "")]);
    for (const reverse of [false, true]) {
      const page = await store.range(1, { limit: 10, reverse });
      equal([[...page.rows], page.next], [[], undefined], "the page");
    }
  }),

  storeScenario("store-range/rows-whole", "rows of a range carry all that get gives", async ({ store }) => {
    const lines = [
      [3, "x"],
      [4, "y"],
    ] as const;
    const { version } = await store.put([setRow(1, "a", "value", { expiresAt: NOW + 1, lines }), setRow(1, "b", "")]);
    const [a, b] = await store.all(1);
    equal([a?.entry, b?.entry], [undefined, undefined], "the index entries of rows read by key");
    equal(a?.stored && [text(a.stored.value), a.stored.expiresAt, a.stored.version], ["value", NOW + 1, version]);
    equal(
      a?.stored?.entries.map(({ index, bytes: line }) => [index, text(line)]).toSorted(),
      [
        [3, "x"],
        [4, "y"],
      ],
      "its entries",
    );
    equal(b?.stored && [b.stored.value.length, b.stored.expiresAt], [0, Infinity]);
  }),

  storeScenario("store-range/keys-only", "keysOnly leaves the values out and nothing else changes", async ({ store }) => {
    await fill(store);
    for (const query of [{}, { reverse: true }, { gt: bytes("a"), lte: bytes("\xff") }]) {
      const rows = await store.all(1, { ...query, keysOnly: true });
      ok(
        rows.every(({ stored }) => stored === undefined),
        "no stored entry in any row",
      );
      equal(keysOf(rows), keysOf(await store.all(1, query)), "the keys");
    }
  }),

  storeScenario("store-range/live-at", "liveAt leaves out what expires at that moment or before", async ({ store }) => {
    const deadlines = [NOW - 1, NOW, NOW + 1, Infinity, 1, NOW + 1000];
    await store.put(deadlines.map((expiresAt, at) => setRow(1, `${at}`, "", { expiresAt })));
    for (const keysOnly of [false, true]) {
      for (const reverse of [false, true]) {
        const order = (expected: string[]): string[] => (reverse ? expected.toReversed() : expected);
        equal(keysOf(await store.all(1, { keysOnly, reverse })), order(["0", "1", "2", "3", "4", "5"]), "without liveAt");
        equal(keysOf(await store.all(1, { keysOnly, reverse, liveAt: NOW })), order(["2", "3", "5"]), "at the moment");
        equal(keysOf(await store.all(1, { keysOnly, reverse, liveAt: NOW + 1 })), order(["3", "5"]), "a millisecond later");
        equal(keysOf(await store.all(1, { keysOnly, reverse, liveAt: 0 })), order(["0", "1", "2", "3", "4", "5"]), "long before");
      }
    }
  }),

  storeScenario("store-range/owns-its-bytes", "the bytes of a page stay as they are while the store works on", async ({ store }) => {
    const letters = ["a", "b", "c", "d"];
    await store.put(letters.map((key) => setRow(1, key, `value of ${key}`, { lines: [[1, key]] })));
    const { rows } = await store.range(1, { limit: 10 });
    const byIndex = await store.range(1, { index: 1, limit: 10 });
    await store.get(1, "a");
    await store.put(letters.map((key) => setRow(1, key, "another val", { lines: [[1, "z"]] })));
    await store.all(1);
    await store.put([deleteRow(1, "a")]);
    await store.getMany(1, letters);
    for (const page of [rows, byIndex.rows]) {
      equal(
        page.map(({ stored }) => stored && text(stored.value)),
        letters.map((key) => `value of ${key}`),
      );
      equal(keysOf(page), letters, "the keys");
      equal(
        page.map(({ stored }) => stored?.entries.map(({ bytes: line }) => text(line))),
        letters.map((key) => [key]),
        "the entries",
      );
    }
    equal(
      byIndex.rows.map(({ entry }) => entry && text(entry)),
      letters,
      "the index entries",
    );
  }),

  storeScenario("store-range/same-bounds-as-get", "each row is alone in the range that closes on its key", async ({ store }) => {
    await fill(store);
    const query = (key: string): RangeQuery => ({ gte: bytes(key), lte: bytes(key), limit: 2 });
    const pages = await together(keys.map((key) => store.range(1, query(key))));
    for (const [at, key] of keys.entries()) equal(keysOf(pages[at]?.rows ?? []), [key], "the range of one key");
  }),
];
