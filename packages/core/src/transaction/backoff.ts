import type { Clock } from "../clock.ts";

/** The bounds of the first wait and of all waits, in milliseconds. */
const FIRST_MS = 2;
const MAX_MS = 50;

/**
 * Waits before a transaction is run again: not at all the first time, then for a random part of a bound that doubles, so that those who were
 * in each other's way part ("full jitter": M. Brooker, "Exponential Backoff and Jitter", AWS Architecture Blog, 2015). Fails with the
 * signal's reason when it aborts.
 */
export function backOff(clock: Clock, retry: number, signal: AbortSignal | undefined): Promise<void> | undefined {
  if (retry === 1) return undefined;
  const delay = 1 + Math.random() * (Math.min(MAX_MS, FIRST_MS * 2 ** (retry - 2)) - 1);
  return new Promise<void>((resolve, reject) => {
    // The clock's timers don't keep the process alive, and somebody waits for this one.
    const alive = setInterval(() => {}, MAX_MS);
    const over = (): void => {
      clearInterval(alive);
      signal?.removeEventListener("abort", abort);
    };
    const cancel = clock.schedule(delay, () => {
      over();
      resolve();
    });
    const abort = (): void => {
      cancel();
      over();
      reject(signal?.reason);
    };
    signal?.addEventListener("abort", abort, { once: true });
  });
}
