/*
 * The on-disk format, version 4. One B-tree holds everything; keys are ordered bytewise and begin with their kind, so that what belongs
 * together lies together and a commit touches few pages. Numbers are unsigned, the greatest byte first.
 *
 *   00                              format   → "@cache/lmdb" in ASCII, then two bytes: the format's version
 *   01                              commits  → six bytes: how many commits there were, which is the version of the last one
 *   02 table₂                       usage    → entries₆ bytes₆ version₆
 *   03 table₂ key                   row      → flags₁ version₆ [expiresAt₆] [length entries] value
 *   04 table₂ group₈                group    → lines of the order index
 *   05 table₂ index₂ entry key      index    → entryLength₂ [expiresAt₆]
 *
 * A row's flags tell which of the optional parts it has: 1 for the deadline, 2 for index entries, each of which is index length bytes. Numbers
 * without a size there are counts of one, two or four bytes, as the first two bits tell: 0x, 10 or 11. An index line repeats the row's
 * deadline, so that the live lines of an index can be told without reading rows.
 *
 * A line of the order index stands in a group instead if it can: see `line-groups.ts` of core.
 */

/** The version of the format above. */
export const FORMAT_VERSION = 4;

/** What the format record begins with. */
export const FORMAT_MAGIC = "@cache/lmdb";

/** The first byte of a key. */
export const KIND = { format: 0, commits: 1, usage: 2, row: 3, group: 4, index: 5 } as const;

/** One of the kinds of keys. */
export type Kind = (typeof KIND)[keyof typeof KIND];

/** How many bytes stand before the key in a row's key, and before the entry in an index line's. */
export const ROW_PREFIX_BYTES = 3;
export const INDEX_PREFIX_BYTES = 5;

/** The bits of a row's flags. */
export const EXPIRES = 1;
export const HAS_ENTRIES = 2;

/** What stands before the optional parts of a row: flags and version. */
export const ROW_HEADER_BYTES = 7;

/** What stands before the optional part of an index line: how long its entry is. */
export const LINE_HEADER_BYTES = 2;

/** The bytes of a deadline, a version and a counter. */
export const NUMBER_BYTES = 6;

/** Writes a number below 2⁴⁸ in six bytes. */
export function writeNumber(target: Uint8Array, at: number, number: number): void {
  const high = Math.floor(number / 2 ** 32);
  target[at] = high >>> 8;
  target[at + 1] = high;
  target[at + 2] = number >>> 24;
  target[at + 3] = number >>> 16;
  target[at + 4] = number >>> 8;
  target[at + 5] = number;
}

/** Reads a number of six bytes that are known to be there. */
export function readNumber(source: Uint8Array, at: number): number {
  return readShort(source, at) * 2 ** 32 + readWord(source, at + 2);
}

/** How many bytes a count below 2³⁰ takes. */
export function countBytes(count: number): number {
  return count < 0x80 ? 1 : count < 0x4000 ? 2 : 4;
}

/** Writes a count; returns the position after it. */
export function writeCount(target: Uint8Array, at: number, count: number): number {
  if (count < 0x80) {
    target[at] = count;
    return at + 1;
  }
  if (count < 0x4000) {
    target[at] = 0x80 | (count >>> 8);
    target[at + 1] = count;
    return at + 2;
  }
  target[at] = 0xc0 | (count >>> 24);
  target[at + 1] = count >>> 16;
  target[at + 2] = count >>> 8;
  target[at + 3] = count;
  return at + 4;
}

/** Reads a count. What stands there may be anything, or nothing. */
export function readCount(source: Uint8Array, at: number): number {
  const first = source[at] ?? 0;
  if (first < 0x80) return first;
  return first < 0xc0 ? readShort(source, at) & 0x3fff : readWord(source, at) % 2 ** 30;
}

/** The position after a count. */
export function afterCount(source: Uint8Array, at: number): number {
  const first = source[at] ?? 0;
  return at + (first < 0x80 ? 1 : first < 0xc0 ? 2 : 4);
}

/** Reads a number of four bytes that are known to be there. */
function readWord(source: Uint8Array, at: number): number {
  return readShort(source, at) * 2 ** 16 + readShort(source, at + 2);
}

/** Reads a number of two bytes that are known to be there. */
export function readShort(source: Uint8Array, at: number): number {
  // The callers have compared the position with the length.
  return ((source[at] as number) << 8) | (source[at + 1] as number);
}
