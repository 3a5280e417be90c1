import { type ContenderName, contenders } from "./contenders.ts";
import type { Trace } from "./trace.ts";

/** What came of one trace at one size. */
export interface HitRatios {
  readonly trace: string;
  readonly requests: number;
  readonly distinctKeys: number;
  /** The most entries that are kept. */
  readonly size: number;
  /** Requests that found their key, of a hundred. */
  readonly percent: Readonly<Record<ContenderName, number>>;
}

/** Replays a trace through all contenders at a size. */
export function hitRatiosOf({ name, keys }: Trace, size: number): HitRatios {
  const percentOf = (contender: ContenderName): number => (100 * contenders[contender](keys, size)) / keys.length;
  return {
    trace: name,
    requests: keys.length,
    distinctKeys: new Set(keys).size,
    size,
    percent: {
      optimum: percentOf("optimum"),
      s3fifo: percentOf("s3fifo"),
      lru: percentOf("lru"),
      "exact lru": percentOf("exact lru"),
      fifo: percentOf("fifo"),
      "exact fifo": percentOf("exact fifo"),
    },
  };
}
