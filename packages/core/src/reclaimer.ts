import type { Counters } from "./statistics.ts";
import type { Emitter } from "./emitter.ts";
import { dueBound, EXPIRY_INDEX } from "./expiry.ts";
import type { Trimmed, TrimmedRow } from "./operation.ts";
import type { RangeQuery } from "./store.ts";
import type { Unit } from "./unit.ts";

/** The least and the most rows that a write reclaims beside its own. */
const MIN_ROWS = 8;
const MAX_ROWS = 128;

/** How long after it found nothing more to do a writer looks again for what other processes' entries left, in milliseconds. */
const IDLE_MS = 1000;

/** Gives back the space of expired rows: a few with each write, and in slices for the sweeper. */
export class Reclaimer {
  readonly table: number;
  readonly #counters: Counters;
  readonly #emitter: Emitter;
  readonly #staleFor: number;
  /** No row is known to expire before this moment: until then, writes need not look. */
  #dueAt = Number.NEGATIVE_INFINITY;

  /** For a table whose rows are kept for `staleFor` milliseconds after they have expired. */
  constructor(table: number, counters: Counters, emitter: Emitter, staleFor: number) {
    this.table = table;
    this.#counters = counters;
    this.#emitter = emitter;
    this.#staleFor = staleFor;
  }

  /** Takes note of a row's deadline. */
  expect(expiresAt: number): void {
    if (expiresAt < this.#dueAt) this.#dueAt = expiresAt;
  }

  /** What a commit of so many operations should reclaim beside them, if anything is due. */
  upkeep(now: number, operations: number): Unit<void> | undefined {
    const due = this.#dueUpTo(now);
    if (due < this.#dueAt) return undefined;
    const limit = Math.min(MAX_ROWS, Math.max(MIN_ROWS, operations * 2));
    return this.slice(now, limit, ({ more }) => {
      this.#dueAt = more ? due : due + IDLE_MS;
    });
  }

  /** What finds the first row to reclaim. */
  due(now: number): RangeQuery {
    return { index: EXPIRY_INDEX, lt: dueBound(this.#dueUpTo(now)), limit: 1, keysOnly: true };
  }

  /** A unit that removes up to `limit` expired rows. */
  slice<T>(now: number, limit: number, done: (trimmed: Trimmed) => T): Unit<T> {
    let removed: readonly TrimmedRow[] = [];
    return {
      operations: [{ type: "trim", tables: [this.table], index: EXPIRY_INDEX, lt: dueBound(this.#dueUpTo(now)), limit }],
      done: (_counts, _from, [trimmed = { operation: 0, rows: [], kept: 0, more: false }]) => {
        removed = trimmed.rows;
        return done(trimmed);
      },
      told: () => {
        this.#counters.expirations += removed.length;
        if (this.#emitter.hears("expire")) for (const { key } of removed) this.#emitter.remove("expire", { key });
      },
    };
  }

  /** The latest deadline of rows that aren't kept any longer. No row has one before 0. */
  #dueUpTo(now: number): number {
    return Math.max(-1, now - this.#staleFor);
  }
}
