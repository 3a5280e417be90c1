import type { Cache } from "@cache/core";
import type { CacheHome, StoreName } from "./cache-home.ts";
import { Interruption } from "./explorer-error.ts";
import type { CachedValue } from "./file-entry.ts";
import type { FileSystem } from "./file-system.ts";
import { claim } from "./folder-record.ts";
import { indexFolder, type Pass } from "./index-folder.ts";
import { Location } from "./location.ts";
import type { Display, Meter } from "./meter.ts";
import { type Problem, Problems } from "./problems.ts";
import type { Scan } from "./scan.ts";
import { type Comparison, compareWithFreshScan } from "./verify.ts";

/** The steps of a job, for those who watch. */
export type Step = "first pass" | "second pass" | "fresh scan";

/** What a job needs besides the cache and the folder. */
export interface JobContext {
  readonly fileSystem: FileSystem;
  /** The time of day in epoch milliseconds. */
  readonly now: () => number;
  /** A time that only ever grows, in milliseconds. */
  readonly elapsed: () => number;
  readonly signal: AbortSignal;
  /** Absolute paths, without links, that are not indexed: those of the cache itself. */
  readonly leftOut: readonly string[];
  /** Called when a step begins; what it answers is told of the work until the step is over. */
  readonly watch: (store: StoreName, step: Step) => Display;
}

/** What a job found out. Times are in milliseconds and include opening and closing the cache. */
export interface JobResult {
  readonly store: StoreName;
  readonly first: Pass;
  readonly coldMs: number;
  readonly second: Pass;
  readonly warmMs: number;
  readonly comparison: Comparison;
  /** The cache's size after both passes, divided by its entries. */
  readonly cacheBytesPerEntry: number;
  readonly problems: readonly Problem[];
}

/**
 * Indexes a folder, given by its absolute path without links, into a cache; opens the cache again and indexes it once more, which should
 * find everything there; opens it a third time and compares it with a fresh scan. Throws an {@link Interruption} when the signal ends it.
 */
export async function runJob(home: CacheHome, folder: string, context: JobContext): Promise<JobResult> {
  const problems = new Problems();
  const { fileSystem, now, signal } = context;
  const root = Location.root(folder);
  const scan: Scan = { fileSystem, problems, leftOut: new Set(context.leftOut), now, signal };
  const inCache = async <T>(step: Step, work: (cache: Cache<CachedValue>, meter: Meter) => Promise<T>): Promise<T> => {
    const display = context.watch(home.store, step);
    try {
      const cache = await home.open();
      try {
        await claim(cache, folder);
        signal.throwIfAborted();
        return await work(cache, display);
      } catch (error) {
        throw signal.aborted ? new Interruption((await cache.size) - 1) : error;
      } finally {
        await cache.close();
      }
    } finally {
      display.clear();
    }
  };
  const pass = async (step: Step): Promise<[Pass, number]> => {
    const start = context.elapsed();
    const done = await inCache(step, (cache, meter) => indexFolder(cache, root, scan, meter));
    return [done, context.elapsed() - start];
  };

  const [first, coldMs] = await pass("first pass");
  const since = now();
  const [second, warmMs] = await pass("second pass");
  const bytes = await home.bytes();
  const comparison = await inCache("fresh scan", (cache, meter) => compareWithFreshScan(cache, root, scan, { since, meter }));
  const cacheBytesPerEntry = bytes / Math.max(1, entriesOf(second));
  return { store: home.store, first, coldMs, second, warmMs, comparison, cacheBytesPerEntry, problems: problems.list };
}

/** How many entries a pass left in the cache. */
export function entriesOf({ kinds }: Pass): number {
  return [...kinds.values()].reduce((sum, count) => sum + count, 0);
}
