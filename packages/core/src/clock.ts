/** Where a cache takes the time from, and what wakes it. Tests pass one that they move by hand. */
export interface Clock {
  /** The wall-clock time in epoch milliseconds. It may be set ahead and back: an open cache's own time goes on all the same. */
  now(): number;
  /** Runs a job once after `delay` milliseconds, without keeping the process alive for it. Returns what cancels it. */
  schedule(delay: number, job: () => void): () => void;
}

/** The longest delay that timers take; they fire a longer one at once. */
const MAX_DELAY_MS = 2 ** 31 - 1;

/** The system's clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  schedule(delay, job) {
    const timer: unknown = setTimeout(job, Math.min(delay, MAX_DELAY_MS));
    // In Node a timer is an object that would keep the process alive; in a browser it is a number.
    if (typeof timer === "object" && timer !== null && "unref" in timer && typeof timer.unref === "function") timer.unref();
    // What setTimeout returned is what clearTimeout takes; its type depends on the platform.
    return () => clearTimeout(timer as Parameters<typeof clearTimeout>[0]);
  },
};
