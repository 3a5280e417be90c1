import { compareBytes } from "./byte-order.ts";
import type { EncodedKey } from "./entry.ts";
import { CacheError } from "./errors.ts";
import { PLACE_BYTES } from "./eviction/place.ts";
import type { ByteRange } from "./operation.ts";
import { sharedBytes } from "./shared-bytes.ts";
import type { TrimLine } from "./trim-lines.ts";

/*
 * A row that comes brings a line of the order index at its end, and one that goes takes a line from its beginning: so most of what a budget adds
 * to the work of a store's trees is these lines, which lie next to one another. In groups, one change of a tree serves those of many rows.
 *
 * A group has the places that are the same but for the low bits of their positions. A line in it, in the order of the index, is
 *
 *   low₁ hits₁ length key rowBytes
 *
 * that is, the rest of its place, its row's key, and the row's `storedBytes`, as there are lines here only of rows that have neither a deadline
 * nor another index entry. So a budget can remove them unread. `length` and `rowBytes` are counts of one byte, below 0x80, or of two.
 */

/** What the places of a group have in common: so many bytes, the last of them without these bits. */
export const GROUP_BYTES = 8;
const LOW_BITS = 0x0f;

/** What stands before a line's count of its key's bytes. */
const HEADER_BYTES = 2;

/** How long a group's lines may be: one that would make them longer stands alone. SQLite keeps apart what takes a quarter of a page, LMDB a half. */
const MAX_GROUP_BYTES = 960;

/** The most that a count can say. Whoever keeps longer rows gains little by not reading them. */
const MAX_COUNT = 0x7fff;

/** How a store keeps groups. */
export interface GroupAccess {
  /** The lines of the group with these {@link GROUP_BYTES}, if it is there. Valid until the next call. */
  read(group: Uint8Array): Uint8Array | undefined;
  /** Makes these the lines of a group. */
  write(group: Uint8Array, lines: Uint8Array): void;
  remove(group: Uint8Array): void;
}

/** A line that stands in a group. */
export interface GroupedLine extends TrimLine {
  /** The `storedBytes` of its row. */
  readonly rowBytes: number;
}

/** Where a line is, or would be, among those of a group. */
interface Spot {
  at: number;
  /** Where the line ends; `at` if it isn't there. */
  end: number;
}

const spot: Spot = { at: 0, end: 0 };

/** A group that is being changed. */
class Group {
  /** What its places have in common. */
  readonly place: Uint8Array = new Uint8Array(GROUP_BYTES);
  /** Lines go at the beginning and come at the end, so there is room behind them for as many again. */
  readonly lines: Uint8Array = new Uint8Array(2 * MAX_GROUP_BYTES);
  start = 0;
  end = 0;
  isStored = false;
  isChanged = false;

  /** Whether a place belongs here. The last bytes of two differ most. */
  holds(place: Uint8Array): boolean {
    if (lastByte(place) !== this.place[GROUP_BYTES - 1]) return false;
    for (let at = GROUP_BYTES - 2; at >= 0; at--) if (place[at] !== this.place[at]) return false;
    return true;
  }

  /** Finds the line of a place and a key. */
  find(place: Uint8Array, key: EncodedKey): Spot {
    const { lines, end } = this;
    const low = (place[GROUP_BYTES - 1] as number) & LOW_BITS;
    const hits = place[GROUP_BYTES] as number;
    spot.at = this.start;
    while (spot.at < end) {
      const { at } = spot;
      const keyAt = afterCount(lines, at + HEADER_BYTES);
      const keyEnd = keyAt + readCount(lines, at + HEADER_BYTES);
      const order = (lines[at] as number) - low || (lines[at + 1] as number) - hits || compareWithin(lines, keyAt, keyEnd, key);
      spot.end = order === 0 ? afterCount(lines, keyEnd) : at;
      if (order >= 0) return spot;
      spot.at = afterCount(lines, keyEnd);
    }
    spot.end = spot.at;
    return spot;
  }

