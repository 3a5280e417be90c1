import type { Place } from "./place.ts";

/** What a bounded table, or cache, may hold. */
export interface Budget {
  /** The most entries; `Infinity` for any number. */
  readonly maxEntries: number;
  /** The most bytes, as `stats().bytes` counts them; `Infinity` for any number. */
  readonly maxBytes: number;
}

/** A row of which a policy decides. */
export interface RankedRow {
  readonly place: Place;
  /** A 32-bit hash of its key. Keys share one so seldom that a policy need not mind. */
  readonly hash: number;
  /**
   * How often it was read since its place was written, as far as this process knows: of very many reads it may have noted but some, one of 16 on
   * average.
   */
  readonly hits: number;
  /** The position of the last of these reads; 0 when there was none. */
  readonly lastHit: number;
}

/** Rows of a queue that may go. */
export interface Victims {
  readonly queue: number;
  /** The most rows to take from it; absent means as many as must go. */
  readonly limit?: number | undefined;
}

/**
 * How a bounded cache chooses what it forgets. Rows stand in queues that the store keeps, in the order of their positions, of which a later one
 * is always greater; the policy gives each row its place when it is written, may change it after reads and when the row is about to go, and says
 * which queues lose rows first. It decides on what it is told alone: other processes may change the same rows.
 */
export interface EvictionPolicy {
  /** What the order is called in the store. A cache that is opened with another name places all its rows anew. */
  readonly name: string;
  /** Begins to decide for what shares a budget. */
  start(budget: Budget): Ranking;
}

/** A policy at work on the rows of one budget. */
export interface Ranking {
  /** The place of a row that is written at a position, be it new or not. */
  admit(hash: number, position: number): Place;
  /**
   * The place that a row gets for having been read, which is written some seconds later; `undefined` leaves it where it is. Absent when
   * the policy doesn't care for reads: then they aren't even noted.
   */
  promote?(row: RankedRow): Place | undefined;
  /** The place that spares a row which is about to go; `undefined` lets it go. `position` is the next one. Must have no effects. */
  review?(row: RankedRow, position: number): Place | undefined;
  /** Which queues lose rows, in order, when there are too many. Each is only asked for what those before it could not give. */
  victims(): readonly Victims[];
  /** Takes note of a row that was written for good: `isNew` unless it replaced a live one. */
  stored?(place: Place, isNew: boolean): void;
  /** Takes note of a row that left a queue: for another one, or evicted. */
  moved?(row: RankedRow, to: Place | undefined): void;
  /** Takes note that a queue has no rows, whatever it was told before. */
  emptied?(queue: number): void;
  /** Takes note of how many rows were removed otherwise, whatever their queues: deleted, or expired. */
  removed?(rows: number): void;
}
