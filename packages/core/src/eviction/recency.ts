import { byteHash } from "../byte-hash.ts";
import type { EncodedKey } from "../entry.ts";
import { type Mark, Marks, type Reads } from "./marks.ts";
import type { Positions } from "./positions.ts";

/** Reads for one look at the clock, which takes longer than all the rest: the positions of the others are only counted. */
const READS_PER_LOOK = 32;

/** What writes reads down. */
export interface RecencyListener {
  /** Hears of the first read after {@link Recency.begin}, and of some of the others. */
  noted(): void;
  /** Hears that reads are of so many keys that the oldest will be forgotten. */
  filled(): void;
}

/**
 * The reads of a table's rows that aren't in the store yet, of as many keys as two lists of marks hold. When the young one is full it becomes
 * the old one, and those that were in the old one and weren't read since are forgotten. To write them all down before that would take many times
 * as long as the reads themselves, and gain little: with a fifth of its rows in them, LRU is within a point of a hundred of the exact one.
 */
export class Recency {
  /** What hears of the reads. */
  listener: RecencyListener | undefined;
  readonly #seed: number;
  readonly #positions: Positions;
  #young: Marks | undefined;
  #old: Marks | undefined;
  #readsToLook = 0;

  /** `seed` tells the keys of one table from those of another. */
  constructor(seed: number, positions: Positions) {
    this.#seed = seed;
    this.#positions = positions;
  }

  /** Takes note of a read, which is then the latest. That is all that a hit costs, so it makes no object and seldom asks for the time. */
  note(key: EncodedKey): void {
    const hash = byteHash(key, this.#seed);
    const young = (this.#young ??= new Marks());
    const at = young.find(hash);
    const position = --this.#readsToLook < 0 ? this.#look() : this.#positions.following();
    if (at < 0) this.#add(young, hash, key, position);
    else young.hit(at, position);
  }

  #look(): number {
    this.#readsToLook = READS_PER_LOOK - 1;
    this.listener?.noted();
    return this.#positions.next();
  }

  #add(young: Marks, hash: number, key: EncodedKey, position: number): void {
    let list = young;
    if (young.isFull) {
      // The lists take turns.
      list = this.#old ?? new Marks();
      list.clear();
      this.#old = young;
      this.#young = list;
      this.listener?.filled();
    }
    list.add(hash, key, position, this.#old);
  }

  /** Has the next read heard of. */
  begin(): void {
    this.#readsToLook = 0;
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
    if (this.#young && this.#young.find(hash) >= 0) return this.#young;
    return this.#old && this.#old.find(hash) >= 0 ? this.#old : undefined;
  }

  /** Marks of keys of which no read was written since a position, and not of more than so many. Those read first come first. */
  unwritten(most: number = Infinity, before: number = Infinity): readonly Mark[] {
    const marks: Mark[] = [];
    this.#old?.listUnwritten(marks, most, before, this.#young);
    this.#young?.listUnwritten(marks, most, before);
    return marks;
  }
}
