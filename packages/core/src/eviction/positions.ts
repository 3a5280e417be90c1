import type { Clock } from "../clock.ts";

/** Positions in a millisecond. */
const PER_MS = 1024;

/** Positions of rows that were there before their order was kept: they are only counted, and tell no time. */
const FIRST_TIMED = 2 ** 40;

/** Gives out positions that follow the clock, so that those of several processes mix, and never go back. */
export class Positions {
  readonly #clock: Pick<Clock, "now">;
  /** In a list, where a number that changes with every read needs no object of its own. */
  readonly #last = new Float64Array(1);

  constructor(clock: Pick<Clock, "now">) {
    this.#clock = clock;
  }

  /** A position greater than all before it. */
  next(): number {
    return (this.#last[0] = Math.max(this.following(), Math.floor(this.#clock.now()) * PER_MS));
  }

  /** The one after the last, for what happens at the same time or nearly so: asking the clock each time would take as long as the rest. */
  following(): number {
    return (this.#last[0] = (this.#last[0] ?? 0) + 1);
  }

  /** What positions of so many milliseconds ago were below. */
  ago(ms: number): number {
    return Math.floor(this.#clock.now() - ms) * PER_MS;
  }

  /** Makes sure that later positions are greater than one in the store: the clock may have been set back since. */
  follow(position: number): void {
    this.#last[0] = Math.max(this.#last[0] ?? 0, position);
  }
}

/** When a position was given out, in epoch milliseconds; `undefined` when it doesn't tell. */
export function timeOf(position: number): number | undefined {
  return position < FIRST_TIMED ? undefined : Math.floor(position / PER_MS);
}
