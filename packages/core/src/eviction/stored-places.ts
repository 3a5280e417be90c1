import { step, type Steps } from "../continuation.ts";
import type { Page, Store } from "../store.ts";
import type { Eviction } from "./eviction.ts";
import { MAX_POSITION, ORDER_INDEX, placeOf, queueBound } from "./place.ts";

/** Makes new positions greater than those in the store, which a clock that was set back since would not. */
export function* followPlaces(store: Store, { positions, ranking, tables }: Eviction): Steps<void> {
  for (const table of tables)
    for (const { queue } of ranking.victims()) {
      const range = { index: ORDER_INDEX, gte: queueBound(queue), lt: queueBound(queue + 1), reverse: true, limit: 1, keysOnly: true };
      const { rows }: Page = yield* step(store.range(table, range));
      const entry = rows[0]?.entry;
      const { position = 0 } = entry ? placeOf(entry) : {};
      // Some policies count down.
      positions.follow(position > MAX_POSITION / 2 ? MAX_POSITION - position : position);
    }
}