  /** Makes room for so many bytes where a line would be; tells where that is, or -1 if there is none. */
  insert(place: Uint8Array, key: EncodedKey, bytes: number): number {
    const { lines } = this;
    if (this.end - this.start + bytes > MAX_GROUP_BYTES) return -1;
    if (this.end + bytes > lines.length) {
      lines.copyWithin(0, this.start, this.end);
      this.end -= this.start;
      this.start = 0;
    }
    const { at } = this.find(place, key);
    if (at < this.end) lines.copyWithin(at + bytes, at, this.end);
    this.end += bytes;
    this.isChanged = true;
    return at;
  }

  remove({ at, end }: Spot): void {
    if (at === this.start) this.start = end;
    else {
      this.lines.copyWithin(at, end, this.end);
      this.end -= end - at;
    }
    this.isChanged = true;
  }
}

/** Groups that are out of use: to make one takes longer than to use it. */
const spare: Group[] = [];

/** In a batch of fewer operations, a group would be read and written for hardly more than one line. */
const MIN_OPERATIONS = 8;

/** The groups of one table inside a commit. A place may be given with what follows it in its index. */
export class LineGroups {
  readonly #access: GroupAccess;
  readonly #adds: boolean;
  /** Two are at hand, as rows come to one and go from another. */
  #coming: Group | undefined;
  #going: Group | undefined;

  /** For a batch of so many operations. */
  constructor(access: GroupAccess, operations: number) {
    this.#access = access;
    this.#adds = operations >= MIN_OPERATIONS;
  }

