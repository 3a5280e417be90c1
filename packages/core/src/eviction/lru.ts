import type { EvictionPolicy, RankedRow } from "./eviction-policy.ts";
import type { Place } from "./place.ts";

const victims = [{ queue: 0 }] as const;

/** Where the last read puts a row. */
function atLastHit({ place, lastHit }: RankedRow): Place | undefined {
  return lastHit > place.position ? { queue: 0, position: lastHit, hits: 0 } : undefined;
}

/** Forgets what was neither read nor written for the longest time. */
export const lru: EvictionPolicy = {
  name: "lru",
  start: () => ({
    admit: (_hash, position) => ({ queue: 0, position, hits: 0 }),
    promote: atLastHit,
    review: atLastHit,
    victims: () => victims,
  }),
};
