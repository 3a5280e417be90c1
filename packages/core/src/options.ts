import type { CacheOptions } from "./cache-options.ts";
import { type Clock, systemClock } from "./clock.ts";
import { budgetOptionNames, type BudgetSettings, budgetSettingsOf, isBounded } from "./eviction/budget-settings.ts";
import { staleMs, ttlMs } from "./expiry.ts";
import { checkOptionNames } from "./option-names.ts";
import { isSchema } from "./schema.ts";
import { type Declaration, declarationOf } from "./table/declaration.ts";
import type { TableSettings } from "./table/open-table.ts";
import type { AnyIndex } from "./table/table-definition.ts";
import { checkDefinitions, tableSettingsOf } from "./table/table-settings.ts";

/** The options of a cache, checked and complete. */
export interface Settings {
  readonly defaultTable: TableSettings;
  readonly tables: readonly DeclaredTable[];
  /** That of the whole cache. */
  readonly budget: BudgetSettings;
  /** Milliseconds, `Infinity` for never. */
  readonly sweepInterval: number;
  readonly clock: Clock;
}

/** A declared table, checked. */
export interface DeclaredTable {
  readonly settings: TableSettings;
  readonly declaration: Declaration;
  readonly indexes: Readonly<Record<string, AnyIndex>>;
}

/** The names of the options of a cache. */
export const cacheOptionNames: readonly string[] = [
  "tables",
  "ttl",
  "sliding",
  "staleFor",
  "schema",
  "validateOnRead",
  "onCorrupt",
  "sweepInterval",
  "clock",
  ...budgetOptionNames,
] as const satisfies readonly (keyof CacheOptions)[];

/** Checks the options of a cache. Throws a `TypeError` for unknown names and wrong values. */
export function settingsOf(options: CacheOptions): Settings {
  checkOptionNames("openCache", options, cacheOptionNames);
  const {
    tables = {},
    ttl = Number.POSITIVE_INFINITY,
    sliding = false,
    staleFor = 0,
    schema,
    validateOnRead = false,
    onCorrupt = "throw",
    sweepInterval = 60_000,
    clock = systemClock,
  } = options;
  if (onCorrupt !== "throw" && onCorrupt !== "miss") throw new TypeError('onCorrupt must be "throw" or "miss"');
  if (typeof sliding !== "boolean") throw new TypeError("sliding must be true or false");
  if (typeof validateOnRead !== "boolean") throw new TypeError("validateOnRead must be true or false");
  if (schema !== undefined && !isSchema(schema)) throw new TypeError("schema must be a Standard Schema");
  if (typeof clock.now !== "function" || typeof clock.schedule !== "function") throw new TypeError("clock must have now() and schedule()");
  checkDefinitions(tables);
  const budget = budgetSettingsOf("openCache", options);
  const unbounded = { ...budget, maxEntries: Infinity, maxBytes: Infinity, policy: undefined };
  return {
    budget,
    defaultTable: {
      budget: unbounded,
      name: undefined,
      ttl: ttlMs(ttl),
      sliding,
      staleFor: staleMs(staleFor),
      schema,
      validateOnRead,
      onCorrupt,
      version: 1,
      migration: undefined,
      primaryKey: undefined,
    },
    tables: Object.entries(tables).map(([name, { options: own }]) => {
      const settings = tableSettingsOf(name, own, { validateOnRead, onCorrupt, budget: unbounded });
      if (isBounded(budget) && settings.budget.policy && settings.budget.policy !== budget.policy)
        throw new TypeError(`table "${name}" has another eviction than the cache, whose budget it shares`);
      return { settings, declaration: declarationOf(name, own), indexes: own.indexes ?? {} };
    }),
    sweepInterval: sweepInterval === false ? Number.POSITIVE_INFINITY : ttlMs(sweepInterval, "sweepInterval"),
    clock,
  };
}
