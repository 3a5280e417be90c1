import { idbStore } from "@cache/idb";
import { nextTurn } from "../next-turn.ts";
import { expiredCache } from "./expired-cache.ts";

/** What a sweep does to its page. */
export interface PageSweepFigures {
  /** Expired rows reclaimed. */
  readonly removed: number;
  /** How long it took, in milliseconds. */
  readonly took: number;
  /** Tasks that the browser reports to be long, which are those of 50 ms and more, during the sweep and in as much time without one. */
  readonly longTasks: number;
  readonly idleLongTasks: number;
  /** How long a turn of the event loop took at most, in milliseconds, during the sweep and in as much time without one. */
  readonly longest: number;
  readonly idle: number;
}

/** A page as its script has left it. */
export type SweepWindow = typeof globalThis & { sweepBench?: (count: number) => Promise<PageSweepFigures> };

/** The longest turn of the event loop while some work goes on. */
async function longestTurn(work: () => Promise<unknown>): Promise<number> {
  const state = { isOver: false };
  const done = work().finally(() => {
    state.isOver = true;
  });
  let longest = 0;
  for (let before = performance.now(); !state.isOver;) {
    await nextTurn();
    const now = performance.now();
    longest = Math.max(longest, now - before);
    before = now;
  }
  await done;
  return longest;
}

const page: SweepWindow = globalThis;
page.sweepBench = async (count) => {
  const cache = await expiredCache(idbStore({ name: "sweep" }), count);
  let longTasks = 0;
  const observer = new PerformanceObserver((list) => {
    longTasks += list.getEntries().length;
  });
  const longTasksSoFar = async (): Promise<number> => {
    // They are told of in tasks of their own.
    await new Promise((resolve) => {
      setTimeout(resolve, 100);
    });
    return longTasks;
  };
  observer.observe({ entryTypes: ["longtask"] });
  let removed = 0;
  const began = performance.now();
  const longest = await longestTurn(async () => {
    ({ removed } = await cache.sweep());
  });
  const took = performance.now() - began;
  const swept = await longTasksSoFar();
  const idle = await longestTurn(
    () =>
      new Promise((resolve) => {
        setTimeout(resolve, took);
      }),
  );
  const idleLongTasks = (await longTasksSoFar()) - swept;
  observer.disconnect();
  await cache.close();
  return { removed, took, longTasks: swept, idleLongTasks, longest, idle };
};
