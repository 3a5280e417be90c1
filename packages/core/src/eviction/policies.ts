import type { EvictionPolicy } from "./eviction-policy.ts";
import { fifo } from "./fifo.ts";
import { lru } from "./lru.ts";
import { none } from "./none.ts";
import { s3fifo } from "./s3fifo.ts";

/** The policies by name. */
export const policies: {
  readonly lru: EvictionPolicy;
  readonly fifo: EvictionPolicy;
  readonly s3fifo: EvictionPolicy;
  readonly none: EvictionPolicy;
} = {
  lru,
  fifo,
  s3fifo,
  none,
};

/** A policy's name, or a policy of one's own. */
export type Eviction = keyof typeof policies | EvictionPolicy;

/** The policy that an option names. Throws a `TypeError` for anything else. */
export function policyOf(eviction: unknown, owner: string): EvictionPolicy {
  const named = Object.entries(policies).find(([name]) => name === eviction);
  if (named) return named[1];
  if (typeof eviction === "object" && eviction !== null && "name" in eviction && "start" in eviction) {
    const { name, start } = eviction;
    // It has what a policy has.
    if (typeof name === "string" && name !== "" && typeof start === "function") return eviction as EvictionPolicy;
  }
  throw new TypeError(`${owner}: eviction must be ${Object.keys(policies).join(", ")}, or a policy with name and start()`);
}
