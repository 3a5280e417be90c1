import type { Steps } from "./continuation.ts";

/** How often something was done, and how long it took. */
export interface Timing {
  readonly count: number;
  /** How long the last one took, in milliseconds; 0 when there was none. */
  readonly lastMs: number;
  /** How long all took together, in milliseconds. */
  readonly totalMs: number;
}

/** How work ended. */
export interface End<T> {
  readonly durationMs: number;
  /** What it gave. */
  readonly outcome?: T;
  /** What it failed with. */
  readonly error?: unknown;
}

/** Measures work of one kind. */
export class Stopwatch<T> {
  /** Hears of the end of all work. */
  onEnd: ((end: End<T>) => void) | undefined;
  #count = 0;
  #lastMs = 0;
  #totalMs = 0;

  get timing(): Timing {
    return { count: this.#count, lastMs: this.#lastMs, totalMs: this.#totalMs };
  }

  /** Measures a sequence of steps, whatever becomes of it. */
  *measure(work: Steps<T>): Steps<T> {
    const start = performance.now();
    try {
      const outcome = yield* work;
      this.#note({ durationMs: performance.now() - start, outcome });
      return outcome;
    } catch (error) {
      this.#note({ durationMs: performance.now() - start, error });
      throw error;
    }
  }

  #note(end: End<T>): void {
    this.#lastMs = end.durationMs;
    this.#totalMs += end.durationMs;
    this.#count++;
    this.onEnd?.(end);
  }
}
