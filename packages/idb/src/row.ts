import { CacheError, type IndexEntry, type StoredEntry } from "@cache/core/spi";
import { readNumber, writeNumber } from "./number-bytes.ts";
import {
  claimBytes,
  DEADLINE_LINE_BYTES,
  entryBytes,
  indexOfLine,
  isEntryLine,
  keyOf,
  LINE_PREFIX_BYTES,
  ROW_KEY_PREFIX_BYTES,
  rowKeyOfLine,
  writeClaim,
  writeDeadlineLine,
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

/** The flags of a row with a deadline, of one with index entries, and of one that claims some of these. */
const EXPIRES = 1;
const HAS_ENTRIES = 2;
const CLAIMS = 4;

const VERSION_AT = 1;
const HEADER_BYTES = 7;
const DEADLINE_BYTES = 6;
const KEY_LENGTH_BYTES = 2;

/**
 * Packs a row under its key in the object store. All that a record holds are views of one piece of memory, as it costs a browser about as much to
 * write or to read a piece as to deal with its bytes.
 */
export function packRow(rowKey: Uint8Array, { value, expiresAt, version, entries, isUnclaimed = false }: WholeRow): RowRecord {
  const key = keyOf(rowKey);
  const isClaiming = !isUnclaimed && entries.some(({ isUnique }) => isUnique);
  const flags = (expiresAt === Number.POSITIVE_INFINITY ? 0 : EXPIRES) | (entries.length > 0 ? HAS_ENTRIES : 0) | (isClaiming ? CLAIMS : 0);
  const keyAt = keyStart(flags);
  const valueAt = keyAt + (isClaiming ? key.length : 0);
  let end = valueAt + value.length;
  let size = end + (flags & EXPIRES ? DEADLINE_LINE_BYTES : 0);
  for (const { bytes, isUnique } of entries) size += claimBytes(bytes) + (isClaiming && isUnique ? 0 : key.length);
  const memory = new Uint8Array(size);
  memory[0] = flags;
  writeNumber(memory, VERSION_AT, version);
  if (flags & EXPIRES) writeNumber(memory, HEADER_BYTES, expiresAt);
  if (flags & HAS_ENTRIES) {
    memory[keyAt - 2] = key.length >>> 8;
    memory[keyAt - 1] = key.length;
  }
  if (isClaiming) memory.set(key, keyAt);
  memory.set(value, valueAt);
  if (flags === 0) return memory;
  const row = memory.subarray(0, end);
  const lines: Uint8Array[] = [];
  const claims: Uint8Array[] = [];
  for (const { index, bytes, isUnique } of entries) {
    const start = end;
    end = writeClaim(memory, start, rowKey, index, bytes);
    if (isUnique) claims.push(memory.subarray(start, end));
    if (isUnique && isClaiming) continue;
    memory.set(key, end);
    end += key.length;
    lines.push(memory.subarray(start, end));
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
    value: row.subarray(valueStart(row)),
    expiresAt: deadlineOf(row),
    version: readNumber(row, VERSION_AT),
    /** Made when they are asked for, which is seldom. */
    get entries(): readonly IndexEntry[] {
      const { lines, claims } = entriesOf(record, row);
      const keyLength = keyLengthOf(row);
      const entry = (line: Uint8Array, isClaimed: boolean): IndexEntry => ({
        index: indexOfLine(line),
        bytes: entryBytes(line, isClaimed ? 0 : keyLength),
      });
      return [...lines.map((line) => entry(line, false)), ...claims.map((claim) => entry(claim, true))];
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
  const { lines, claims } = entriesOf(record, row);
  const keyLength = rowKey.length - ROW_KEY_PREFIX_BYTES;
  let bytes = keyLength * (1 + claims.length) + row.length - valueStart(row);
  for (const line of [...lines, ...claims]) bytes += line.length - LINE_PREFIX_BYTES;
  return { expiresAt: deadlineOf(row), bytes };
}

/** The entries that a row has in an index. */
export interface IndexedRow {
  readonly rowKey: Uint8Array;
  /** What the database's index finds it by, at least one. */
  readonly lines: readonly Uint8Array[];
}

/** What a row that was found by an index has there: claims or lines. Throws `CACHE_CORRUPT` for one that has nothing there. */
export function indexedRow(record: unknown, index: number, areClaims: boolean): IndexedRow {
  const row = bytesOf(record);
  const entries = entriesOf(record, row);
  const lines = (areClaims ? entries.claims : entries.lines).filter((line) => indexOfLine(line) === index);
  const [first] = lines;
  if (!first) throw damaged();
  const end = areClaims ? valueStart(row) : first.length;
  return { rowKey: rowKeyOfLine(first, (areClaims ? row : first).subarray(end - keyLengthOf(row), end)), lines };
}

function bytesOf(record: unknown): Uint8Array {
  // Anything but nothing may be asked for a property.
  const row = record instanceof Uint8Array ? record : (record as { readonly row?: unknown } | null | undefined)?.row;
  if (!(row instanceof Uint8Array)) throw damaged();
  const [flags = 0] = row;
  // Who claims an entry has one.
  if (flags > (EXPIRES | HAS_ENTRIES | CLAIMS) || (flags & (HAS_ENTRIES | CLAIMS)) === CLAIMS || row.length < valueStart(row))
    throw damaged();
  return row;
}

/** The lines of a row's index entries, and the claims that stand for others. */
function entriesOf(record: unknown, row: Uint8Array): { readonly lines: readonly Uint8Array[]; readonly claims: readonly Uint8Array[] } {
  if (((row[0] ?? 0) & HAS_ENTRIES) === 0) return noEntries;
  // It has a row.
  const { lines, claims } = record as { readonly lines?: unknown; readonly claims?: unknown };
  return {
    lines: linesAmong(lines, LINE_PREFIX_BYTES + keyLengthOf(row)),
    claims: (row[0] ?? 0) & CLAIMS ? linesAmong(claims, LINE_PREFIX_BYTES) : [],
  };
}

const noEntries = { lines: [], claims: [] };

/** A list's lines of entries, none of which may be shorter than so many bytes. */
function linesAmong(list: unknown, least: number): readonly Uint8Array[] {
  if (!Array.isArray(list)) throw damaged();
  return list.filter((line): line is Uint8Array => {
    if (!(line instanceof Uint8Array)) throw damaged();
    if (!isEntryLine(line)) return false;
    if (line.length < least) throw damaged();
    return true;
  });
}

/** What to throw for a record that is none of ours. */
export function damaged(): CacheError {
  return new CacheError("CACHE_CORRUPT", "a row of the database is damaged: delete the entry, or the database");
}

/** Where the key of a row with such flags begins, or its value if the key isn't there. */
function keyStart(flags: number): number {
  return HEADER_BYTES + (flags & EXPIRES ? DEADLINE_BYTES : 0) + (flags & HAS_ENTRIES ? KEY_LENGTH_BYTES : 0);
}

/** Where the value of a row begins. */
function valueStart(row: Uint8Array): number {
  const [flags = 0] = row;
  return keyStart(flags) + (flags & CLAIMS ? keyLengthOf(row) : 0);
}

function deadlineOf(row: Uint8Array): number {
  return (row[0] ?? 0) & EXPIRES ? readNumber(row, HEADER_BYTES) : Number.POSITIVE_INFINITY;
}

/** The length of the key of a row with index entries. */
function keyLengthOf(row: Uint8Array): number {
  const end = keyStart(row[0] ?? 0);
  return ((row[end - 2] ?? 0) << 8) | (row[end - 1] ?? 0);
}
