import * as fc from "fast-check";
import { expect, test } from "vitest";
import { compareBytes } from "../src/byte-order.ts";
import type { IndexEntry, StoredEntry } from "../src/entry.ts";
import { MemoryTable } from "../src/memory-table.ts";
import type { ByteRange, DeleteOperation, DeleteRangeOperation, SetOperation, TouchOperation } from "../src/operation.ts";
import type { PageRow, RangeQuery } from "../src/store.ts";
import { emptyPage, goingOn } from "../src/transaction/row-order.ts";
import { TableOverlay } from "../src/transaction/table-overlay.ts";

const INDEX = 16;
const NOW = 10;

type Change = SetOperation | DeleteOperation | TouchOperation | DeleteRangeOperation;

interface ModelRow {
  readonly key: Uint8Array;
  readonly stored: StoredEntry;
}

const key: fc.Arbitrary<Uint8Array> = fc
  .array(fc.constantFrom(0, 1, 127, 255), { minLength: 1, maxLength: 3 })
  .map((bytes) => Uint8Array.from(bytes));
// All of one length, as no entry is a prefix of another.
const line = fc.constantFrom(1, 2, 3).map((byte) => Uint8Array.of(byte, 0));
const entries: fc.Arbitrary<readonly IndexEntry[]> = fc
  .uniqueArray(line, { maxLength: 2, selector: ([first]) => first })
  .map((lines) => lines.map((bytes) => ({ index: INDEX, bytes })));
const expiresAt = fc.constantFrom(5, 15, Number.POSITIVE_INFINITY);
const value = fc.nat(255).map((byte) => Uint8Array.of(byte));

const range: fc.Arbitrary<ByteRange> = fc
  .record({
    low: fc.option(fc.tuple(key, fc.boolean()), { nil: undefined }),
    high: fc.option(fc.tuple(key, fc.boolean()), { nil: undefined }),
  })
  .map(({ low, high }) => ({
    ...(low && (low[1] ? { gte: low[0] } : { gt: low[0] })),
    ...(high && (high[1] ? { lte: high[0] } : { lt: high[0] })),
  }));

const set: fc.Arbitrary<SetOperation> = fc.record({
  type: fc.constant("set" as const),
  table: fc.constant(1),
  key,
  value,
  expiresAt,
  entries,
});
const change: fc.Arbitrary<Change> = fc.oneof(
  { weight: 4, arbitrary: set },
  { weight: 3, arbitrary: fc.record({ type: fc.constant("delete" as const), table: fc.constant(1), key }) },
  {
    weight: 3,
    arbitrary: fc
      .record({
        type: fc.constant("touch" as const),
        table: fc.constant(1),
        key,
        expiresAt: fc.option(expiresAt, { nil: undefined }),
        indexes: fc.constantFrom<readonly number[]>([], [INDEX]),
        entries,
      })
      .map((touch) => (touch.indexes.length > 0 ? touch : { ...touch, entries: [] })),
  },
  { weight: 1, arbitrary: range.map((bounds) => ({ type: "deleteRange" as const, table: 1, ...bounds })) },
);

const query: fc.Arbitrary<RangeQuery> = fc
  .record({
    range,
    reverse: fc.boolean(),
    limit: fc.integer({ min: 1, max: 6 }),
    keysOnly: fc.boolean(),
    liveAt: fc.option(fc.constant(NOW), { nil: undefined }),
    index: fc.option(fc.constant(INDEX), { nil: undefined }),
  })
  .map(({ range: bounds, ...rest }) => ({ ...bounds, ...rest }));

/** Carries changes out on a plain list of rows. */
function applyTo(rows: readonly ModelRow[], one: Change): readonly ModelRow[] {
  const others = rows.filter((row) => (one.type === "deleteRange" ? !isIn(one, row.key) : compareBytes(row.key, one.key) !== 0));
  if (one.type === "deleteRange" || one.type === "delete") return others;
  if (one.type === "set") return [...others, { key: one.key, stored: { ...one, version: 0 } }];
  const row = rows.find((each) => compareBytes(each.key, one.key) === 0);
  if (!row || row.stored.expiresAt <= NOW) return rows;
  const kept = row.stored.entries.filter(({ index }) => !one.indexes.includes(index));
  const stored = { ...row.stored, expiresAt: one.expiresAt ?? row.stored.expiresAt, entries: [...kept, ...one.entries] };
  return [...others, { key: one.key, stored }];
}

/** Carries changes out as a transaction does. */
function overlayOf(base: MemoryTable, changes: readonly Change[]): TableOverlay {
  const overlay = new TableOverlay();
  for (const one of changes) {
    if (one.type === "set") overlay.set(one);
    else if (one.type === "delete") overlay.delete(one);
    else if (one.type === "deleteRange") overlay.deleteRange(one);
    else {
      const row = overlay.find(one.key) === undefined ? base.get(one.key) : overlay.find(one.key);
      if (row && row.expiresAt > NOW) overlay.touch(one, row);
    }
  }
  return overlay;
}

