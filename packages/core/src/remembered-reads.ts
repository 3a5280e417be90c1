import type { Steps } from "./continuation.ts";
import type { Runtime } from "./runtime.ts";
import { Sliding } from "./sliding.ts";

/** What puts off the deadlines of a table's rows when they are read. */
export function slidingOf(runtime: Runtime, table: number): Sliding {
  const { clock } = runtime.settings;
  return new Sliding(table, {
    rows: runtime,
    clock,
    runAlone: runtime.flushAlone,
    prolongAlone: (work) => runtime.runAlone(work),
  });
}

/**
 * Writes the reads that a cache only remembers: those that make rows live on, and those that count for eviction. Never throws: a cache with
 * whose store something is wrong can be closed all the same.
 */
export function* flushReads({ tables, evictions, report }: Runtime): Steps<void> {
  const flushes = [...tables.map(({ sliding }) => sliding), evictions];
  for (const reads of flushes)
    try {
      if (reads) yield* reads.flush();
    } catch (error) {
      report(error);
    }
}

/** Plans no more writing of reads. */
export function stopReads({ tables, evictions }: Runtime): void {
  for (const { sliding } of tables) sliding?.stop();
  evictions?.stop();
}
