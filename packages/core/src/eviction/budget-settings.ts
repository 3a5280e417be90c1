import type { Budget, EvictionPolicy } from "./eviction-policy.ts";
import { type Eviction, policyOf } from "./policies.ts";

/** What a table or a whole cache may hold, and what happens to what is too much. */
export interface BudgetOptions {
  /** The most entries to keep, expired ones that still wait to be reclaimed included. */
  readonly maxEntries?: number | undefined;
  /** The most bytes to keep, as `stats().bytes` counts them: of each entry its key, its encoded value, and its index entries with the key. */
  readonly maxBytes?: number | undefined;
  /** Which entries go when there are too many. Default `"lru"`. All tables under a budget of the whole cache share the cache's. */
  readonly eviction?: Eviction | undefined;
  /** What happens to an entry that alone is larger than `maxBytes`: an error (`"throw"`, the default), or it isn't kept (`"skip"`). */
  readonly tooLarge?: "throw" | "skip" | undefined;
}

/** The options of a budget, checked and complete. */
export interface BudgetSettings extends Budget {
  /** `undefined` where none was given. */
  readonly policy: EvictionPolicy | undefined;
  readonly tooLarge: "throw" | "skip";
}

/** The names of the options of a budget. */
export const budgetOptionNames: readonly ("maxEntries" | "maxBytes" | "eviction" | "tooLarge")[] = [
  "maxEntries",
  "maxBytes",
  "eviction",
  "tooLarge",
] satisfies readonly (keyof BudgetOptions)[];

/** Checks the options of a budget. Throws a `TypeError`. */
export function budgetSettingsOf(owner: string, options: BudgetOptions, inherited: BudgetSettings["tooLarge"] = "throw"): BudgetSettings {
  const { maxEntries = Infinity, maxBytes = Infinity, eviction, tooLarge = inherited } = options;
  for (const [name, bound] of Object.entries({ maxEntries, maxBytes }))
    if (typeof bound !== "number" || !(bound >= 1) || (bound !== Infinity && !Number.isInteger(bound)))
      throw new TypeError(`${owner}: ${name} must be a whole number, at least 1`);
  if (tooLarge !== "throw" && tooLarge !== "skip") throw new TypeError(`${owner}: tooLarge must be "throw" or "skip"`);
  return { maxEntries, maxBytes, policy: eviction === undefined ? undefined : policyOf(eviction, owner), tooLarge };
}

/** Whether there is any budget. */
export function isBounded({ maxEntries, maxBytes }: Budget): boolean {
  return maxEntries < Infinity || maxBytes < Infinity;
}
