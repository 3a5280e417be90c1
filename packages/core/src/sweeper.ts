import type { Clock } from "./clock.ts";
import { step, type Steps } from "./continuation.ts";
import { nextTurn } from "./next-turn.ts";
import type { Reclaimer } from "./reclaimer.ts";
import { firstRow } from "./row-access.ts";
import type { MaybePromise, Store } from "./store.ts";
import type { SweepOptions, SweepResult } from "./cache.ts";
import { checkOptionNames } from "./option-names.ts";
import { SweepLease } from "./sweep-lease.ts";
import { Stopwatch } from "./timing.ts";
import type { Unit } from "./unit.ts";

/**
 * How long one commit of a sweep should take, in milliseconds. Neither the event loop nor other writers should wait for more than ten, and what comes
 * on top is not in its hands: a core that somebody else is given meanwhile is away for some four.
 */
const SLICE_MS = 1;

/**
 * How many rows the first commit of a sweep removes, which none takes long for, and the most; by how long it took, later ones remove more or
 * fewer. What takes longer with the least is the disk, for which the event loop doesn't wait.
 */
const MIN_ROWS = 64;
const MAX_ROWS = 1024;

/** What a sweeper needs of the cache it sweeps. */
export interface SweeperOptions {
  /** Those of all tables. */
  readonly reclaimers: () => readonly Reclaimer[];
  readonly clock: Clock;
  readonly now: () => number;
  readonly store: Pick<Store, "get" | "range">;
  readonly write: <T>(unit: Unit<T>) => MaybePromise<T>;
  /** Milliseconds between two sweeps; `Infinity` for none. */
  readonly interval: number;
  /** Gives other work a turn between two slices of a sweep that somebody waits for; nothing on the synchronous face. */
  readonly pause: () => MaybePromise<void>;
  /** Runs a sweep that nobody waits for. */
  readonly runAlone: (sweep: Steps<unknown>) => void;
}

/** Reclaims expired rows from time to time, a slice at once, so that neither the event loop nor other writers wait for long. */
export class Sweeper {
  readonly times: Stopwatch<SweepResult> = new Stopwatch();
  readonly #options: SweeperOptions;
  /** What lets one cache at a time sweep by itself. */
  readonly #lease: SweepLease;
  #cancel: (() => void) | undefined;
  #stopped = false;

  constructor(options: SweeperOptions) {
    this.#options = options;
    this.#lease = new SweepLease(options);
    this.#plan();
  }

  /** Sweeps until nothing is expired, or the budget is spent, or the cache is closed; whoever else is at it. Throws a `TypeError`. */
  sweep(options: SweepOptions = {}): Steps<SweepResult> {
    checkOptionNames("sweep", options, ["budget"]);
    const { budget = Number.POSITIVE_INFINITY } = options;
    if (typeof budget !== "number" || !(budget >= 0)) throw new TypeError("budget must be a number of milliseconds");
    const end = performance.now() + budget;
    const { pause } = this.#options;
    return this.#slices(function* () {
      if (performance.now() >= end) return false;
      yield* step(pause());
      return true;
    });
  }

  /** Ends the planned sweeps, and one under way after its slice. */
  *stop(): Steps<void> {
    this.#stopped = true;
    this.#cancel?.();
    yield* this.#lease.release();
  }

  /** Removes slices of all that is expired as long as `goOn`, asked after each, and measures that. */
  #slices(goOn: () => Steps<boolean>): Steps<SweepResult> {
    return this.times.measure(this.#unmeasured(goOn));
  }

  *#unmeasured(goOn: () => Steps<boolean>): Steps<SweepResult> {
    const { reclaimers, now, write } = this.#options;
    const waiting = [...reclaimers()];
    let removed = 0;
    let rows = MIN_ROWS;
    for (let reclaimer = waiting.shift(); reclaimer && !this.#stopped;) {
      const began = performance.now();
      const slice = reclaimer.slice(now(), rows, (trimmed) => {
        removed += trimmed.rows.length;
        return trimmed.more;
      });
      const more = yield* step(write(slice));
      const wanted = (rows * SLICE_MS) / (performance.now() - began);
      if (more) rows = Math.round(Math.max(MIN_ROWS, Math.min(MAX_ROWS, rows * 2, wanted)));
      else reclaimer = waiting.shift();
      if (!reclaimer) return { removed, more: false };
      if (!(yield* goOn())) break;
    }
    return { removed, more: true };
  }

  #plan(): void {
    const { clock, interval, runAlone } = this.#options;
    if (interval === Number.POSITIVE_INFINITY || this.#stopped) return;
    this.#cancel = clock.schedule(interval, () => runAlone(this.#sweepAndPlan()));
  }

  *#sweepAndPlan(): Steps<void> {
    try {
      if (yield* this.#isDue()) yield* this.#sweepAlone();
    } finally {
      this.#plan();
    }
  }

  /** Sweeps unless another cache is at it. */
  *#sweepAlone(): Steps<void> {
    const lease = this.#lease;
    if (!(yield* lease.take())) return;
    try {
      yield* this.#slices(function* () {
        yield* step(nextTurn());
        return yield* lease.keep();
      });
    } finally {
      yield* lease.release();
    }
  }

  /** Whether there is anything to reclaim: a sweep of nothing would be two commits for nothing. */
  *#isDue(): Steps<boolean> {
    const { reclaimers, now, store } = this.#options;
    for (const reclaimer of reclaimers())
      if (yield* firstRow((query) => store.range(reclaimer.table, query), reclaimer.due(now()))) return true;
    return false;
  }
}
