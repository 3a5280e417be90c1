import type { Operation, SetOperation } from "@cache/core/spi";
import { lmdbStore } from "@cache/lmdb";
import { statSync } from "node:fs";
import { join } from "node:path";

/** What a churn did, and what it left. */
export interface ChurnReport {
  readonly commits: number;
  readonly sets: number;
  readonly deletes: number;
  /** The size of the data file in bytes, when the table was first full and at the end. */
  readonly fileBytes: readonly [first: number, last: number];
}

/** How hard to churn, and for how long. */
export interface ChurnOptions {
  readonly path: string;
  /** Called before each commit. */
  readonly isOver: (commits: number) => boolean;
  /** The seed of what is written. */
  readonly seed: number;
  /** Rows per commit, and rows that stay. */
  readonly rowsAtOnce: number;
  readonly maxEntries: number;
}

const TABLE = 1;
const RECENCY_INDEX = 1;
const LARGEST_VALUE = 19_000;

/**
 * Sets rows of 50 bytes to 19 kB, each with an index line, and evicts as many in the same commit, over and over: what is reported to have
 * broken the engine's list of free pages (kriszyp/lmdb-js#321, #317, #212). Now and then it deletes a range, touches rows, and opens the
 * data anew. In the end, and at each opening, every row and every index line is looked at. Throws at the first that is wrong.
 */
export async function churn({ path, isOver, seed, rowsAtOnce, maxEntries }: ChurnOptions): Promise<ChurnReport> {
  const random = generator(seed);
  const store = lmdbStore({ path });
  const fileBytes = (): number => statSync(join(path, "data.mdb")).size;
  let [commits, sets, deletes, clock, first] = [0, 0, 0, 0, 0];
  store.open();
  for (; !isOver(commits); commits++) {
    const operations: Operation[] = Array.from({ length: rowsAtOnce }, () => rowAt(random, ++clock, maxEntries));
    if (commits % 50 === 49)
      operations.push({ type: "deleteRange", table: TABLE, gte: keyOf(random(maxEntries)), lt: keyOf(maxEntries * 3) });
    operations.push({ type: "trim", tables: [TABLE], index: RECENCY_INDEX, maxEntries, limit: rowsAtOnce * 2 });
    const before = store.usage(TABLE).entries;
    const result = await store.commit({ now: clock, checks: [], operations });
    if (!result.ok) throw new Error("a commit without checks was refused");
    const after = store.usage(TABLE).entries;
    sets += rowsAtOnce;
    deletes += before + rowsAtOnce - after;
    if (after > maxEntries) throw new Error(`${after} rows are left of at most ${maxEntries}`);
    if (first === 0 && commits * rowsAtOnce > maxEntries * 3) first = fileBytes();
    if (commits % 500 === 499) {
      await store.close();
      store.open();
      verify(store);
    }
  }
  verify(store);
  const last = fileBytes();
  await store.close();
  return { commits, sets, deletes, fileBytes: [first, last] };
}

/** A generator of whole numbers below a bound, the same for the same seed (xorshift32). */
function generator(seed: number): (bound: number) => number {
  let state = seed | 1;
  return (bound) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % bound;
  };
}

function keyOf(number: number): Uint8Array {
  const key = new Uint8Array(9);
  new DataView(key.buffer).setFloat64(0, number);
  return key;
}

function rowAt(random: (bound: number) => number, clock: number, maxEntries: number): SetOperation {
  const number = random(maxEntries * 3);
  const length = random(10) === 0 ? random(LARGEST_VALUE) : 50 + random(400);
  const stamp = new Uint8Array(8);
  new DataView(stamp.buffer).setFloat64(0, clock);
  const value = new Uint8Array(length + 8).fill(number & 0xff);
  new DataView(value.buffer).setFloat64(0, number);
  const entries = [{ index: RECENCY_INDEX, bytes: stamp }];
  return { type: "set", table: TABLE, key: keyOf(number), value, expiresAt: Number.POSITIVE_INFINITY, entries };
}

/** Throws unless each row is whole and has its line, and the lines lead to rows. */
function verify(store: ReturnType<typeof lmdbStore>): void {
  const lines = new Set<string>();
  let rows = 0;
  eachRow(store, RECENCY_INDEX, (key, entry) => void lines.add(`${entry} of ${key}`));
  eachRow(store, undefined, (key, _, row) => {
    rows++;
    const number = row && new DataView(row.value.buffer, row.value.byteOffset, row.value.length).getFloat64(0);
    if (!row || number === undefined || keyOf(number).toString() !== key) throw new Error("a row holds another's value");
    if (row.value.subarray(8).some((byte) => byte !== (number & 0xff))) throw new Error("a row's value is damaged");
    for (const { bytes } of row.entries)
      if (!lines.delete(`${bytes.toString()} of ${key}`)) throw new Error("a row has no line in its index");
  });
  if (lines.size > 0) throw new Error("a line of the index leads to no row");
  if (rows !== store.usage(TABLE).entries) throw new Error("the kept number of rows is wrong");
}

type Visit = (key: string, entry: string, row: { value: Uint8Array; entries: readonly { bytes: Uint8Array }[] } | undefined) => void;

function eachRow(store: ReturnType<typeof lmdbStore>, index: number | undefined, visit: Visit): void {
  let gt: Uint8Array | undefined;
  do {
    const page = store.range(TABLE, { limit: 500, ...(index !== undefined && { index, keysOnly: true }), ...(gt && { gt }) });
    for (const { key, entry, stored } of page.rows) visit(key.toString(), String(entry), stored);
    gt = page.next;
  } while (gt);
}
