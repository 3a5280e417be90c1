import type { Usage } from "./store.ts";

/** Figures of a cache. Counters count since it was opened, in this process; `entries` and `bytes` are exact and of all processes. */
export interface Statistics {
  /** Reads that found a live entry: by `get`, `getMany`, `getEntry`; `has` and iterations aren't counted. */
  readonly hits: number;
  readonly misses: number;
  /** Hits among all reads, 0 to 1; 0 when there was no read. */
  readonly hitRate: number;
  /** Values stored. */
  readonly sets: number;
  /** Live entries removed by `delete`, `deleteMany`, `deletePrefix`, `clear` and `invalidateTag`. */
  readonly deletes: number;
  /** Expired entries reclaimed by this process. */
  readonly expirations: number;
  /** Live entries removed by this process to keep a budget. */
  readonly evictions: number;
  /** Entries in the store, expired ones that still wait to be reclaimed included. */
  readonly entries: number;
  /** What they count for in bytes: keys, encoded values, index entries. */
  readonly bytes: number;
}

/** The counters behind {@link Statistics}. */
export class Counters {
  hits = 0;
  misses = 0;
  sets = 0;
  deletes = 0;
  expirations = 0;
  evictions = 0;

  /** The sum of several. */
  static sum(all: readonly Counters[]): Counters {
    const sum = new Counters();
    for (const { hits, misses, sets, deletes, expirations, evictions } of all) {
      sum.hits += hits;
      sum.misses += misses;
      sum.sets += sets;
      sum.deletes += deletes;
      sum.expirations += expirations;
      sum.evictions += evictions;
    }
    return sum;
  }

  /** The counters with how full the table is. */
  with({ entries, bytes }: Pick<Usage, "entries" | "bytes">): Statistics {
    const { hits, misses, sets, deletes, expirations, evictions } = this;
    const reads = hits + misses;
    return { hits, misses, hitRate: reads === 0 ? 0 : hits / reads, sets, deletes, expirations, evictions, entries, bytes };
  }
}
