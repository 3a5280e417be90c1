import type {
  DeleteOperation,
  DeleteRangeOperation,
  IndexEntry,
  PageRow,
  SetOperation,
  StoredEntry,
  TouchOperation,
  TrimOperation,
} from "@cache/core/spi";

/*
 * Rows as store-level scenarios write them: byte strings are JavaScript strings of one character per byte, so that "a\x00" reads as what
 * it is, in scenarios and in messages. String comparison then is byte order.
 */

/** The moment at which store-level scenarios happen, in epoch milliseconds. */
export const NOW = 1_900_000_000_000;

/** The bytes that a string of characters below 256 stands for. */
export function bytes(characters: string): Uint8Array {
  const value = new Uint8Array(characters.length);
  for (let at = 0; at < characters.length; at++) value[at] = characters.charCodeAt(at);
  return value;
}

/** The string that stands for some bytes. */
export function text(value: Uint8Array): string {
  let characters = "";
  for (const byte of value) characters += String.fromCharCode(byte);
  return characters;
}

/** An index entry as scenarios write it. */
export type Line = readonly [index: number, bytes: string];

/** Metadata of a row that most scenarios leave out. */
export interface RowOptions {
  readonly expiresAt?: number;
  readonly lines?: readonly Line[];
  /** Entries in unique indexes. */
  readonly unique?: readonly Line[];
}

function entriesOf(lines: readonly Line[]): IndexEntry[] {
  return lines.map(([index, line]) => ({ index, bytes: bytes(line) }));
}

function uniqueEntriesOf(lines: readonly Line[]): IndexEntry[] {
  return lines.map(([index, line]) => ({ index, bytes: bytes(line), isUnique: true }));
}

export function setRow(
  table: number,
  key: string,
  value: string,
  { expiresAt = Infinity, lines = [], unique = [] }: RowOptions = {},
): SetOperation {
  const entries = [...uniqueEntriesOf(unique), ...entriesOf(lines)];
  return { type: "set", table, key: bytes(key), value: bytes(value), expiresAt, entries };
}

export function deleteRow(table: number, key: string): DeleteOperation {
  return { type: "delete", table, key: bytes(key) };
}

/** Bounds as scenarios write them. */
export interface Bounds {
  readonly gt?: string;
  readonly gte?: string;
  readonly lt?: string;
  readonly lte?: string;
}

/** Bounds as a store takes them. */
export function byteRange(bounds: Bounds): { gt?: Uint8Array; gte?: Uint8Array; lt?: Uint8Array; lte?: Uint8Array } {
  return Object.fromEntries(Object.entries(bounds).map(([name, bound]) => [name, bytes(bound)]));
}

/** Whether a byte string lies within bounds. */
export function within(value: string, { gt, gte, lt, lte }: Bounds): boolean {
  return (
    (gt === undefined || value > gt) &&
    (gte === undefined || value >= gte) &&
    (lt === undefined || value < lt) &&
    (lte === undefined || value <= lte)
  );
}

export function deleteRows(table: number, bounds: Bounds = {}): DeleteRangeOperation {
  return { type: "deleteRange", table, ...byteRange(bounds) };
}

/** What a touch changes. */
export interface TouchOptions {
  readonly expiresAt?: number;
  readonly indexes?: readonly number[];
  readonly lines?: readonly Line[];
  /** Entries in unique indexes. */
  readonly unique?: readonly Line[];
}

export function touchRow(table: number, key: string, { expiresAt, indexes = [], lines = [], unique = [] }: TouchOptions): TouchOperation {
  const entries = [...uniqueEntriesOf(unique), ...entriesOf(lines)];
  return { type: "touch", table, key: bytes(key), indexes, entries, ...(expiresAt !== undefined && { expiresAt }) };
}

/** The bounds and the limit of a trim; `review` answers the entry that keeps a row. */
export interface TrimOptions {
  readonly gte?: string;
  readonly lt?: string;
  readonly maxEntries?: number;
  readonly maxBytes?: number;
  readonly limit?: number;
  readonly review?: (key: string, entry: string, table: number) => string | undefined;
}

export function trimRows(tables: number | readonly number[], index: number, options: TrimOptions): TrimOperation {
  const { gte, lt, maxEntries, maxBytes, limit = 100, review } = options;
  return {
    type: "trim",
    tables: typeof tables === "number" ? [tables] : tables,
    index,
    limit,
    ...byteRange({ ...(gte !== undefined && { gte }), ...(lt !== undefined && { lt }) }),
    ...(maxEntries !== undefined && { maxEntries }),
    ...(maxBytes !== undefined && { maxBytes }),
    ...(review && {
      review: ({ table, key, position }) => {
        const kept = review(text(key), text(position.subarray(0, position.length - key.length)), table);
        return kept === undefined ? undefined : bytes(kept);
      },
    }),
  };
}

/** A stored row as scenarios compare it. */
export interface PlainEntry {
  readonly value: string;
  readonly expiresAt: number;
  readonly version: number;
  /** Sorted: a row's list of entries has no order of its own. */
  readonly lines: readonly string[];
}

/** A stored row as plain data; `undefined` for none. */
export function plain(stored: StoredEntry | undefined): PlainEntry | undefined {
  if (!stored) return undefined;
  const lines = stored.entries.map(({ index, bytes: line }) => `${index}:${text(line)}`).toSorted();
  return { value: text(stored.value), expiresAt: stored.expiresAt, version: stored.version, lines };
}

/** The keys of a page's rows. */
export function keysOf(rows: readonly PageRow[]): string[] {
  return rows.map(({ key }) => text(key));
}

/** The index entries and keys of a page's rows. */
export function pairsOf(rows: readonly PageRow[]): [entry: string, key: string][] {
  return rows.map(({ entry, key }) => [entry ? text(entry) : "no entry", text(key)]);
}
