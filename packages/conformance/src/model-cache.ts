import type { Face, Table, TableDefinition } from "@cache/core";
import type { AnyCache, AnyNamespace } from "./cache-context.ts";
import { callCache, callModel } from "./call.ts";
import type { Call } from "./entry-commands.ts";
import type { Doing } from "./in-transaction.ts";
import { Model } from "./model.ts";
import { callTable, callTableModel, type TableCall } from "./table-call.ts";
import { modelTable, type ModelTableTypes, TableModel } from "./table-model.ts";

/** The typed tables of the caches that histories are run on. */
export const historyTables: HistoryTables = { rows: modelTable };

/** The types of {@link historyTables}. */
export type HistoryTables = { readonly rows: TableDefinition<ModelTableTypes> };

/** A call of either kind. */
export type Step = { readonly on: "entries"; readonly call: Call } | { readonly on: "rows"; readonly call: TableCall };

/** What steps are made on: a cache, or a transaction. */
export interface StepTarget {
  readonly entries: AnyNamespace;
  readonly rows: Table<ModelTableTypes, Face>;
}

/** Where the steps go that are made on a cache. */
export function targetOf(root: AnyCache<HistoryTables>): StepTarget {
  return { entries: root, rows: root.tables.rows };
}

/** Makes a step; gives its answer. */
export function callStep({ entries, rows }: StepTarget, step: Step): Doing<unknown> {
  return step.on === "entries" ? callCache(entries, step.call) : callTable(rows, step.call);
}

/** The tags whose entries a call removes, or makes expire. */
function tagsToGo(call: Call): readonly string[] {
  if (call.verb === "invalidateTags") return call.tags;
  return call.verb === "invalidateTag" || call.verb === "expireTag" ? [call.tag] : [];
}

/** What a cache with a typed table should do: both models, with one clock. */
export class ModelCache {
  readonly entries: Model;
  readonly rows: TableModel;

  constructor(entries: Model, rows: TableModel) {
    this.entries = entries;
    this.rows = rows;
  }

  advance(ms: number): void {
    this.entries.advance(ms);
    this.rows.advance(ms);
  }

  /** The answer to a step; where several would do, `given` if it is one of them. */
  answer(step: Step, given: unknown): unknown {
    if (step.on === "rows") return callTableModel(this.rows, step.call, given);
    const { call } = step;
    const answer = callModel(this.entries, call, given);
    // The tags of the whole cache are its table's, too.
    return typeof answer === "number" && call.scope.length === 0 ? answer + this.rows.invalidate(tagsToGo(call)) : answer;
  }

  copy(): ModelCache {
    return new ModelCache(this.entries.copy(), this.rows.copy());
  }

  /** What a transaction works with. */
  copyForTransaction(): ModelCache {
    return new ModelCache(this.entries.copy(), this.rows.copy(true));
  }

  /** Takes over what a copy has become, as a transaction is committed; tells whether the rows could be so. */
  take({ entries, rows }: ModelCache): boolean {
    if (!this.rows.take(rows)) return false;
    this.entries.take(entries);
    return true;
  }
}
