import { byteHash } from "../byte-hash.ts";
import type { EncodedKey } from "../entry.ts";
import type { Positions } from "./positions.ts";

/** Reads that are noted before they are told apart by key: an entry of a list costs a read next to nothing. */
const NOTED_READS = 256;

/** So many keys' reads make a generation. There are two: what wasn't read again since the one before the last began is forgotten. */
const GENERATION_MARKS = 8192;

/** What is known of a key's reads. */
export interface Mark {
  readonly key: EncodedKey;
  hits: number;
  /** The position of the last one. */
  lastHit: number;
}

/**
 * The reads of a table's rows that aren't in the store yet, of as many keys as two generations have. To write down those of more would take many
 * times as long as the reads themselves, and gain little: with a fifth of its rows in them, LRU is within a point of a hundred of the exact one.
 */
export class Recency {
  readonly #seed: number;
  readonly #positions: Positions;
  #young = new Map<number, Mark>();
  #old = new Map<number, Mark>();
  readonly #noted: EncodedKey[] = [];
  #count = 0;

  /** `seed` tells the keys of one table from those of another. */
  constructor(seed: number, positions: Positions) {
    this.#seed = seed;
    this.#positions = positions;
  }

  /** Takes note of a read; tells whether it is the first after {@link settle}. */
  note(key: EncodedKey): boolean {
    // The list keeps its length.
    this.#noted[this.#count++] = key;
    if (this.#count === NOTED_READS) this.settle();
    return this.#count === 1;
  }

  /** Gives all reads so far their positions, which are then below those of what comes later. */
  settle(): void {
    const count = this.#count;
    if (count === 0) return;
    this.#count = 0;
    let position = this.#positions.several(count);
    for (let at = 0; at < count; at++) {
      // The loop stays within the list.
      const key = this.#noted[at] as EncodedKey;
      const hash = this.hash(key);
      const mark = this.#young.get(hash) ?? this.#rejuvenated(hash, key);
      mark.hits++;
      mark.lastHit = position++;
    }
  }

  /** The mark of a key that has none in the young generation, and now has. */
  #rejuvenated(hash: number, key: EncodedKey): Mark {
    // A key lies in memory that many share.
    const mark = this.#old.get(hash) ?? { key: key.slice(), hits: 0, lastHit: 0 };
    this.#old.delete(hash);
    if (this.#young.size === GENERATION_MARKS) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(hash, mark);
    return mark;
  }

  hash(key: EncodedKey): number {
    return byteHash(key, this.#seed);
  }

  /** What is known of a key's reads by its hash. */
  of(hash: number): Mark | undefined {
    return this.#young.get(hash) ?? this.#old.get(hash);
  }

  /** Forgets a key's reads up to a position: they are in the store now, or the row has gone. */
  drop(hash: number, upTo: number, hits: number): void {
    const mark = this.of(hash);
    if (!mark) return;
    if (mark.lastHit <= upTo) void (this.#young.delete(hash) || this.#old.delete(hash));
    else mark.hits -= hits;
  }

  /** All marks, as they are now. */
  marks(): readonly Readonly<Mark>[] {
    this.settle();
    return [...this.#old.values(), ...this.#young.values()].map((mark) => ({ ...mark }));
  }
}
