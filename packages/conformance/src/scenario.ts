import type { CacheOptions } from "@cache/core";
import type { CacheContext } from "./cache-context.ts";
import type { Requirement } from "./harness.ts";
import type { StoreContext } from "./store-context.ts";

/**
 * The circumstances in which a scenario runs: on `fresh` data; on data that was used, emptied and closed before (`reopened`); inside a
 * namespace whose neighbours must come through untouched (`namespaced`).
 */
export type Variant = "fresh" | "reopened" | "namespaced";

interface ScenarioBase {
  /** Stable and unique: what reports and known gaps call it. `group/what-it-shows`. */
  readonly key: string;
  /** What must be so, as a sentence. */
  readonly title: string;
  readonly requires: readonly Requirement[];
  readonly variants: readonly Variant[];
}

/** A scenario about what applications see: the verbs of a cache. */
export interface CacheScenario extends ScenarioBase {
  readonly level: "cache";
  /** The options of the cache it runs on; the clock is a fake one in any case, and there is no sweeper unless asked for. */
  readonly options: Omit<CacheOptions, "clock">;
  run(context: CacheContext): Promise<void> | void;
}

/** A scenario about what core relies on: the methods of a store. */
export interface StoreScenario extends ScenarioBase {
  readonly level: "store";
  run(context: StoreContext): Promise<void> | void;
}

/** Random histories, followed on a store and on the model side by side. */
export interface ModelScenario extends ScenarioBase {
  readonly level: "model";
}

/** One thing that must be so on every store. */
export type Scenario = CacheScenario | StoreScenario | ModelScenario;

/** Settings of a scenario that most leave out. */
export interface CacheScenarioSettings {
  readonly options?: Omit<CacheOptions, "clock">;
  readonly requires?: readonly Requirement[];
  readonly variants?: readonly Variant[];
}

/** A cache-level scenario, run in all variants unless `settings` says otherwise. */
export function cacheScenario(
  key: string,
  title: string,
  run: (context: CacheContext) => Promise<void> | void,
  { options = {}, requires = [], variants = ["fresh", "reopened", "namespaced"] }: CacheScenarioSettings = {},
): CacheScenario {
  return { level: "cache", key, title, options, requires, variants, run };
}

/** A store-level scenario, run on fresh and on used data unless `settings` says otherwise. */
export function storeScenario(
  key: string,
  title: string,
  run: (context: StoreContext) => Promise<void> | void,
  { requires = [], variants = ["fresh", "reopened"] }: Omit<CacheScenarioSettings, "options"> = {},
): StoreScenario {
  return { level: "store", key, title, requires, variants, run };
}
