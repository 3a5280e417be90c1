import { CacheError, type IndexEntry, type StoredEntry } from "@cache/core/spi";
import { readNumber, writeNumber } from "./number-bytes.ts";
import { claimLine, deadlineLine, entryLine, entryOf, indexOfClaim, isEntryLine, ROW_KEY_PREFIX_BYTES } from "./row-key.ts";

/** A row as IndexedDB keeps it; see layout.ts. */
export type RowRecord =
  | Uint8Array
  | {
      readonly row: Uint8Array;
      readonly lines: readonly Uint8Array[];
      readonly claims?: readonly Uint8Array[];
      readonly unclaimed?: readonly Uint8Array[];
    };

/** A row to be written. */
export interface WholeRow extends StoredEntry {
  /** Whether it leaves its unique entries to others. */
  readonly isUnclaimed?: boolean;
}

/** The flag of a row with a deadline. */
const EXPIRES = 1;

const VERSION_AT = 1;
const DEADLINE_AT = 7;
const DEADLINE_END = 13;

/** Packs a row under its key in the object store. */
export function packRow(rowKey: Uint8Array, { value, expiresAt, version, entries, isUnclaimed = false }: WholeRow): RowRecord {
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
  const claims = claimsOf(rowKey, entries);
  if (claims.length === 0) return { row, lines };
  return isUnclaimed ? { row, lines, unclaimed: claims } : { row, lines, claims };
}

/** What a row claims, or would. */
export function claimsOf(rowKey: Uint8Array, entries: readonly IndexEntry[]): Uint8Array[] {
  const claims: Uint8Array[] = [];
  for (const { index, bytes, isUnique } of entries) if (isUnique) claims.push(claimLine(rowKey, index, bytes));
  return claims;
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

/** Unpacks a row that is to be written again, with what only writes need to know. */
export function unpackWhole(rowKey: Uint8Array, record: unknown): WholeRow {
  const row = unpackRow(rowKey, record);
  // It is one of ours, or could not have been unpacked.
  const { claims, unclaimed } = record as { readonly claims?: readonly Uint8Array[]; readonly unclaimed?: readonly Uint8Array[] };
  const indexes = new Set((unclaimed ?? claims)?.map(indexOfClaim));
  if (indexes.size === 0) return row;
  const entries = row.entries.map((entry) => (indexes.has(entry.index) ? { ...entry, isUnique: true as const } : entry));
  return { ...row, entries, isUnclaimed: unclaimed !== undefined };
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
