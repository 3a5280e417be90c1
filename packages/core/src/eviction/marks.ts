import type { EncodedKey } from "../entry.ts";

/** So many keys have marks in one list, and it has twice as many slots to find them by: few share one. */
const MOST_MARKS = 8192;
const SLOT_BITS = 14;
const SLOTS = 2 ** SLOT_BITS;

/** Room for keys at first: that of short ones. */
const KEY_BYTES = 16 * MOST_MARKS;

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
 * Marks of keys that were read, in the order of their first reads: numbers in flat lists, found by their keys' hashes. So a hit makes no object,
 * and what is in use lies close together. Two keys with one hash would share a mark, and the first be taken for the other: that costs the other
 * its place in the order, and of ten thousand keys one in a hundred tables has such a pair.
 */
export class Marks {
  /** Where a mark is, and one more, in the slot that its hash says or the next free one after it; 0 in free ones. */
  readonly #slots = new Uint16Array(SLOTS);
  readonly #hashes = new Int32Array(MOST_MARKS);
  /** How many that aren't in the store; none, too, where the row has gone. */
  readonly #hits = new Uint32Array(MOST_MARKS);
  readonly #lastHits = new Float64Array(MOST_MARKS);
  /** Up to which position hits are in the store. */
  readonly #written = new Float64Array(MOST_MARKS);
  /** Where each mark's key begins among the keys, and ends where the next one's begins. */
  readonly #keyStarts = new Uint32Array(MOST_MARKS + 1);
  #keys = new Uint8Array(KEY_BYTES);
  #size = 0;

  get isFull(): boolean {
    return this.#size === MOST_MARKS;
  }

  /** Where the mark of a hash is; −1 if there is none. */
  find(hash: number): number {
    for (let slot = slotOf(hash); ; slot = (slot + 1) % SLOTS) {
      const at = (this.#slots[slot] ?? 0) - 1;
      if (at < 0 || this.#hashes[at] === hash) return at;
    }
  }

  /** Takes note of a read of a key that has no mark, and of what another list knows of it. */
  add(hash: number, key: EncodedKey, position: number, other: Marks | undefined): void {
    const at = this.#size++;
    let slot = slotOf(hash);
    while (this.#slots[slot] !== 0) slot = (slot + 1) % SLOTS;
    this.#slots[slot] = at + 1;
    this.#hashes[at] = hash;
    const known = other ? other.find(hash) : -1;
    this.#hits[at] = (other && known >= 0 ? (other.#hits[known] ?? 0) : 0) + 1;
    this.#written[at] = other && known >= 0 ? (other.#written[known] ?? 0) : 0;
    this.#lastHits[at] = position;
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

  /** Takes note of a read of the key of a mark. */
  hit(at: number, position: number): void {
    this.#hits[at] = (this.#hits[at] ?? 0) + 1;
    this.#lastHits[at] = position;
  }

  /** Takes note that so many hits up to a position are in the store. */
  drop(at: number, upTo: number, hits: number): void {
    const all = this.#hits[at] ?? 0;
    if (all === 0) return;
    // Some of them may have been forgotten before, with the list that they were in; one that came later wasn't.
    this.#hits[at] = (this.#lastHits[at] ?? 0) <= upTo ? 0 : Math.max(1, all - hits);
    this.#written[at] = upTo;
  }

  /** What a mark knows; no hits when all are in the store. */
  reads(at: number): Reads {
    return { hits: this.#hits[at] ?? 0, lastHit: this.#lastHits[at] ?? 0 };
  }

  /** Lists keys with hits that aren't in the store, of which none was written since a position, and that another list has no marks of. */
  listUnwritten(marks: Mark[], most: number, before: number, other?: Marks): void {
    for (let at = 0; at < this.#size && marks.length < most; at++) {
      const hash = this.#hashes[at] ?? 0;
      if (this.#hits[at] === 0 || (this.#written[at] ?? 0) >= before || (other && other.find(hash) >= 0)) continue;
      marks.push({ hash, key: this.#keys.slice(this.#keyStarts[at], this.#keyStarts[at + 1]), ...this.reads(at) });
    }
  }

  /** Forgets all marks. */
  clear(): void {
    this.#slots.fill(0);
    this.#size = 0;
  }
}

/** A hash's first slot. The product spreads what differs only in some bits. */
function slotOf(hash: number): number {
  return Math.imul(hash, 0x9e37_79b1) >>> (32 - SLOT_BITS);
}
