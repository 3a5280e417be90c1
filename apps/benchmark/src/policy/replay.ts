import { type Eviction, openCacheSync, table } from "@cache/core";
import { memoryStore } from "@cache/core/memory";
import { TraceClock } from "./trace-clock.ts";

/** How many of the requests find their key in a table of ours that is bounded to a size: each is a get and, on a miss, a set. */
export function replayHits(keys: readonly number[], size: number, eviction: Eviction): number {
  const clock = new TraceClock();
  const blocks = table<number, number>()({ maxEntries: size, eviction });
  const cache = openCacheSync(memoryStore(), { clock, tables: { blocks } });
  let hits = 0;
  for (const key of keys) {
    clock.tick();
    if (cache.tables.blocks.get(key) !== undefined) hits++;
    else cache.tables.blocks.set(key, key);
  }
  cache.close();
  return hits;
}
