import { ORDER_INDEX } from "@cache/core/spi";
import * as fc from "fast-check";
import { equal } from "../assert.ts";
import { bytes, deleteRow, deleteRows, keysOf, NOW, setRow, text, touchRow, trimRows } from "../rows.ts";
import { type StoreScenario, storeScenario } from "../scenario.ts";
import type { StoreFace } from "../store-face.ts";

/*
 * Stores may keep the lines of the order index in a way of their own, as most of what a budget costs is these. Here batches of all sizes change
 * rows of all kinds whose places lie close together, and a plain model says what the index and the rows must be.
 */

const TABLE = 1;
const OTHER = 4;

interface Row {
  readonly value: string;
  readonly expiresAt: number;
  readonly lines: readonly (readonly [index: number, entry: string])[];
}

type Change =
  | { readonly type: "set"; readonly key: string; readonly row: Row }
  | { readonly type: "touch"; readonly key: string; readonly place: string; readonly expiresAt: number | undefined }
  | { readonly type: "delete"; readonly key: string }
  | { readonly type: "deleteRange"; readonly from: string | undefined }
  | { readonly type: "trim"; readonly maxEntries: number; readonly limit: number };

/** Bounds are given to ranges, too, and may be shorter than a place. */
interface Look {
  readonly low: string | undefined;
  readonly high: string | undefined;
  readonly reverse: boolean;
  readonly limit: number;
}

const keys = fc.nat(40).map((number) => (number % 2 === 0 ? `${"long".repeat(90)}${number}` : `k${number}`));

const places = fc
  .tuple(fc.nat(1), fc.nat(70), fc.nat(2))
  .map(([queue, position, hits]) => String.fromCharCode(queue, 0, 1, 2, 3, 4, 5, position, hits));

const lists: fc.Arbitrary<Row["lines"]> = fc.oneof(
  { weight: 12, arbitrary: places.map((place) => [[ORDER_INDEX, place]] as const) },
  places.map(
    (place) =>
      [
        [ORDER_INDEX, place],
        [OTHER, "other"],
      ] as const,
  ),
  fc.constant([[ORDER_INDEX, "short"]] as const),
  fc.constant([]),
);

const rows: fc.Arbitrary<Row> = fc.record({
  value: fc.constantFrom("", "value", "v".repeat(300)),
  expiresAt: fc.oneof({ weight: 9, arbitrary: fc.constant(Infinity) }, fc.constant(NOW - 1), fc.constant(NOW + 1)),
  lines: lists,
});

/** A place that a row gets again and again. */
function homeOf(key: string): string {
  return String.fromCharCode(0, 0, 1, 2, 3, 4, 5, key.charCodeAt(key.length - 1) % 40, 0);
}

const set: fc.Arbitrary<Change> = fc.tuple(keys, rows, fc.boolean()).map(([key, row, isAtHome]) => {
  const lines = row.lines.map(([index, entry]) => [index, isAtHome && index === ORDER_INDEX ? homeOf(key) : entry] as const);
  return { type: "set", key, row: { ...row, lines: lines.filter((line, at) => lines.findIndex(([, entry]) => entry === line[1]) === at) } };
});

const changes: fc.Arbitrary<Change> = fc.oneof(
  { weight: 30, arbitrary: set },
  { weight: 4, arbitrary: fc.record({ type: fc.constant("delete"), key: keys }) },
  {
    weight: 4,
    arbitrary: fc.record({
      type: fc.constant("touch"),
      key: keys,
      place: places,
      expiresAt: fc.constantFrom(undefined, Infinity, NOW + 2),
    }),
  },
  { weight: 3, arbitrary: fc.record({ type: fc.constant("trim"), maxEntries: fc.nat(30), limit: fc.integer({ min: 1, max: 30 }) }) },
  fc.record({ type: fc.constant("deleteRange"), from: fc.constantFrom(undefined, "k3", "l") }),
);

const batches = fc.oneof(
  fc.array(changes, { minLength: 1, maxLength: 6 }),
  fc.array(set, { minLength: 20, maxLength: 60 }),
  fc.array(changes, { minLength: 20, maxLength: 60 }),
);

const bounds = fc.option(
  fc.tuple(places, fc.nat(11), fc.string({ maxLength: 3 })).map(([place, length, more]) => (place + more).slice(0, length)),
  { nil: undefined },
);

const looks: fc.Arbitrary<Look> = fc.record({
  low: bounds,
  high: bounds,
  reverse: fc.boolean(),
  limit: fc.oneof(fc.integer({ min: 1, max: 9 }), fc.constant(1000)),
});

