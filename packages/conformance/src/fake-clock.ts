import type { Clock } from "@cache/core";

interface Job {
  at: number;
  readonly run: () => void;
}

/** Where a fake clock starts: a round moment whose milliseconds are easy to read in messages. */
const START: number = Date.UTC(2030, 0, 1);

/** A clock that stands still until it is moved, and then runs the jobs that became due, in order. */
export class FakeClock implements Clock {
  #now: number;
  readonly #jobs = new Set<Job>();

  constructor(start: number = START) {
    this.#now = start;
  }

  now(): number {
    return this.#now;
  }

  schedule(delay: number, job: () => void): () => void {
    const planned: Job = { at: this.#now + Math.max(0, delay), run: job };
    this.#jobs.add(planned);
    return () => {
      this.#jobs.delete(planned);
    };
  }

  /** How many jobs wait for their moment: none after a cache is closed. */
  get pending(): number {
    return this.#jobs.size;
  }

  /** Moves on by so many milliseconds, jobs planned meanwhile included. Each sees the moment it was planned for. */
  advance(ms: number): void {
    const end = this.#now + ms;
    for (let job = this.#next(end); job !== undefined; job = this.#next(end)) {
      this.#jobs.delete(job);
      this.#now = Math.max(this.#now, job.at);
      job.run();
    }
    this.#now = end;
  }

  /** Sets the wall clock, as an administrator or a time server would: jobs keep their distance. */
  jump(now: number): void {
    const distance = now - this.#now;
    this.#now = now;
    for (const job of this.#jobs) job.at += distance;
  }

  #next(end: number): Job | undefined {
    let first: Job | undefined;
    for (const job of this.#jobs) if (job.at <= end && (first === undefined || job.at < first.at)) first = job;
    return first;
  }
}
