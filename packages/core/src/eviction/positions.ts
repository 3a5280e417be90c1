import type { Clock } from "../clock.ts";

/** Positions in a millisecond. */
const PER_MS = 1024;

/** Positions of rows that were there before their order was kept: they are only counted, and tell no time. */
const FIRST_TIMED = 2 ** 40;

/** Gives out positions that follow the clock, so that those of several processes mix, and never go back. */
export class Positions {
  readonly #clock: Pick<Clock, "now">;
  #last = 0;

  constructor(clock: Pick<Clock, "now">) {
    this.#clock = clock;
  }

  /** A position greater than all before it. */
  next(): number {
    return (this.#last = Math.max(this.#last + 1, Math.floor(this.#clock.now()) * PER_MS));
  }

  /** The one after the last, for what happens at the same time or nearly so: asking the clock each time would take as long as the rest. */
  following(): number {
    return ++this.#last;
  }

  /** What positions of so many milliseconds ago were below. */
  ago(ms: number): number {
    return Math.floor(this.#clock.now() - ms) * PER_MS;
  }

  /** Makes sure that later positions are greater than one in the store: the clock may have been set back since. */
  follow(position: number): void {
    if (position > this.#last) this.#last = position;
  }
}

/** When a position was given out, in epoch milliseconds; `undefined` when it doesn't tell. */
export function timeOf(position: number): number | undefined {
  return position < FIRST_TIMED ? undefined : Math.floor(position / PER_MS);
}
