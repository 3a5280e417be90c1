import type { Clock } from "./clock.ts";

/**
 * A clock's time that never goes back, as long as the object lives. When the wall clock is set back, time goes on from where it was at half its
 * pace until the wall clock has caught up: so nothing that has expired comes back, and what is set meanwhile lives at most twice as long as it
 * should. Stood it still instead, nothing would expire for as long as the clock was set back.
 */
export class SteadyTime {
  readonly #clock: Pick<Clock, "now">;
  #latest: number;
  /** What the wall clock said last. */
  #wall: number;

  constructor(clock: Pick<Clock, "now">) {
    this.#clock = clock;
    this.#latest = this.#wall = clock.now();
  }

  /** Epoch milliseconds. */
  now(): number {
    const wall = this.#clock.now();
    this.#latest = Math.max(wall, this.#latest + Math.max(0, wall - this.#wall) / 2);
    this.#wall = wall;
    return this.#latest;
  }
}
