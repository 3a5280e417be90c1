import type { EncodedKey } from "../entry.ts";

/** So many keys have marks in one list, and it has twice as many slots to find them by: few share one. */
export const MOST_MARKS = 8192;
const SLOT_BITS = 14;
const SLOTS = 2 ** SLOT_BITS;

/** Room for keys at first: that of short ones. */
const KEY_BYTES = 16 * MOST_MARKS;

/** What is at a slot: the hash and the hits, four bytes each, and the last hit in eight. */
const HITS = 1;
const LAST_HIT = 1;

/** What is known of a key's reads that aren't in the store yet. */
export interface Reads {
  readonly hits: number;
  /** The position of the last one. */
  readonly lastHit: number;
}

/** A key with such reads. */
export interface Mark extends Reads {
  readonly hash: number;
  readonly key: EncodedKey;
}

/**
 * Marks of keys that were read: numbers in flat lists, found by their keys' hashes. So a hit makes no object; and all that it looks at lies
 * together, as most of what it takes is to wait for memory. Two keys with one hash would share a mark, and the first be taken for the other:
 * that costs the other its place in the order, and of ten thousand keys one in a hundred tables has such a pair.
 */
export class Marks {
  /** Each mark's hash, its hits that aren't in the store (none, too, where the row has gone), and the last one; 0 in free slots. */
  readonly #integers = new Int32Array(4 * SLOTS);
  readonly #positions = new Float64Array(this.#integers.buffer);
  /** Up to which position the hits of each slot's mark are in the store. */
  readonly #written = new Float64Array(SLOTS);
  /** The slots of the marks in the order of their first reads. */
  readonly #order = new Uint16Array(MOST_MARKS);
  /** Where the key of each of these begins among the keys, and ends where the next one's begins. */
  readonly #keyStarts = new Uint32Array(MOST_MARKS + 1);
  #keys = new Uint8Array(KEY_BYTES);
  #size = 0;

  /**
   * Looks at the slots of the first hashes, so that memory has them ready when these are marked: not one after the other, but all at once. Gives
   * a number made of all that it saw, lest the engine leave out what nobody needs.
   */
  fetch(hashes: Int32Array, size: number): number {
    let seen = 0;
    for (let read = 0; read < size; read++) seen ^= this.#integers[slotOf(hashes[read] ?? 0) * 4] ?? 0;
    return seen;
  }

  /** The slot of a hash's mark: the one that the hash says or the next after it, or if there is no mark, the first free one of these. */
  find(hash: number): number {
    let slot = slotOf(hash);
    while (this.#integers[slot * 4] !== hash && this.has(slot)) slot = (slot + 1) % SLOTS;
    return slot;
  }

  /** Whether there is a mark in a slot. */
  has(slot: number): boolean {
    return this.#positions[slot * 2 + LAST_HIT] !== 0;
  }

  /** Takes note of a read of a key, and of what another list knows of it if it has no mark yet; `false` if there is no room for one. */
  mark(hash: number, key: EncodedKey, position: number, other: Marks | undefined): boolean {
    const slot = this.find(hash);
    if (!this.has(slot)) {
      if (this.#size === MOST_MARKS) return false;
      this.#add(slot, hash, key, other);
    }
    this.#integers[slot * 4 + HITS] = (this.#integers[slot * 4 + HITS] ?? 0) + 1;
    this.#positions[slot * 2 + LAST_HIT] = position;
    return true;
  }

  #add(slot: number, hash: number, key: EncodedKey, other: Marks | undefined): void {
    const at = this.#size++;
    this.#order[at] = slot;
    this.#integers[slot * 4] = hash;
    const known = other?.find(hash) ?? 0;
    if (other?.has(known)) {
      this.#integers[slot * 4 + HITS] = other.reads(known).hits;
      this.#written[slot] = other.#written[known] ?? 0;
    }
    const start = this.#keyStarts[at] ?? 0;
    const end = (this.#keyStarts[at + 1] = start + key.length);
    if (end > this.#keys.length) {
      const keys = new Uint8Array(2 * end);
      keys.set(this.#keys);
      this.#keys = keys;
    }
    // Faster than `set` for keys as short as most are.
    for (let byte = 0; byte < key.length; byte++) this.#keys[start + byte] = key[byte] ?? 0;
  }

  /** Takes note that so many hits up to a position are in the store. */
  drop(slot: number, upTo: number, hits: number): void {
    const { hits: all, lastHit } = this.reads(slot);
    if (all === 0) return;
    // Some of them may have been forgotten before, with the list that they were in; one that came later wasn't.
    this.#integers[slot * 4 + HITS] = lastHit <= upTo ? 0 : Math.max(1, all - hits);
    this.#written[slot] = upTo;
  }

  /** What the mark of a slot knows; no hits when all are in the store, or there is no mark. */
  reads(slot: number): Reads {
    return { hits: this.#integers[slot * 4 + HITS] ?? 0, lastHit: this.#positions[slot * 2 + LAST_HIT] ?? 0 };
  }

  /** Lists keys with hits that aren't in the store, of which none was written since a position, and that another list has no marks of. */
  listUnwritten(marks: Mark[], most: number, before: number, other?: Marks): void {
    for (let at = 0; at < this.#size && marks.length < most; at++) {
      const slot = this.#order[at] ?? 0;
      const hash = this.#integers[slot * 4] ?? 0;
      const reads = this.reads(slot);
      if (reads.hits === 0 || (this.#written[slot] ?? 0) >= before || other?.has(other.find(hash))) continue;
      marks.push({ hash, key: this.#keys.slice(this.#keyStarts[at], this.#keyStarts[at + 1]), ...reads });
    }
  }

  /** Forgets all marks. */
  clear(): void {
    this.#integers.fill(0);
    this.#written.fill(0);
    this.#size = 0;
  }
}

/** The slot that a hash says. The product spreads what differs only in some bits. */
function slotOf(hash: number): number {
  return Math.imul(hash, 0x9e37_79b1) >>> (32 - SLOT_BITS);
}
