import type { Face, NoTables, TableDefinitions } from "@cache/core";
import type { CacheContext, ScenarioOptions } from "./cache-context.ts";
import type { Harness, Requirement } from "./harness.ts";
import type { ModelOptions } from "./model-run.ts";
import type { StoreContext } from "./store-context.ts";

/**
 * The circumstances in which a scenario runs: on `fresh` data; on data that was used, emptied and closed before (`reopened`); inside a
 * namespace whose neighbours must come through untouched (`namespaced`). Typed tables lie outside of any namespace: what is said of them alone
 * doesn't run in one.
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
  readonly options: ScenarioOptions;
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
  check(harness: Harness, face: Face, options?: ModelOptions): Promise<unknown>;
}

/** One thing that must be so on every store. */
export type Scenario = CacheScenario | StoreScenario | ModelScenario;

/** Settings of a scenario that most leave out. */
export interface CacheScenarioSettings<Tables extends TableDefinitions = NoTables> {
  readonly options?: ScenarioOptions<Tables>;
  readonly requires?: readonly Requirement[];
  readonly variants?: readonly Variant[];
}

/** A cache-level scenario, run in all variants unless `settings` says otherwise; one that declares tables on fresh and on used data. */
export function cacheScenario<Tables extends TableDefinitions = NoTables>(
  key: string,
  title: string,
  run: (context: CacheContext<Tables>) => Promise<void> | void,
  settings: CacheScenarioSettings<Tables> = {},
): CacheScenario {
  const { options = {}, requires = [], variants = options.tables ? ["fresh", "reopened"] : ["fresh", "reopened", "namespaced"] } = settings;
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
