import type { Steps } from "./continuation.ts";

/** How often something was done, and how long it took. */
export interface Timing {
  readonly count: number;
  /** How long the last one took, in milliseconds; 0 when there was none. */
  readonly lastMs: number;
  /** How long all took together, in milliseconds. */
  readonly totalMs: number;
}

/** Measures work of one kind. */
export class Stopwatch {
  #count = 0;
  #lastMs = 0;
  #totalMs = 0;

  get timing(): Timing {
    return { count: this.#count, lastMs: this.#lastMs, totalMs: this.#totalMs };
  }

  /** Measures a sequence of steps, whatever becomes of it. */
  *measure<T>(work: Steps<T>): Steps<T> {
    const start = performance.now();
    try {
      return yield* work;
    } finally {
      this.#lastMs = performance.now() - start;
      this.#totalMs += this.#lastMs;
      this.#count++;
    }
  }
}
