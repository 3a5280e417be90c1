import type { EncodedKey } from "../entry.ts";

/** The lists before and after one, where there are any. */
interface Neighbours {
  readonly older?: Marks | undefined;
  readonly younger?: Marks | undefined;
}

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

const none: Reads = { hits: 0, lastHit: 0 };

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

  /** Takes note of a read of a key that has a mark; gives −1 then, and else the slot for its mark. */
  hit(hash: number, position: number): number {
    const slots = this.#slots;
    const hashes = this.#hashes;
    for (let slot = slotOf(hash); ; slot = (slot + 1) % SLOTS) {
      const at = (slots[slot] ?? 0) - 1;
      if (at < 0) return slot;
      if (hashes[at] !== hash) continue;
      this.#hits[at] = (this.#hits[at] ?? 0) + 1;
      this.#lastHits[at] = position;
      return -1;
    }
  }

  /** Takes note of a read of a key that has no mark, which gets a slot. */
  add(slot: number, hash: number, key: EncodedKey, position: number): void {
    const at = this.#size++;
    this.#slots[slot] = at + 1;
    this.#hashes[at] = hash;
    this.#hits[at] = 1;
    this.#lastHits[at] = position;
    this.#written[at] = 0;
    const start = this.#keyStarts[at] ?? 0;
    const end = (this.#keyStarts[at + 1] = start + key.length);
    if (end > this.#keys.length) {
      const keys = new Uint8Array(2 * end);
      keys.set(this.#keys);
      this.#keys = keys;
    }
    this.#keys.set(key, start);
  }

  /** What is known of a key's reads by its hash; no hits when all are in the store, or it has no mark. */
  reads(hash: number): Reads {
    const at = this.#find(hash);
    return at < 0 ? none : { hits: this.#hits[at] ?? 0, lastHit: this.#lastHits[at] ?? 0 };
  }

  /** Takes note that so many hits of a key up to a position are in the store; tells how many of them were its own. */
  drop(hash: number, upTo: number, hits: number): number {
    const at = this.#find(hash);
    const all = at < 0 ? 0 : (this.#hits[at] ?? 0);
    if (all === 0) return 0;
    // Some of them may have been forgotten before, with the list that they were in; one that came later wasn't.
    const left = (this.#lastHits[at] ?? 0) <= upTo ? 0 : Math.max(1, all - hits);
    this.#hits[at] = left;
    this.#written[at] = upTo;
    return all - left;
  }

  /** Takes over what an older list, which is to be forgotten, knows of its keys. */
  takeOver(old: Marks): void {
    for (let at = 0; at < this.#size; at++) {
      const known = old.#find(this.#hashes[at] ?? 0);
      if (known < 0) continue;
      this.#hits[at] = (this.#hits[at] ?? 0) + (old.#hits[known] ?? 0);
      this.#written[at] = Math.max(this.#written[at] ?? 0, old.#written[known] ?? 0);
    }
  }

  /**
   * Lists keys with hits that aren't in the store, of which none was written since a position: each with what this list and an older one know of
   * it, and without those that a younger one has marks of.
   */
  listUnwritten(marks: Mark[], most: number, before: number, { older, younger }: Neighbours): void {
    for (let at = 0; at < this.#size && marks.length < most; at++) {
      const hash = this.#hashes[at] ?? 0;
      if (this.#hits[at] === 0 || (this.#written[at] ?? 0) >= before) continue;
      if (younger && younger.#find(hash) >= 0) continue;
      const known = older ? older.#find(hash) : -1;
      if (older && known >= 0 && (older.#written[known] ?? 0) >= before) continue;
      const hits = (this.#hits[at] ?? 0) + ((older && older.#hits[known]) ?? 0);
      const key = this.#keys.slice(this.#keyStarts[at], this.#keyStarts[at + 1]);
      marks.push({ hash, key, hits, lastHit: this.#lastHits[at] ?? 0 });
    }
  }

  /** Forgets all marks. */
  clear(): void {
    this.#slots.fill(0);
    this.#size = 0;
  }

  /** Where the mark of a hash is; −1 if there is none. */
  #find(hash: number): number {
    for (let slot = slotOf(hash); ; slot = (slot + 1) % SLOTS) {
      const at = (this.#slots[slot] ?? 0) - 1;
      if (at < 0 || this.#hashes[at] === hash) return at;
    }
  }
}

/** A hash's first slot. The product spreads what differs only in some bits. */
function slotOf(hash: number): number {
  return Math.imul(hash, 0x9e37_79b1) >>> (32 - SLOT_BITS);
}
