import { byteHash } from "../byte-hash.ts";
import type { EncodedKey } from "../entry.ts";
import { type Mark, Marks, MOST_MARKS, type Reads } from "./marks.ts";
import type { Positions } from "./positions.ts";

/** Reads for one look at the clock, which takes longer than all the rest: the positions of the others are only counted. */
const READS_PER_LOOK = 32;

/** So many reads wait to be marked. To mark one takes longest where it waits for memory, and that of many is fetched side by side. */
const MOST_WAITING = 256;

/** Of so many reads one is noted, on average, when fewest are; and the room that a table has for each of these. */
const MOST_READS_PER_NOTE = 16;
const ROOM_PER_READ = 8 * MOST_MARKS;

/** What writes reads down. */
export interface RecencyListener {
  /** Hears of the first read that is noted after {@link Recency.begin}, and of some of the others. */
  noted(): void;
  /** Hears that reads are of so many keys that the oldest will be forgotten. */
  filled(): void;
}

/**
 * The reads of a table's rows that aren't in the store yet, of as many keys as two lists of marks hold. When the young one is full it becomes
 * the old one, and those that were in the old one and weren't read since are forgotten. To write them all down before that would take many times
 * as long as the reads themselves, and gain little: with a fifth of its rows in them, LRU is within a point of a hundred of the exact one.
 *
 * As long as many are forgotten unwritten, and there is room for many more rows than are remembered, only some of the reads are noted, by
 * chance: at 500,000 requests a second, LRU then finds less than a tenth of a point less.
 */
export class Recency {
  /** What hears of the reads. */
  listener: RecencyListener | undefined;
  readonly #seed: number;
  readonly #positions: Positions;
  /** The reads that wait. */
  readonly #hashes = new Int32Array(MOST_WAITING);
  readonly #lastHits = new Float64Array(MOST_WAITING);
  #keys: EncodedKey[] = [];
  #young: Marks | undefined;
  #old: Marks | undefined;
  #readsToLook = 0;
  /** Whether the lists took turns since all reads were written. */
  #isBehind = false;
  readonly #mostReadsPerNote: number;
  /** How many reads are skipped after one that is noted: an even number up to this, which is two less than a power of two, as chance has it. */
  #mostToSkip = 0;
  #readsToSkip = 0;
  /** What chance goes by: stirred by what is read. */
  #random = 0;

  /** `seed` tells the keys of one table from those of another; `room` is how many rows there may be, as far as is known. */
  constructor(seed: number, positions: Positions, room: number) {
    this.#seed = seed;
    this.#positions = positions;
    this.#mostReadsPerNote = Math.min(room / ROOM_PER_READ, MOST_READS_PER_NOTE);
  }

  /**
   * Takes note of a read, which is then the latest. That is all that a hit costs, so it makes no object and seldom asks for the time. The key
   * is kept for a while.
   */
  note(key: EncodedKey): void {
    if (--this.#readsToSkip >= 0) return;
    const position = --this.#readsToLook < 0 ? this.#look() : this.#positions.following();
    const hash = this.hash(key);
    this.#random = Math.imul(this.#random ^ hash, 0x9e37_79b1);
    this.#readsToSkip = (this.#random >>> 16) & this.#mostToSkip;
    const at = this.#keys.length;
    this.#hashes[at] = hash;
    this.#lastHits[at] = position;
    if (this.#keys.push(key) === MOST_WAITING) this.#markReads();
  }

  #look(): number {
    this.#readsToLook = READS_PER_LOOK - 1;
    this.listener?.noted();
    return this.#positions.next();
  }

  #markReads(): void {
    const keys = this.#keys;
    // Let go of: a key keeps memory that it shares with others.
    this.#keys = [];
    if (this.#young) this.#random ^= this.#young.fetch(this.#hashes, keys.length);
    for (let at = 0; at < keys.length;) {
      const young = (this.#young ??= new Marks());
      if (young.mark(this.#hashes[at] ?? 0, keys[at] as EncodedKey, this.#lastHits[at] ?? 0, this.#old)) at++;
      else this.#turn(young);
    }
  }

  /** Has the lists take turns. */
  #turn(young: Marks): void {
    this.#young = this.#old;
    this.#young?.clear();
    this.#old = young;
    if (this.#isBehind && this.#mostToSkip + 2 <= this.#mostReadsPerNote) this.#mostToSkip = 2 * this.#mostToSkip + 2;
    this.#isBehind = true;
    this.listener?.filled();
  }

  /** Has the next read that is noted heard of. */
  begin(): void {
    this.#readsToLook = 0;
  }

  /** Takes note of all reads again: those so far are written, as far as they are to be. */
  catchUp(): void {
    this.#isBehind = false;
    this.#mostToSkip = 0;
    this.#readsToSkip = 0;
  }

  hash(key: EncodedKey): number {
    return byteHash(key, this.#seed);
  }

  /** What is known of a key's reads by its hash. */
  of(hash: number): Reads | undefined {
    const marks = this.#listOf(hash);
    const reads = marks?.reads(marks.find(hash));
    return reads && reads.hits > 0 ? reads : undefined;
  }

  /** Forgets a key's reads up to a position: they are in the store now, or the row has gone. */
  drop(hash: number, upTo: number, hits: number): void {
    const marks = this.#listOf(hash);
    marks?.drop(marks.find(hash), upTo, hits);
  }

  #listOf(hash: number): Marks | undefined {
    this.#markReads();
    if (this.#young?.has(this.#young.find(hash))) return this.#young;
    return this.#old?.has(this.#old.find(hash)) ? this.#old : undefined;
  }

  /** Marks of keys of which no read was written since a position, and not of more than so many. Those read first come first. */
  unwritten(most: number = Infinity, before: number = Infinity): readonly Mark[] {
    this.#markReads();
    const marks: Mark[] = [];
    this.#old?.listUnwritten(marks, most, before, this.#young);
    this.#young?.listUnwritten(marks, most, before);
    return marks;
  }
}
