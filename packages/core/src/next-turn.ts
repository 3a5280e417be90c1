/** Runs a job in the next turn of the event loop. Taken when the module loads, lest a test's fake timers stop the sweeper. */
export const afterThisTurn: (job: () => void) => void =
  (globalThis as { setImmediate?: (job: () => void) => void }).setImmediate ?? ((job) => setTimeout(job, 0));

/** Gives the event loop a turn. */
export function nextTurn(): Promise<void> {
  return new Promise<void>(afterThisTurn);
}
