import { exactFifoHits } from "./exact-fifo.ts";
import { exactLruHits } from "./exact-lru.ts";
import { optimumHits } from "./optimum.ts";
import { replayHits } from "./replay.ts";

/** Counts the requests that find their key in a cache of a size. */
type HitCount = (keys: readonly number[], size: number) => number;

/** Our policies and what they are held against, in the order of the report. The `exact` ones and the optimum are simulators. */
export const contenders = {
  optimum: optimumHits,
  s3fifo: (keys, size) => replayHits(keys, size, "s3fifo"),
  lru: (keys, size) => replayHits(keys, size, "lru"),
  "exact lru": exactLruHits,
  fifo: (keys, size) => replayHits(keys, size, "fifo"),
  "exact fifo": exactFifoHits,
} as const satisfies Readonly<Record<string, HitCount>>;

export type ContenderName = keyof typeof contenders;

/** Their names, in that order. */
// Object.keys forgets the names' type.
export const contenderNames: readonly ContenderName[] = Object.keys(contenders) as ContenderName[];