const steps = fc.array(fc.tuple(batches, fc.array(looks, { minLength: 1, maxLength: 4 })), { minLength: 1, maxLength: 12 });

/** Keeps some rows of the first queue, by giving them a place in the second. */
function review(key: string, entry: string): string | undefined {
  return key.endsWith("2") && entry.startsWith("\0") ? `\x01${entry.slice(1)}` : undefined;
}

/** What the rows and the index must be. */
class OrderModel {
  readonly rows = new Map<string, Row>();

  /** The places of all rows, each with its row's key behind it, in their order. */
  get positions(): readonly { readonly position: string; readonly entry: string; readonly key: string }[] {
    return [...this.rows]
      .flatMap(([key, { lines }]) =>
        lines.filter(([index]) => index === ORDER_INDEX).map(([, entry]) => ({ position: entry + key, entry, key })),
      )
      .toSorted((a, b) => (a.position < b.position ? -1 : 1));
  }

  /** Makes a change; gives the keys of the rows that a trim removes. */
  apply(change: Change): readonly string[] {
    switch (change.type) {
      case "set":
        this.rows.set(change.key, change.row);
        break;
      case "delete":
        this.rows.delete(change.key);
        break;
      case "deleteRange":
        for (const key of this.rows.keys()) if (change.from === undefined || key >= change.from) this.rows.delete(key);
        break;
      case "touch":
        this.#touch(change.key, change.place, change.expiresAt);
        break;
      case "trim":
        return this.#trim(change.maxEntries, change.limit);
    }
    return [];
  }

  #touch(key: string, place: string, expiresAt: number | undefined): void {
    const row = this.rows.get(key);
    if (!row || row.expiresAt <= NOW) return;
    const lines = [...row.lines.filter(([index]) => index !== ORDER_INDEX), [ORDER_INDEX, place] as const];
    this.rows.set(key, { ...row, lines, expiresAt: expiresAt ?? row.expiresAt });
  }

  #trim(maxEntries: number, limit: number): readonly string[] {
    const removed: string[] = [];
    for (let done = 0; done < limit && this.rows.size > maxEntries; done++) {
      const [first] = this.positions;
      if (!first) break;
      const { key, entry } = first;
      const row = this.rows.get(key);
      const kept = row && row.expiresAt > NOW ? review(key, entry) : undefined;
      if (row && kept !== undefined)
        this.rows.set(key, {
          ...row,
          lines: [...row.lines.filter(([index, line]) => index !== ORDER_INDEX || line !== entry), [ORDER_INDEX, kept]],
        });
      else {
        this.rows.delete(key);
        removed.push(key);
      }
    }
    return removed;
  }
}

function operationOf(change: Change): Parameters<StoreFace["put"]>[0][number] {
  switch (change.type) {
    case "set":
      return setRow(TABLE, change.key, change.row.value, change.row);
    case "delete":
      return deleteRow(TABLE, change.key);
    case "deleteRange":
      return deleteRows(TABLE, change.from === undefined ? {} : { gte: change.from });
    case "touch":
      return touchRow(TABLE, change.key, {
        indexes: [ORDER_INDEX],
        lines: [[ORDER_INDEX, change.place]],
        ...(change.expiresAt !== undefined && { expiresAt: change.expiresAt }),
      });
    case "trim":
      return trimRows(TABLE, ORDER_INDEX, { maxEntries: change.maxEntries, limit: change.limit, review });
  }
}

async function checkLook(store: StoreFace, model: OrderModel, { low, high, reverse, limit }: Look): Promise<void> {
  const within = model.positions.filter(
    ({ position }) => (low === undefined || position >= low) && (high === undefined || position < high),
  );
  const query = {
    index: ORDER_INDEX,
    reverse,
    ...(low !== undefined && { gte: bytes(low) }),
    ...(high !== undefined && { lt: bytes(high) }),
  };
  const found = await store.all(TABLE, query, limit);
  const ofModel = within.map(({ entry, key }) => [entry, key, model.rows.get(key)?.value]);
  if (reverse) ofModel.reverse();
  equal(
    found.map(({ key, entry, stored }) => [text(entry ?? bytes("")), text(key), stored && text(stored.value)]),
    ofModel,
    "the order",
  );
}

