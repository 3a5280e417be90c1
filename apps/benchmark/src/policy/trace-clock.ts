import type { Clock } from "@cache/core";

interface Job {
  readonly at: number;
  readonly run: () => void;
}

/** A clock that the requests of a trace move on, so that a replay comes out the same on every machine. */
export class TraceClock implements Clock {
  #now = Date.UTC(2030, 0, 1);
  readonly #jobs = new Set<Job>();

  now(): number {
    return this.#now;
  }

  schedule(delay: number, run: () => void): () => void {
    const job: Job = { at: this.#now + delay, run };
    this.#jobs.add(job);
    return () => void this.#jobs.delete(job);
  }

  /** Moves on by a millisecond, and does what is due. */
  tick(): void {
    this.#now++;
    for (const job of this.#jobs)
      if (job.at <= this.#now) {
        this.#jobs.delete(job);
        job.run();
      }
  }
}
