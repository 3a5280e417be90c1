import type { EvictionPolicy } from "./eviction-policy.ts";

const victims = [{ queue: 0 }] as const;

/** Forgets what was written the longest time ago. Reads cost nothing. */
export const fifo: EvictionPolicy = {
  name: "fifo",
  start: () => ({
    admit: (_hash, position) => ({ queue: 0, position, hits: 0 }),
    victims: () => victims,
  }),
};
