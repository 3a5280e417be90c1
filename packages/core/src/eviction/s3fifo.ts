import type { Budget, EvictionPolicy, RankedRow, Ranking, Victims } from "./eviction-policy.ts";
import { GhostQueue } from "./ghost-queue.ts";
import type { Place } from "./place.ts";

const SMALL = 0;
const MAIN = 1;

/** The small queue's part of all rows. */
const SMALL_PART = 0.1;

/** So many hits take a row from the small queue to the main one, and so many at most are remembered there. */
const PROMOTING_HITS = 2;
const MOST_HITS = 3;

/** So many rows of the main queue may be spared for their hits before the small queue must lose one instead. */
const MOST_SPARED = 31;

/** The most evicted keys that are remembered, at some 40 bytes each. */
const MOST_GHOSTS = 262_144;

/**
 * S3-FIFO (J. Yang et al., "FIFO queues are all you need for cache eviction", SOSP 2023): what is new waits in a small queue, from which it
 * goes soon unless it is read there more than once; what is read stays in a main queue, for another round with each hit. Keys that left the
 * small queue and come back soon go to the main queue at once. Scans and one-hit wonders don't push out what is in use.
 */
export const s3fifo: EvictionPolicy = { name: "s3fifo", start: (budget) => new S3Fifo(budget) };

class S3Fifo implements Ranking {
  readonly #ghosts: GhostQueue;
  readonly #budget: Budget;
  /** How many rows each queue has, as far as this process knows. */
  #small = 0;
  #main = 0;

  constructor(budget: Budget) {
    this.#budget = budget;
    this.#ghosts = new GhostQueue(Math.min(MOST_GHOSTS, budget.maxEntries));
  }

  admit(hash: number, position: number): Place {
    return { queue: this.#ghosts.take(hash) ? MAIN : SMALL, position, hits: 0 };
  }

  promote({ place, hits }: RankedRow): Place | undefined {
    const all = Math.min(MOST_HITS, place.hits + hits);
    return all > place.hits ? { ...place, hits: all } : undefined;
  }

  review({ place, hits }: RankedRow, position: number): Place | undefined {
    const all = Math.min(MOST_HITS, place.hits + hits);
    if (place.queue === SMALL) return all >= PROMOTING_HITS ? { queue: MAIN, position, hits: 0 } : undefined;
    return all > 0 ? { queue: MAIN, position, hits: all - 1 } : undefined;
  }

  victims(): readonly Victims[] {
    const surplus = Math.ceil(this.#main - this.#mainRoom());
    if (surplus <= 0) return [{ queue: SMALL }, { queue: MAIN }];
    // What many writes at once bring is not the main queue's to make room for, so it loses hardly more than its surplus.
    return [{ queue: MAIN, limit: surplus + MOST_SPARED }, { queue: SMALL }, { queue: MAIN }];
  }

  stored({ queue }: Place, isNew: boolean): void {
    if (!isNew) this.removed(1);
    if (queue === SMALL) this.#small++;
    else this.#main++;
  }

  moved({ place, hash }: RankedRow, to: Place | undefined): void {
    if (place.queue === SMALL) this.#small = Math.max(0, this.#small - 1);
    else this.#main = Math.max(0, this.#main - 1);
    if (!to) {
      if (place.queue === SMALL) this.#ghosts.add(hash);
    } else if (to.queue === SMALL) this.#small++;
    else this.#main++;
  }

  emptied(queue: number): void {
    if (queue === SMALL) this.#small = 0;
    else this.#main = 0;
  }

  removed(rows: number): void {
    const all = this.#small + this.#main;
    if (all === 0) return;
    // Whose they were isn't known: each queue bears its part.
    const share = Math.min(1, rows / all);
    this.#small -= this.#small * share;
    this.#main -= this.#main * share;
  }

  /** How many rows the main queue may have when there is no room for more. */
  #mainRoom(): number {
    // With a bound in bytes, as many entries as there are now are as many as fit.
    const all = Math.min(this.#budget.maxEntries, this.#small + this.#main);
    return Math.max(0, all - Math.max(1, SMALL_PART * all));
  }
}
