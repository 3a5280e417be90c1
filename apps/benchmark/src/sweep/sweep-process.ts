import type { Store } from "@cache/core";
import { memoryStore } from "@cache/core/memory";
import { lmdbStore } from "@cache/lmdb";
import { sqliteStore } from "@cache/sqlite";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { collectGarbage } from "../garbage.ts";
import { nextTurn } from "../next-turn.ts";
import { expiredCache } from "./expired-cache.ts";
import type { SweepEngine } from "./main.ts";

/** What a sweep does to its process. */
export interface SweepFigures {
  /** Expired rows reclaimed. */
  readonly removed: number;
  /** How long it took, in milliseconds. */
  readonly took: number;
  /** How long the event loop was held up at most, and with 99 in 100 of its timers, in milliseconds. */
  readonly longest: number;
  readonly usual: number;
  /** The most time of the processor that the main thread took for one turn of the event loop, in milliseconds: whatever else the machine does. */
  readonly busiest: number;
  /** How long the event loop was held up at most in as much time without a sweep: by the machine's other work. */
  readonly idle: number;
}

const makeStore: Readonly<Record<SweepEngine, (folder: string) => Store>> = {
  memory: () => memoryStore(),
  lmdb: (folder) => lmdbStore({ path: folder }),
  sqlite: (folder) => sqliteStore({ path: join(folder, "sweep.db") }),
};

/** A timer's resolution in milliseconds, which a delay of the event loop comes on top of. */
const RESOLUTION_MS = 1;
const NS_PER_MS = 1e6;
const US_PER_MS = 1000;

/** How long the event loop is held up while some work goes on, in milliseconds. */
async function delaysDuring(work: () => Promise<unknown>): Promise<{ readonly longest: number; readonly usual: number }> {
  const delays = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  collectGarbage({ type: "major" });
  await later(100);
  delays.enable();
  await work();
  // A delay is noted by the first timer after it.
  await later(5);
  delays.disable();
  const ms = (ns: number): number => Math.max(0, ns / NS_PER_MS - RESOLUTION_MS);
  return { longest: ms(delays.max), usual: ms(delays.percentile(99)) };
}

/** The most processor time of a turn of the event loop while some work goes on, in milliseconds. */
async function busiestTurn(work: () => Promise<unknown>): Promise<number> {
  const state = { isOver: false };
  const done = work().finally(() => {
    state.isOver = true;
  });
  let busiest = 0;
  while (!state.isOver) {
    const before = process.threadCpuUsage();
    await nextTurn();
    const { user, system } = process.threadCpuUsage(before);
    busiest = Math.max(busiest, (user + system) / US_PER_MS);
  }
  await done;
  return busiest;
}

function later(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}

// The engine, a folder and the number of expired entries come as arguments; the parent names an engine that exists.
const [engine = "", folder = "", count = ""] = process.argv.slice(2);
const cache = await expiredCache(makeStore[engine as SweepEngine](folder), Number(count));
let removed = 0;
let took = 0;
let busiest = 0;
const { longest, usual } = await delaysDuring(async () => {
  const began = performance.now();
  busiest = await busiestTurn(async () => {
    ({ removed } = await cache.sweep());
  });
  took = performance.now() - began;
});
const { longest: idle } = await delaysDuring(() => later(took));
process.send?.({ removed, took, longest, usual, busiest, idle } satisfies SweepFigures);
await cache.close();
