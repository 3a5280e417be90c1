import type { Clock } from "./clock.ts";
import { step, type Steps } from "./continuation.ts";
import type { Reclaimer } from "./reclaimer.ts";
import type { MaybePromise } from "./store.ts";
import type { SweepOptions, SweepResult } from "./cache.ts";
import { Stopwatch } from "./timing.ts";
import type { Unit } from "./unit.ts";

/** How many rows one commit of a sweep removes: about a millisecond's work. */
const SLICE_ROWS = 128;

/** What a sweeper needs of the cache it sweeps. */
export interface SweeperOptions {
  /** Those of all tables. */
  readonly reclaimers: () => readonly Reclaimer[];
  readonly clock: Clock;
  readonly now: () => number;
  readonly write: <T>(unit: Unit<T>) => MaybePromise<T>;
  /** Milliseconds between two sweeps; `Infinity` for none. */
  readonly interval: number;
  /** Gives other work a turn between two slices; nothing on the synchronous face. */
  readonly pause: () => MaybePromise<void>;
  /** Runs a sweep that nobody waits for. */
  readonly runAlone: (sweep: Steps<unknown>) => void;
}

/** Reclaims expired rows from time to time, a slice at once, so that neither the event loop nor other writers wait for long. */
export class Sweeper {
  readonly times: Stopwatch<SweepResult> = new Stopwatch();
  readonly #options: SweeperOptions;
  #cancel: (() => void) | undefined;
  #stopped = false;

  constructor(options: SweeperOptions) {
    this.#options = options;
    this.#plan();
  }

  /** Sweeps until nothing is expired, or the budget is spent, or the cache is closed. */
  sweep(options?: SweepOptions): Steps<SweepResult> {
    return this.times.measure(this.#sweep(options));
  }

  *#sweep({ budget = Number.POSITIVE_INFINITY }: SweepOptions = {}): Steps<SweepResult> {
    if (typeof budget !== "number" || !(budget >= 0)) throw new TypeError("budget must be a number of milliseconds");
    const { reclaimers, now, write, pause } = this.#options;
    const end = performance.now() + budget;
    const waiting = [...reclaimers()];
    let removed = 0;
    for (let reclaimer = waiting.shift(); reclaimer && !this.#stopped;) {
      const slice = reclaimer.slice(now(), SLICE_ROWS, (trimmed) => {
        removed += trimmed.rows.length;
        return trimmed.more;
      });
      const more = yield* step(write(slice));
      if (!more) reclaimer = waiting.shift();
      if (!reclaimer) return { removed, more: false };
      if (performance.now() >= end) return { removed, more: true };
      yield* step(pause());
    }
    return { removed, more: true };
  }

  /** Ends the planned sweeps, and one under way after its slice. */
  stop(): void {
    this.#stopped = true;
    this.#cancel?.();
  }

  #plan(): void {
    const { clock, interval, runAlone } = this.#options;
    if (interval === Number.POSITIVE_INFINITY || this.#stopped) return;
    this.#cancel = clock.schedule(interval, () => runAlone(this.#sweepAndPlan()));
  }

  *#sweepAndPlan(): Steps<void> {
    try {
      yield* this.sweep();
    } finally {
      this.#plan();
    }
  }
}
