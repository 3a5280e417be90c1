import { CacheError, type IndexEntry, type StoredEntry } from "@cache/core/spi";
import { readNumber, writeNumber } from "./number-bytes.ts";
import {
  claimBytes,
  DEADLINE_LINE_BYTES,
  entryBytes,
  indexOfLine,
  isEntryLine,
  LINE_PREFIX_BYTES,
  lineBytes,
  ROW_KEY_PREFIX_BYTES,
  rowKeyOfLine,
  writeDeadlineLine,
  writeEntryLine,
} from "./row-key.ts";

/** A row as IndexedDB keeps it; see layout.ts. */
export type RowRecord =
  | Uint8Array
  | RowWithLines
  | (RowWithLines & { readonly claims: readonly Uint8Array[] })
  | (RowWithLines & { readonly unclaimed: readonly Uint8Array[] });

interface RowWithLines {
  readonly row: Uint8Array;
  readonly lines: readonly Uint8Array[];
}

/** A row to be written. */
export interface WholeRow extends StoredEntry {
  /** Whether it leaves its unique entries to others. */
  readonly isUnclaimed?: boolean;
}

/** The flags of a row with a deadline, and of one with index entries. */
const EXPIRES = 1;
const HAS_ENTRIES = 2;

const VERSION_AT = 1;
const HEADER_BYTES = 7;
const DEADLINE_BYTES = 6;
const KEY_LENGTH_BYTES = 2;

/**
 * Packs a row under its key in the object store. All that a record holds are views of one piece of memory, as it costs a browser about as much to
 * write or to read a piece as to deal with its bytes.
 */
export function packRow(rowKey: Uint8Array, { value, expiresAt, version, entries, isUnclaimed = false }: WholeRow): RowRecord {
  const flags = (expiresAt === Number.POSITIVE_INFINITY ? 0 : EXPIRES) | (entries.length > 0 ? HAS_ENTRIES : 0);
  const valueAt = valueStart(flags);
  let end = valueAt + value.length;
  let size = end + (flags & EXPIRES ? DEADLINE_LINE_BYTES : 0);
  for (const { bytes } of entries) size += lineBytes(rowKey, bytes);
  const memory = new Uint8Array(size);
  memory[0] = flags;
  writeNumber(memory, VERSION_AT, version);
  if (flags & EXPIRES) writeNumber(memory, HEADER_BYTES, expiresAt);
  if (flags & HAS_ENTRIES) {
    const keyLength = rowKey.length - ROW_KEY_PREFIX_BYTES;
    memory[valueAt - 2] = keyLength >>> 8;
    memory[valueAt - 1] = keyLength;
  }
  memory.set(value, valueAt);
  if (flags === 0) return memory;
  const row = memory.subarray(0, end);
  const lines: Uint8Array[] = [];
  const claims: Uint8Array[] = [];
  for (const { index, bytes, isUnique } of entries) {
    const start = end;
    end = writeEntryLine(memory, start, rowKey, index, bytes);
    lines.push(memory.subarray(start, end));
    if (isUnique) claims.push(memory.subarray(start, start + claimBytes(bytes)));
  }
  if (flags & EXPIRES) {
    writeDeadlineLine(memory, end, rowKey, expiresAt);
    lines.push(memory.subarray(end));
  }
  if (claims.length === 0) return { row, lines };
  return isUnclaimed ? { row, lines, unclaimed: claims } : { row, lines, claims };
}

/** Unpacks what `packRow` made, without copying anything. Throws `CACHE_CORRUPT` for anything else. */
export function unpackRow(record: unknown): StoredEntry {
  const row = bytesOf(record);
  return {
    value: row.subarray(valueStart(row[0] ?? 0)),
    expiresAt: deadlineOf(row),
    version: readNumber(row, VERSION_AT),
    /** Made when they are asked for, which is seldom. */
    get entries(): readonly IndexEntry[] {
      const keyLength = keyLengthOf(row);
      return entryLinesOf(record, row).map((line) => ({ index: indexOfLine(line), bytes: entryBytes(line, keyLength) }));
    },
  };
}

