import type { Steps } from "./continuation.ts";
import { timeOf } from "./eviction/positions.ts";
import { endOfQueue } from "./eviction/stored-places.ts";
import { deadlineOf, dueBound, EXPIRY_INDEX } from "./expiry.ts";
import { firstRow } from "./row-access.ts";
import type { MaybePromise, Page, RangeQuery, Store } from "./store.ts";
import type { OpenTable } from "./table/open-table.ts";

/** Moments that the indexes of a table tell without a look at its entries, in epoch milliseconds. */
export interface EntryTimes {
  /** When the next entry expires; `undefined` when none will. */
  readonly nextExpiry: number | undefined;
  /**
   * When the entry was last used that waits the longest, as the table's policy understands use: `lru` takes reads and writes for it, the others
   * writes, and `s3fifo` also its moves from queue to queue. Reads of the last seconds aren't in it. `undefined` for a table without entries,
   * or without a budget, which has no such order, and for entries that were there before they had one.
   */
  readonly oldest: number | undefined;
  /** The same of the entry that was used last. */
  readonly newest: number | undefined;
}

/** Looks up the moments of a table in a few reads of one line each. */
export function* entryTimes(store: Store, { id, eviction }: OpenTable, now: number): Steps<EntryTimes> {
  const read = (query: RangeQuery): MaybePromise<Page> => store.range(id, query);
  const due = yield* firstRow(read, { index: EXPIRY_INDEX, gte: dueBound(now), limit: 1, keysOnly: true });
  const positions: number[] = [];
  const queues = new Set(eviction?.victims().map(({ queue }) => queue));
  for (const queue of queues)
    for (const reverse of [false, true]) {
      const position = yield* endOfQueue(read, queue, reverse);
      if (position !== undefined) positions.push(position);
    }
  return {
    nextExpiry: due?.entry && deadlineOf(due.entry),
    oldest: positions.length === 0 ? undefined : timeOf(Math.min(...positions)),
    newest: positions.length === 0 ? undefined : timeOf(Math.max(...positions)),
  };
}

/** The moments of several tables as if they were one. */
export function joinedTimes(all: readonly EntryTimes[]): EntryTimes {
  return {
    nextExpiry: choice(all, "nextExpiry", Math.min),
    oldest: choice(all, "oldest", Math.min),
    newest: choice(all, "newest", Math.max),
  };
}

function choice(all: readonly EntryTimes[], name: keyof EntryTimes, choose: (...times: number[]) => number): number | undefined {
  const times = all.map((one) => one[name]).filter((time) => time !== undefined);
  return times.length === 0 ? undefined : choose(...times);
}
