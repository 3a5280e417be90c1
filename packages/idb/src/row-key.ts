import { afterPrefix, type ByteRange, compareBytes, type EncodedKey } from "@cache/core/spi";
import { writeNumber } from "./number-bytes.ts";

/** What stands before the key in a row's key: the table. */
export const ROW_KEY_PREFIX_BYTES = 2;

/** What stands before the entry in an index line: the table, the kind and the index. */
export const LINE_PREFIX_BYTES = 5;

/** How long the line of a deadline is. */
export const DEADLINE_LINE_BYTES = 9;

/** The kinds of lines. */
const DEADLINE = 0;
const ENTRY = 1;

/** The key of a row in the object store. */
export function rowKeyOf(table: number, key: EncodedKey): Uint8Array {
  const bytes = new Uint8Array(ROW_KEY_PREFIX_BYTES + key.length);
  bytes[0] = table >>> 8;
  bytes[1] = table;
  bytes.set(key, ROW_KEY_PREFIX_BYTES);
  return bytes;
}

/** A row's key without what stands before it. */
export function keyOf(rowKey: Uint8Array): EncodedKey {
  return rowKey.subarray(ROW_KEY_PREFIX_BYTES);
}

/** The table of a row. */
export function tableOf(rowKey: Uint8Array): number {
  return ((rowKey[0] ?? 0) << 8) | (rowKey[1] ?? 0);
}

/** Writes what an index entry is claimed by, and the line of one that isn't begins with; returns the position after it. */
export function writeClaim(target: Uint8Array, at: number, rowKey: Uint8Array, index: number, entry: Uint8Array): number {
  target.set(linePrefix(tableOf(rowKey), index), at);
  target.set(entry, at + LINE_PREFIX_BYTES);
  return at + claimBytes(entry);
}

/** How long what an index entry is claimed by is, whichever row has it. */
export function claimBytes(entry: Uint8Array): number {
  return LINE_PREFIX_BYTES + entry.length;
}

/** What an index entry is claimed by. */
export function claimOf(table: number, index: number, entry: Uint8Array): Uint8Array {
  return joined(linePrefix(table, index), entry);
}

/** The line that a claimed entry of a row has its place in the index by. */
export function lineOfClaim(claim: Uint8Array, rowKey: Uint8Array): Uint8Array {
  return joined(claim, keyOf(rowKey));
}

/** Writes the line of a row's deadline. IndexedDB orders equal ones by the row's key. */
export function writeDeadlineLine(target: Uint8Array, at: number, rowKey: Uint8Array, expiresAt: number): void {
  target.set(rowKey.subarray(0, ROW_KEY_PREFIX_BYTES), at);
  target[at + 2] = DEADLINE;
  writeNumber(target, at + 3, expiresAt);
}

/** Whether a line is that of an index entry, not of a deadline. */
export function isEntryLine(line: Uint8Array): boolean {
  return line[2] === ENTRY;
}

/** The index of an entry's line, or of a claim. */
export function indexOfLine(line: Uint8Array): number {
  return ((line[3] ?? 0) << 8) | (line[4] ?? 0);
}

/** The bytes of the entry that the line of a row stands for, whose key is so long. */
export function entryBytes(line: Uint8Array, keyLength: number): Uint8Array {
  return line.subarray(LINE_PREFIX_BYTES, line.length - keyLength);
}

/** The key in the object store of the row with a key whose entry has a line, or is claimed by it. */
export function rowKeyOfLine(line: Uint8Array, key: EncodedKey): Uint8Array {
  return joined(line.subarray(0, ROW_KEY_PREFIX_BYTES), key);
}

/** A line without what stands before its entry: the entry and the key, as ranges of an index are bounded by. */
export function entryAndKey(line: Uint8Array): Uint8Array {
  return line.subarray(LINE_PREFIX_BYTES);
}

/** The rows of a table within bounds; `undefined` when nothing can lie in them. */
export function rowRange(table: number, bounds: ByteRange): IDBKeyRange | undefined {
  return rangeAfter(Uint8Array.of(table >>> 8, table), bounds);
}

/** The lines of an index within bounds of entry and key; `undefined` when nothing can lie in them. */
export function lineRange(table: number, index: number, bounds: ByteRange): IDBKeyRange | undefined {
  return rangeAfter(linePrefix(table, index), bounds);
}

/** The lines that begin with an entry: in one index, no entry is the beginning of another. */
export function sameEntryRange(table: number, index: number, entry: Uint8Array): IDBKeyRange {
  const prefix = claimOf(table, index, entry);
  return IDBKeyRange.bound(prefix, afterAll(prefix), false, true);
}

/** The deadlines of a table up to a moment, itself included; `undefined` when there can be none. */
export function expiredRange(table: number, now: number): IDBKeyRange | undefined {
  if (!(now >= 0)) return undefined;
  const prefix = Uint8Array.of(table >>> 8, table, DEADLINE);
  const last = new Uint8Array(DEADLINE_LINE_BYTES);
  last.set(prefix);
  writeNumber(last, 3, Math.min(Math.floor(now), 2 ** 48 - 1));
  return IDBKeyRange.bound(prefix, last);
}

function linePrefix(table: number, index: number): Uint8Array {
  return Uint8Array.of(table >>> 8, table, ENTRY, index >>> 8, index);
}

function rangeAfter(prefix: Uint8Array, { gt, gte, lt, lte }: ByteRange): IDBKeyRange | undefined {
  const low = gt ?? gte;
  const high = lt ?? lte;
  const lower = low ? joined(prefix, low) : prefix;
  if (!high) return IDBKeyRange.bound(lower, afterAll(prefix), gt !== undefined, true);
  const upper = joined(prefix, high);
  const order = compareBytes(lower, upper);
  // IndexedDB throws at ranges that are empty by their bounds.
  if (order > 0 || (order === 0 && (gt !== undefined || lt !== undefined))) return undefined;
  return IDBKeyRange.bound(lower, upper, gt !== undefined, lt !== undefined);
}

/** An IndexedDB key above all byte strings that begin with a prefix. Arrays are above all byte strings. */
function afterAll(prefix: Uint8Array): IDBValidKey {
  // TypeScript's byte arrays may lie in shared memory, IndexedDB's may not; these never do.
  return (afterPrefix(prefix) as Uint8Array<ArrayBuffer> | undefined) ?? [];
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(a.length + b.length);
  bytes.set(a);
  bytes.set(b, a.length);
  return bytes;
}