/** Unpacks a row that is to be written again, with what only writes need to know. */
export function unpackWhole(record: unknown): WholeRow {
  const { value, expiresAt, version, entries } = unpackRow(record);
  // It is one of ours, or could not have been unpacked.
  const { claims, unclaimed } = record as { readonly claims?: readonly Uint8Array[]; readonly unclaimed?: readonly Uint8Array[] };
  const indexes = new Set((unclaimed ?? claims)?.map(indexOfLine));
  const marked = entries.map((entry) => (indexes.has(entry.index) ? { ...entry, isUnique: true as const } : entry));
  return { value, expiresAt, version, entries: marked, isUnclaimed: unclaimed !== undefined };
}

/** What a row counts for: its deadline, and its bytes as `storedBytes` counts them. */
export interface RowSize {
  readonly expiresAt: number;
  readonly bytes: number;
}

/** The size of a row, without unpacking it. */
export function sizeOf(rowKey: Uint8Array, record: unknown): RowSize {
  const row = bytesOf(record);
  let bytes = rowKey.length - ROW_KEY_PREFIX_BYTES + row.length - valueStart(row[0] ?? 0);
  for (const line of entryLinesOf(record, row)) bytes += line.length - LINE_PREFIX_BYTES;
  return { expiresAt: deadlineOf(row), bytes };
}

/** The entries that a row has in an index. */
export interface IndexedRow {
  readonly rowKey: Uint8Array;
  /** Their lines, at least one. */
  readonly lines: readonly Uint8Array[];
}

/** What a row that was found by an index has there. Throws `CACHE_CORRUPT` for one that has nothing there. */
export function indexedRow(record: unknown, index: number): IndexedRow {
  const row = bytesOf(record);
  const lines = entryLinesOf(record, row).filter((line) => indexOfLine(line) === index);
  const [first] = lines;
  if (!first) throw damaged();
  return { rowKey: rowKeyOfLine(first, keyLengthOf(row)), lines };
}

function bytesOf(record: unknown): Uint8Array {
  // Anything but nothing may be asked for a property.
  const row = record instanceof Uint8Array ? record : (record as { readonly row?: unknown } | null | undefined)?.row;
  if (row instanceof Uint8Array && (row[0] ?? 0) <= (EXPIRES | HAS_ENTRIES) && row.length >= valueStart(row[0] ?? 0)) return row;
  throw damaged();
}

/** The lines of a row's index entries. */
function entryLinesOf(record: unknown, row: Uint8Array): readonly Uint8Array[] {
  if (((row[0] ?? 0) & HAS_ENTRIES) === 0) return [];
  // It has a row.
  const { lines } = record as { readonly lines?: unknown };
  if (!Array.isArray(lines)) throw damaged();
  const keyLength = keyLengthOf(row);
  return lines.filter((line): line is Uint8Array => {
    if (!(line instanceof Uint8Array)) throw damaged();
    if (!isEntryLine(line)) return false;
    if (line.length < LINE_PREFIX_BYTES + keyLength) throw damaged();
    return true;
  });
}

/** What to throw for a record that is none of ours. */
export function damaged(): CacheError {
  return new CacheError("CACHE_CORRUPT", "a row of the database is damaged: delete the entry, or the database");
}

/** Where the value begins in a row with such flags. */
function valueStart(flags: number): number {
  return HEADER_BYTES + (flags & EXPIRES ? DEADLINE_BYTES : 0) + (flags & HAS_ENTRIES ? KEY_LENGTH_BYTES : 0);
}

function deadlineOf(row: Uint8Array): number {
  return (row[0] ?? 0) & EXPIRES ? readNumber(row, HEADER_BYTES) : Number.POSITIVE_INFINITY;
}

/** The length of the key of a row with index entries. */
function keyLengthOf(row: Uint8Array): number {
  const end = valueStart(row[0] ?? 0);
  return ((row[end - 2] ?? 0) << 8) | (row[end - 1] ?? 0);
}
