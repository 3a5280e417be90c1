import type { Clock } from "./clock.ts";

/** Waits of background work, all of which end when the cache closes. */
export class Waits {
  readonly #clock: Clock;
  /** Ends each early. */
  readonly #wakes = new Set<() => void>();
  #isOver = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Waits so many milliseconds, or until the end. */
  async wait(ms: number): Promise<void> {
    if (this.#isOver) return;
    await new Promise<void>((resolve) => {
      const wake = (): void => {
        cancel();
        this.#wakes.delete(wake);
        resolve();
      };
      const cancel = this.#clock.schedule(ms, wake);
      this.#wakes.add(wake);
    });
  }

  /** Ends all waits, and those to come at once. */
  end(): void {
    this.#isOver = true;
    for (const wake of this.#wakes) wake();
  }
}
