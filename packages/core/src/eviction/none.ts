import type { EvictionPolicy } from "./eviction-policy.ts";
import { MAX_POSITION } from "./place.ts";

const victims = [{ queue: 0 }] as const;

/** Forgets nothing for what is new: what was written last and doesn't fit isn't kept. */
export const none: EvictionPolicy = {
  name: "none",
  start: () => ({
    // The last to come is the first to go.
    admit: (_hash, position) => ({ queue: 0, position: MAX_POSITION - position, hits: 0 }),
    victims: () => victims,
  }),
};
