import type { Steps } from "../continuation.ts";
import { firstRow } from "../row-access.ts";
import type { MaybePromise, Page, RangeQuery, Store } from "../store.ts";
import type { Eviction } from "./eviction.ts";
import { MAX_POSITION, ORDER_INDEX, placeOf, queueBound } from "./place.ts";

/** Makes new positions greater than those in the store, which a clock that was set back since would not. */
export function* followPlaces(store: Store, eviction: Eviction): Steps<void> {
  const { positions, tables } = eviction;
  for (const table of tables)
    for (const { queue } of eviction.victims())
      // Of a policy that counts down the first is the greatest.
      for (const reverse of [false, true]) positions.follow((yield* endOfQueue((query) => store.range(table, query), queue, reverse)) ?? 0);
}

/** The position of the first row of a queue, or with `reverse` of the last one, as it was given out; `undefined` for an empty queue. */
export function* endOfQueue(read: (query: RangeQuery) => MaybePromise<Page>, queue: number, reverse: boolean): Steps<number | undefined> {
  const range = { index: ORDER_INDEX, gte: queueBound(queue), lt: queueBound(queue + 1), reverse, limit: 1, keysOnly: true };
  const { entry } = (yield* firstRow(read, range)) ?? {};
  if (!entry) return undefined;
  const { position } = placeOf(entry);
  // Some policies count down.
  return position > MAX_POSITION / 2 ? MAX_POSITION - position : position;
}
