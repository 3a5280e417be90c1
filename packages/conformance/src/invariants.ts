import {
  compareBytes,
  decodeKey,
  DEFAULT_TABLE,
  EXPIRY_INDEX,
  type IndexEntry,
  type PageRow,
  storedBytes,
  SYSTEM_TABLE,
  TAG_INDEX,
} from "@cache/core/spi";
import { equal, ok } from "./assert.ts";
import { setRow, text } from "./rows.ts";
import type { StoreFace } from "./store-face.ts";

/** The tables that store-level scenarios use: both ends of the range of ids, and the steps from one byte to two. */
export const TABLES: readonly number[] = [1, 2, 255, 256, 65_535];

/** The indexes that store-level scenarios use, likewise; looked through even when no row names them. */
export const INDEXES: readonly number[] = [EXPIRY_INDEX, 1, TAG_INDEX, 255, 256, 65_535];

/** The tables that a cache uses. */
export const CACHE_TABLES: readonly number[] = [SYSTEM_TABLE, DEFAULT_TABLE];

/** A table that nothing else uses. */
const PROBE_TABLE = 4_095;

/** Throws unless what a store keeps beside the rows of some tables agrees with the rows. Leaves one row in a table of its own. */
export async function checkInvariants(store: StoreFace, tables: readonly number[]): Promise<void> {
  const versions = await Promise.all(tables.map((table) => checkTable(store, table)));
  const { version } = await store.put([setRow(PROBE_TABLE, "probe", "")]);
  for (const [at, written] of versions.entries())
    ok(written < version, `the version of table ${tables[at]} to be below that of the next commit`);
}

/** Checks one table; returns its version. */
async function checkTable(store: StoreFace, table: number): Promise<number> {
  const [usage, rows] = await Promise.all([store.usage(table), store.all(table)]);
  const keys = rows.map(({ key }) => key);
  ok(ascends(keys, compareBytes), `the rows of table ${table} to come once each and in the order of their keys`);

  equal(usage.entries, rows.length, `the kept number of entries of table ${table}`);
  equal(
    usage.bytes,
    rows.reduce((sum, row) => sum + bytesOf(row), 0),
    `the kept number of bytes of table ${table}`,
  );
  for (const { stored } of rows) ok((stored?.version ?? 0) <= usage.version, `table ${table} to be as new as its newest row`);

  const named = rows.flatMap(({ key, stored }) => (stored?.entries ?? []).map((entry) => ({ entry, key })));
  const indexes = new Set([...INDEXES, ...named.map(({ entry }) => entry.index)]);
  await Promise.all(
    Array.from(indexes, (index) =>
      checkIndex(
        store,
        table,
        index,
        named.filter(({ entry }) => entry.index === index),
      ),
    ),
  );
  return usage.version;
}

interface Named {
  readonly entry: IndexEntry;
  readonly key: Uint8Array;
}

/** Checks that an index of a table holds just the entries that the table's rows name, in order. */
async function checkIndex(store: StoreFace, table: number, index: number, named: readonly Named[]): Promise<void> {
  const lines = await store.all(table, { index, keysOnly: true });
  const expected = named.map(({ entry, key }) => text(entry.bytes) + text(key)).toSorted();
  const found = lines.map(({ entry, key }) => text(entry ?? new Uint8Array()) + text(key));
  equal(found, expected, `index ${index} of table ${table}, next to what the rows name`);
}

/** Throws unless the expiry index of a table's rows agrees with their deadlines. */
export async function checkExpiryIndex(store: StoreFace, table: number = DEFAULT_TABLE): Promise<void> {
  for (const { stored } of await store.all(table)) {
    const { expiresAt = Infinity, entries = [] } = stored ?? {};
    const lines = entries.filter(({ index }) => index === EXPIRY_INDEX).map(({ bytes }) => text(bytes));
    equal(lines, expiresAt === Infinity ? [] : [bigEndian(expiresAt)], "a row's entries in the expiry index");
  }
}

/** Throws unless the rows of a table have each of their tags once, as a string and a terminator. That the index holds just these is seen to above. */
export async function checkTagIndex(store: StoreFace, table: number = DEFAULT_TABLE): Promise<void> {
  for (const { stored } of await store.all(table)) {
    const entries = (stored?.entries ?? []).filter(({ index }) => index === TAG_INDEX).map(({ bytes }) => bytes);
    ok(
      entries.every((bytes) => bytes.at(-1) === 0 && typeof decodeKey(bytes.subarray(0, -1)) === "string"),
      `the tags of a row of table ${table} to be strings`,
    );
    equal(new Set(entries.map((bytes) => text(bytes))).size, entries.length, "the number of a row's different tags");
  }
}

function bigEndian(whole: number): string {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(whole));
  return text(bytes);
}

function bytesOf({ key, stored }: PageRow): number {
  return stored ? storedBytes(key, stored.value, stored.entries) : 0;
}

function ascends<T>(values: readonly T[], compare: (a: T, b: T) => number): boolean {
  return values.every((value, at) => {
    const before = values[at - 1];
    return at === 0 || (before !== undefined && compare(before, value) < 0);
  });
}
