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
    return this.several(1);
  }

  /** The one after the last, for what happens at the same time: asking the clock for each row of a commit would take as long as the rest. */
  following(): number {
    return ++this.#last;
  }

  /** The first of so many positions that are greater than all before them: asking the clock once for many is cheaper. */
  several(count: number): number {
    const first = Math.max(this.#last + 1, Math.floor(this.#clock.now()) * PER_MS);
    this.#last = first + count - 1;
    return first;
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