  /** Adds the line of an entry of the order index, which isn't there yet. `false` if it must stand alone. */
  add(place: Uint8Array, key: EncodedKey, rowBytes: number): boolean {
    if (!this.#adds || place.length !== PLACE_BYTES || rowBytes > MAX_COUNT) return false;
    const bytes = HEADER_BYTES + countBytes(key.length) + key.length + countBytes(rowBytes);
    const group = this.#atHand(place) ?? (this.#coming = this.#loaded(this.#coming, place));
    const at = group.insert(place, key, bytes);
    if (at < 0) return false;
    const { lines } = group;
    lines[at] = (place[GROUP_BYTES - 1] as number) & LOW_BITS;
    lines[at + 1] = place[GROUP_BYTES] as number;
    let to = writeCount(lines, at + HEADER_BYTES, key.length);
    for (let from = 0; from < key.length; from++) lines[to++] = key[from] as number;
    writeCount(lines, to, rowBytes);
    return true;
  }

  /** Removes the line of an entry of the order index; tells whether it was in a group. */
  remove(place: Uint8Array, key: EncodedKey): boolean {
    if (place.length < PLACE_BYTES) return false;
    const group = this.#atHand(place) ?? (this.#going = this.#loaded(this.#going, place));
    const { at, end } = group.find(place, key);
    if (at === end) return false;
    group.remove(spot);
    return true;
  }

  /** Has the store keep what the groups are by now: to be called before it reads any, and at the end. */
  write(): void {
    for (const group of [this.#coming, this.#going])
      if (group) {
        this.#write(group);
        spare.push(group);
      }
    this.#coming = undefined;
    this.#going = undefined;
  }

  #atHand(place: Uint8Array): Group | undefined {
    if (this.#coming?.holds(place)) return this.#coming;
    return this.#going?.holds(place) ? this.#going : undefined;
  }

  /** The group of a place, instead of another one. */
  #loaded(other: Group | undefined, place: Uint8Array): Group {
    if (other) this.#write(other);
    const group = other ?? spare.pop() ?? new Group();
    for (let at = 0; at < GROUP_BYTES - 1; at++) group.place[at] = place[at] as number;
    group.place[GROUP_BYTES - 1] = lastByte(place);
    const stored = this.#access.read(group.place);
    group.isStored = stored !== undefined;
    group.start = 0;
    group.end = stored?.length ?? 0;
    if (stored) {
      if (group.end > MAX_GROUP_BYTES) throw damaged();
      for (let at = 0; at < group.end;) at = lineEnd(stored, at);
      group.lines.set(stored);
    }
    return group;
  }

  #write(group: Group): void {
    if (!group.isChanged) return;
    const { place, lines, start, end } = group;
    if (start < end) this.#access.write(place, lines.subarray(start, end));
    else if (group.isStored) this.#access.remove(place);
    group.isStored = start < end;
    group.isChanged = false;
  }
}

/** What the key of a position's group begins with: all of it, or if the position is shorter, all that there is. For bounds of a range of groups. */
export function groupOf(position: Uint8Array): Uint8Array {
  // Not by `slice`, which leaves a `Buffer` its memory.
  const group = new Uint8Array(position.subarray(0, GROUP_BYTES));
  if (group.length === GROUP_BYTES) group[GROUP_BYTES - 1] = lastByte(group);
  return group;
}

/**
 * The lines of a group that lie within a range, the first `limit` of them in the order of the index. Throws `CACHE_CORRUPT` for what is no group,
 * and for lines of another.
 */
export function linesOfGroup(group: Uint8Array, lines: Uint8Array, range: ByteRange, limit: number): GroupedLine[] {
  if (group.length !== GROUP_BYTES || group[GROUP_BYTES - 1] !== lastByte(group)) throw damaged();
  const found: GroupedLine[] = [];
  for (let at = 0, end = 0; at < lines.length && found.length < limit; at = end) {
    end = lineEnd(lines, at);
    const keyAt = afterCount(lines, at + HEADER_BYTES);
    const keyEnd = keyAt + readCount(lines, at + HEADER_BYTES);
    const position = sharedBytes(PLACE_BYTES + keyEnd - keyAt);
    for (let byte = 0; byte < GROUP_BYTES; byte++) position[byte] = group[byte] as number;
    position[GROUP_BYTES - 1] = (position[GROUP_BYTES - 1] as number) | (lines[at] as number);
    position[GROUP_BYTES] = lines[at + 1] as number;
    for (let byte = keyAt; byte < keyEnd; byte++) position[PLACE_BYTES + byte - keyAt] = lines[byte] as number;
    if (isWithin(position, range)) found.push({ position, key: position.subarray(PLACE_BYTES), rowBytes: readCount(lines, keyEnd) });
  }
  return found;
}

/** Where a line ends. Throws `CACHE_CORRUPT` for what is no line: each has a row, which has bytes. */
function lineEnd(lines: Uint8Array, at: number): number {
  const lengthAt = at + HEADER_BYTES;
  const keyEnd = afterCount(lines, lengthAt) + readCount(lines, lengthAt);
  const end = afterCount(lines, keyEnd);
  if ((lines[at] as number) > LOW_BITS || end > lines.length || readCount(lines, keyEnd) === 0) throw damaged();
  return end;
}

function isWithin(position: Uint8Array, { gt, gte, lt, lte }: ByteRange): boolean {
  return (
    !(gt && compareBytes(position, gt) <= 0) &&
    !(gte && compareBytes(position, gte) < 0) &&
    !(lt && compareBytes(position, lt) >= 0) &&
    !(lte && compareBytes(position, lte) > 0)
  );
}

/** The last byte of what a place has in common with those of its group. */
function lastByte(place: Uint8Array): number {
  return (place[GROUP_BYTES - 1] as number) & ~LOW_BITS;
}

/** The order of bytes within others, and of a key. */
function compareWithin(bytes: Uint8Array, start: number, end: number, key: Uint8Array): number {
  const length = Math.min(end - start, key.length);
  for (let at = 0; at < length; at++) {
    const difference = (bytes[start + at] as number) - (key[at] as number);
    if (difference !== 0) return difference;
  }
  return end - start - key.length;
}

function countBytes(count: number): number {
  return count < 0x80 ? 1 : 2;
}

function writeCount(target: Uint8Array, at: number, count: number): number {
  if (count < 0x80) {
    target[at] = count;
    return at + 1;
  }
  target[at] = 0x80 | (count >>> 8);
  target[at + 1] = count;
  return at + 2;
}

/** What stands there may be anything, or nothing. */
function readCount(source: Uint8Array, at: number): number {
  const first = source[at] ?? 0;
  return first < 0x80 ? first : ((first & 0x7f) << 8) | (source[at + 1] ?? 0);
}

function afterCount(source: Uint8Array, at: number): number {
  return at + ((source[at] ?? 0) < 0x80 ? 1 : 2);
}

function damaged(): CacheError {
  return new CacheError("CACHE_CORRUPT", "a group of index lines is damaged");
}
