import { byteHash } from "../byte-hash.ts";
import type { EncodedKey } from "../entry.ts";
import type { Positions } from "./positions.ts";

/** Reads that are noted before they are told apart by key: an entry of a list costs a read next to nothing. */
const NOTED_READS = 256;

/** What is known of a key's reads. */
export interface Mark {
  readonly key: EncodedKey;
  hits: number;
  /** The position of the last one. */
  lastHit: number;
}

/** The reads of a table's rows that aren't in the store yet. */
export class Recency {
  readonly #seed: number;
  readonly #positions: Positions;
  readonly #marks = new Map<number, Mark>();
  #noted: EncodedKey[] = [];

  /** `seed` tells the keys of one table from those of another. */
  constructor(seed: number, positions: Positions) {
    this.#seed = seed;
    this.#positions = positions;
  }

  /** How many keys are marked, roughly. */
  get size(): number {
    return this.#marks.size + this.#noted.length;
  }

  /** Takes note of a read. */
  note(key: EncodedKey): void {
    if (this.#noted.push(key) === NOTED_READS) this.settle();
  }

  /** Gives all reads so far their positions, which are then below those of what comes later. */
  settle(): void {
    const noted = this.#noted;
    if (noted.length === 0) return;
    this.#noted = [];
    let position = this.#positions.several(noted.length);
    for (const key of noted) {
      const hash = this.hash(key);
      const mark = this.#marks.get(hash);
      const lastHit = position++;
      if (mark) {
        mark.hits++;
        mark.lastHit = lastHit;
      } // A key lies in memory that many share.
      else this.#marks.set(hash, { key: key.slice(), hits: 1, lastHit });
    }
  }

  hash(key: EncodedKey): number {
    return byteHash(key, this.#seed);
  }

  /** What is known of a key's reads by its hash. */
  of(hash: number): Mark | undefined {
    return this.#marks.get(hash);
  }

  /** Forgets a key's reads up to a position: they are in the store now, or the row has gone. */
  drop(hash: number, upTo: number, hits: number): void {
    const mark = this.#marks.get(hash);
    if (!mark) return;
    if (mark.lastHit <= upTo) this.#marks.delete(hash);
    else mark.hits -= hits;
  }

  /** All marks, as they are now. */
  marks(): readonly Readonly<Mark>[] {
    this.settle();
    return Array.from(this.#marks.values(), (mark) => ({ ...mark }));
  }
}
