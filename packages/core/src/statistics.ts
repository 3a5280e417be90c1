import type { EntryTimes } from "./entry-times.ts";
import type { Usage } from "./store.ts";
import type { TableDefinitions } from "./table/table-definition.ts";
import type { Timing } from "./timing.ts";

/** How often things were done with entries. */
export interface Counts {
  /** Reads that found a live entry: by `get`, `getMany`, `getEntry`, and `getBy` on a unique index; `has`, iterations and queries aren't counted. */
  readonly hits: number;
  /** Reads that found none, those included that were given an expired one. */
  readonly misses: number;
  /** Reads with `stale` that were given an expired entry. */
  readonly staleHits: number;
  /** Hits among all reads, 0 to 1; 0 when there was no read. */
  readonly hitRate: number;
  /** Values stored. */
  readonly sets: number;
  /** Live entries removed by `delete`, `deleteMany`, `deletePrefix`, `clear`, `invalidateTag`, `invalidateTags` and a query's `delete`. */
  readonly deletes: number;
  /** Expired entries reclaimed. */
  readonly expirations: number;
  /** Live entries removed to keep a budget. */
  readonly evictions: number;
}

/**
 * Figures of a table. The counts are those of this process since it opened the cache; `entries`, `bytes` and the moments are exact and of all
 * processes.
 */
export interface TableStatistics extends Counts, EntryTimes {
  /**
   * The counts of all processes since the table was created. Each adds its own to those in the store when it sweeps in the background or writes down what
   * was read, by `flush` and by `close`: a crash loses what was counted since, and the latest counts of others are missing.
   */
  readonly sinceCreation: Counts;
  /** Entries in the store, expired ones that still wait to be reclaimed included. */
  readonly entries: number;
  /** What they count for in bytes: keys, encoded values, index entries. */
  readonly bytes: number;
}

/** Figures of a cache: of the default table and all declared ones together. */
export interface Statistics<Tables extends TableDefinitions = TableDefinitions> extends TableStatistics {
  readonly defaultTable: TableStatistics;
  readonly tables: { readonly [Name in keyof Tables & string]: TableStatistics };
  /** What the store's files take, in bytes, the space in them that waits to be used again included; `undefined` where it can't tell. */
  readonly bytesOnDisk: number | undefined;
  /** Sweeps of this process, in the background and by `sweep()`. */
  readonly sweeps: Timing;
  /** How often this process wrote down what it had in memory, its reads and counts, from time to time and by `flush()`. */
  readonly flushes: Timing;
}

const names = ["hits", "misses", "staleHits", "sets", "deletes", "expirations", "evictions"] as const satisfies readonly (keyof Counts)[];

/** The counters behind {@link Counts}. */
export class Counters {
  hits = 0;
  misses = 0;
  staleHits = 0;
  sets = 0;
  deletes = 0;
  expirations = 0;
  evictions = 0;

  /** The sum of several. */
  static sum(all: readonly Counters[]): Counters {
    const sum = new Counters();
    for (const counters of all) for (const name of names) sum[name] += counters[name];
    return sum;
  }

  /** The counters that a list of numbers stands for. */
  static of(list: readonly number[]): Counters {
    const counters = new Counters();
    for (const [at, name] of names.entries()) counters[name] = list[at] ?? 0;
    return counters;
  }

  /** The counters as a list of numbers, to which later releases add at the end. */
  list(): number[] {
    return names.map((name) => this[name]);
  }

  /** What was counted beyond earlier counters. */
  since(earlier: Counters): Counters {
    return Counters.of(names.map((name) => this[name] - earlier[name]));
  }

  /** Whether nothing was counted. */
  get isZero(): boolean {
    return names.every((name) => this[name] === 0);
  }

  /** The counters as they are told. */
  counts(): Counts {
    const { hits, misses, staleHits, sets, deletes, expirations, evictions } = this;
    const reads = hits + misses;
    return { hits, misses, hitRate: reads === 0 ? 0 : hits / reads, staleHits, sets, deletes, expirations, evictions };
  }
}

/** What the figures of a table are made of. */
export interface TableFigures {
  readonly here: Counters;
  readonly everywhere: Counters;
  readonly usage: Pick<Usage, "entries" | "bytes">;
  readonly times: EntryTimes;
}

/** Tells the figures of a table. */
export function tableStatistics({ here, everywhere, usage: { entries, bytes }, times }: TableFigures): TableStatistics {
  return { ...here.counts(), sinceCreation: everywhere.counts(), entries, bytes, ...times };
}
