import { CacheError, type IndexEntry, type StoredEntry } from "@cache/core/spi";
import { readNumber, writeNumber } from "./number-bytes.ts";
import { deadlineLine, entryLine, entryOf, isEntryLine, ROW_KEY_PREFIX_BYTES } from "./row-key.ts";

/** A row as IndexedDB keeps it; see layout.ts. */
export type RowRecord = Uint8Array | { readonly row: Uint8Array; readonly lines: readonly Uint8Array[] };

/** The flag of a row with a deadline. */
const EXPIRES = 1;

const VERSION_AT = 1;
const DEADLINE_AT = 7;
const DEADLINE_END = 13;

/** Packs a row under its key in the object store. */
export function packRow(rowKey: Uint8Array, { value, expiresAt, version, entries }: StoredEntry): RowRecord {
  const expires = expiresAt !== Number.POSITIVE_INFINITY;
  const valueAt = expires ? DEADLINE_END : DEADLINE_AT;
  const row = new Uint8Array(valueAt + value.length);
  writeNumber(row, VERSION_AT, version);
  if (expires) {
    row[0] = EXPIRES;
    writeNumber(row, DEADLINE_AT, expiresAt);
  }
  row.set(value, valueAt);
  if (!expires && entries.length === 0) return row;
  const lines = entries.map(({ index, bytes }) => entryLine(rowKey, index, bytes));
  if (expires) lines.push(deadlineLine(rowKey, expiresAt));
  return { row, lines };
}

/** Unpacks what `packRow` made, without copying the value. Throws `CACHE_CORRUPT` for anything else. */
export function unpackRow(rowKey: Uint8Array, record: unknown): StoredEntry {
  const row = bytesOf(record);
  return {
    value: row.subarray(row[0] === EXPIRES ? DEADLINE_END : DEADLINE_AT),
    expiresAt: deadlineOf(row),
    version: readNumber(row, VERSION_AT),
    entries: record instanceof Uint8Array ? none : entriesOf(rowKey, record),
  };
}

/** What a row counts for: its deadline, and its bytes as `storedBytes` counts them. */
export interface RowSize {
  readonly expiresAt: number;
  readonly bytes: number;
}

/** The size of a row, without unpacking it. */
export function sizeOf(rowKey: Uint8Array, record: unknown): RowSize {
  const row = bytesOf(record);
  let bytes = rowKey.length - ROW_KEY_PREFIX_BYTES + row.length - (row[0] === EXPIRES ? DEADLINE_END : DEADLINE_AT);
  if (!(record instanceof Uint8Array)) {
    const { length: keyLength } = rowKey;
    for (const { bytes: entry } of entriesOf(rowKey, record)) bytes += entry.length + keyLength - ROW_KEY_PREFIX_BYTES;
  }
  return { expiresAt: deadlineOf(row), bytes };
}

const none: readonly IndexEntry[] = [];

function bytesOf(record: unknown): Uint8Array {
  const row =
    record instanceof Uint8Array ? record : typeof record === "object" && record !== null && "row" in record ? record.row : undefined;
  if (row instanceof Uint8Array && row.length >= (row[0] === EXPIRES ? DEADLINE_END : DEADLINE_AT) && (row[0] ?? 0) <= EXPIRES) return row;
  throw damaged();
}

function entriesOf(rowKey: Uint8Array, record: unknown): IndexEntry[] {
  if (typeof record !== "object" || record === null || !("lines" in record) || !Array.isArray(record.lines)) throw damaged();
  const entries: IndexEntry[] = [];
  for (const line of record.lines as unknown[]) {
    if (!(line instanceof Uint8Array)) throw damaged();
    if (isEntryLine(line)) entries.push(entryOf(line, rowKey));
  }
  return entries;
}

function damaged(): CacheError {
  return new CacheError("CACHE_CORRUPT", "a row of the database is damaged: delete the entry, or the database");
}

function deadlineOf(row: Uint8Array): number {
  return row[0] === EXPIRES ? readNumber(row, DEADLINE_AT) : Number.POSITIVE_INFINITY;
}