async function checkHistory(store: StoreFace, history: readonly (readonly [readonly Change[], readonly Look[]])[]): Promise<void> {
  await store.put([deleteRows(TABLE)]);
  const model = new OrderModel();
  for (const [batch, views] of history) {
    const { trimmed } = await store.put(batch.map(operationOf));
    equal(
      trimmed.map(({ rows: gone }) => gone.map(({ key }) => text(key))),
      batch.map((change) => [change.type, model.apply(change)] as const).flatMap(([type, gone]) => (type === "trim" ? [gone] : [])),
      "what went",
    );
    const { entries } = await store.usage(TABLE);
    equal(entries, model.rows.size, "entries");
    for (const look of [...views, { low: undefined, high: undefined, reverse: false, limit: 1000 }]) await checkLook(store, model, look);
  }
}

/** The order index, in which rows under a budget stand. */
export const storeOrderSuite: readonly StoreScenario[] = [
  storeScenario("store-order/histories", "rows stand in the order of their places, whatever changes them", async ({ store }) => {
    await fc.assert(
      fc.asyncProperty(steps, (history) => checkHistory(store, history)),
      { numRuns: 20, interruptAfterTimeLimit: 10_000, markInterruptAsFailure: false },
    );
  }),

  storeScenario("store-order/moved", "a place that stands elsewhere in a row's list is still one line", async ({ store }) => {
    const all = Array.from({ length: 10 }, (_, at) => `k${at}`);
    const placeOf = (key: string): string => `\0\0\0\0\0\0\0${key[1]}\0`;
    const shapes = [
      (key: string) => [[ORDER_INDEX, placeOf(key)]] as const,
      (key: string) =>
        [
          [OTHER, key],
          [ORDER_INDEX, placeOf(key)],
        ] as const,
      (key: string) =>
        [
          [ORDER_INDEX, `\0\0\0\0\0\0\0\x50${key[1]}`],
          [ORDER_INDEX, placeOf(key)],
        ] as const,
    ];
    for (const before of shapes)
      for (const after of shapes) {
        await store.put(all.map((key) => setRow(TABLE, key, "v", { lines: before(key) })));
        await store.put([setRow(TABLE, "k3", "w", { lines: after("k3") })]);
        await store.put(all.map((key) => setRow(TABLE, key, "x", { lines: after(key) })));
        const found = await store.all(TABLE, { index: ORDER_INDEX, lt: bytes("\0\0\0\0\0\0\0\x50") });
        equal(keysOf(found), all, "one line for each");
        await store.put(all.map((key) => deleteRow(TABLE, key)));
        equal(await store.all(TABLE, { index: ORDER_INDEX, keysOnly: true }), [], "lines of rows that are gone");
      }
  }),

  storeScenario("store-order/after-trim", "what follows a trim in its batch finds rows as the trim has left them", async ({ store }) => {
    const from = 10;
    const all = Array.from({ length: 240 }, (_, at) => String(at).padStart(3, "0"));
    const placeOf = (key: string): string => String.fromCharCode(0, 0, 1, 2, 3, 4, Math.floor(Number(key) / 40), (Number(key) % 40) * 6, 0);
    // The first are long, so that a trim by bytes looks for more lines than it needs.
    const valueOf = (key: string): string => (Number(key) < 200 ? "v".repeat(100) : "");
    for (let gone = 160; gone < 180; gone++) {
      const before = all[3] as string;
      const behind = all[from + gone] as string;
      await store.put([deleteRows(TABLE), ...all.map((key) => setRow(TABLE, key, valueOf(key), { lines: [[ORDER_INDEX, placeOf(key)]] }))]);
      const { bytes: full } = await store.usage(TABLE);
      // A key, a value, and an entry of nine bytes with the key again.
      const bytesGone = all.slice(from, from + gone).reduce((sum, key) => sum + valueOf(key).length + 15, 0);
      await store.put([
        trimRows(TABLE, ORDER_INDEX, { gte: placeOf(all[from] as string), maxBytes: full - bytesGone, limit: 1000 }),
        deleteRow(TABLE, before),
        deleteRow(TABLE, behind),
        ...all.slice(0, 10).map((key) => deleteRow(TABLE, `no${key}`)),
      ]);
      const left = [...all.slice(0, from), ...all.slice(from + gone)].filter((key) => key !== before && key !== behind);
      equal(keysOf(await store.all(TABLE, { index: ORDER_INDEX })), left, `the order after ${gone} rows have gone`);
      equal(keysOf(await store.all(TABLE)), left, `the rows after ${gone} have gone`);
    }
  }),
];