function isIn({ gt, gte, lt, lte }: ByteRange, bytes: Uint8Array): boolean {
  return (
    (!gt || compareBytes(bytes, gt) > 0) &&
    (!gte || compareBytes(bytes, gte) >= 0) &&
    (!lt || compareBytes(bytes, lt) < 0) &&
    (!lte || compareBytes(bytes, lte) <= 0)
  );
}

/** What a query gives of a plain list of rows. */
function answerOf(rows: readonly ModelRow[], { index, reverse, liveAt = Number.NEGATIVE_INFINITY, ...bounds }: RangeQuery): string[] {
  const lines = rows.flatMap(({ key: own, stored }) => {
    if (stored.expiresAt <= liveAt) return [];
    if (index === undefined) return [{ at: own, stored }];
    return stored.entries.map(({ bytes }) => ({ at: Uint8Array.of(...bytes, ...own), stored }));
  });
  const sorted = lines.filter(({ at }) => isIn(bounds, at)).toSorted((a, b) => compareBytes(a.at, b.at));
  return (reverse ? sorted.toReversed() : sorted).map(({ at, stored }) => textOf(at, bounds.keysOnly ? undefined : stored));
}

function textOf(at: Uint8Array, stored: StoredEntry | undefined): string {
  return stored ? `${at.join()} = ${stored.value.join()} until ${stored.expiresAt}` : at.join();
}

/** Reads all pages of a query through an overlay, from a base whose pages are short. */
function pagesOf(base: MemoryTable, overlay: TableOverlay, asked: RangeQuery, baseRows: number): string[] {
  const texts: string[] = [];
  for (let bounds = asked; ;) {
    const stored = overlay.hidesAll(bounds) ? emptyPage : base.range({ ...bounds, limit: baseRows });
    const page = overlay.merge(stored, bounds);
    expect(page.rows.length).toBeLessThanOrEqual(asked.limit);
    texts.push(...page.rows.map((row: PageRow) => textOf(row.entry ? Uint8Array.of(...row.entry, ...row.key) : row.key, row.stored)));
    if (!page.next) return texts;
    bounds = goingOn(bounds, page.next);
  }
}

test("rows written over stored ones are read as if they were stored, by key and by index, whatever the pages", () => {
  fc.assert(
    fc.property(
      fc.array(set, { maxLength: 20 }),
      fc.array(change, { maxLength: 20 }),
      fc.array(query, { minLength: 1, maxLength: 5 }),
      fc.integer({ min: 1, max: 8 }),
      (stored, changes, queries, baseRows) => {
        const base = new MemoryTable();
        let rows: readonly ModelRow[] = [];
        for (const one of stored) {
          base.set(one.key, { ...one, version: 1 });
          rows = applyTo(rows, one);
        }
        const overlay = overlayOf(base, changes);
        for (const one of changes) rows = applyTo(rows, one);
        for (const asked of queries) expect(pagesOf(base, overlay, asked, baseRows)).toEqual(answerOf(rows, asked));
        expect(overlay.live(NOW) + countOf(base, overlay)).toBe(rows.filter((row) => row.stored.expiresAt > NOW).length);
      },
    ),
    { numRuns: 2000 },
  );
});

test("what an overlay has written makes of the stored rows what it shows", () => {
  fc.assert(
    fc.property(fc.array(set, { maxLength: 20 }), fc.array(change, { maxLength: 20 }), (stored, changes) => {
      const base = new MemoryTable();
      for (const one of stored) base.set(one.key, { ...one, version: 1 });
      const overlay = overlayOf(base, changes);
      const all = { limit: 100 };
      const shown = pagesOf(base, overlay, all, 100);
      for (const operation of overlay.operations) {
        if (operation.type === "set") base.set(operation.key, { ...operation, version: 2 });
        else if (operation.type === "delete") base.delete(operation.key);
        else if (operation.type === "deleteRange") base.deleteRange(operation, NOW);
        else if (operation.type === "touch") {
          const row = base.get(operation.key);
          // Only live rows are touched, and they are still live when the transaction commits.
          if (!row) throw new Error("a touched row isn't there");
          const kept = row.entries.filter(({ index }) => !operation.indexes.includes(index));
          const entriesNow = [...kept, ...operation.entries];
          base.set(operation.key, { ...row, expiresAt: operation.expiresAt ?? row.expiresAt, entries: entriesNow });
        }
      }
      expect(pagesOf(base, new TableOverlay(), all, 100)).toEqual(shown);
    }),
    { numRuns: 1000 },
  );
});

/** How many live stored rows are to be seen through an overlay. */
function countOf(base: MemoryTable, overlay: TableOverlay): number {
  const { rows } = base.range({ limit: 100, liveAt: NOW });
  return rows.filter((row) => overlay.find(row.key) === undefined).length;
}
