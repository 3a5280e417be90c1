import { type Operation, tablesOf } from "./operation.ts";
import type { Runtime } from "./runtime.ts";
import type { Unit } from "./unit.ts";

/** What a commit of some operations does beside them: it reclaims what has expired in their tables, and keeps budgets. */
export function upkeepOf(runtime: Runtime, now: number, operations: readonly Operation[]): readonly Unit<void>[] {
  const units: Unit<void>[] = [];
  // What only reclaims, as a sweep does, needs no more of it.
  const written = operations.filter(({ type }) => type !== "trim");
  for (const table of new Set(written.flatMap(tablesOf))) {
    const unit = runtime.has(table) ? runtime.table(table).reclaimer.upkeep(now, operations.length) : undefined;
    if (unit) units.push(unit);
  }
  if (runtime.evictions) units.push(...runtime.evictions.upkeep(now, operations));
  return units;
}
