import { step, type Steps } from "../continuation.ts";
import { tellEvictions } from "../diagnostics.ts";
import type { Operation } from "../operation.ts";
import type { Runtime } from "../runtime.ts";
import type { OpenTable } from "../table/open-table.ts";
import type { Unit } from "../unit.ts";
import { isBounded } from "./budget-settings.ts";
import { commitUpkeep } from "./commit-upkeep.ts";
import { Eviction, type SharedBudget } from "./eviction.ts";
import { lru } from "./lru.ts";
import { placeRows } from "./placing.ts";
import { RecencyFlush } from "./recency-flush.ts";
import { followPlaces } from "./stored-places.ts";

/** How much one commit removes of what is too much when that is all it does. */
const SLICE_ROWS = 128;

/** What keeps an open cache and its tables within their budgets. */
export class Evictions {
  readonly #runtime: Runtime;
  readonly #all: readonly Eviction[];
  readonly #flushes: readonly RecencyFlush[];

  /** For a cache whose tables are all open. */
  constructor(runtime: Runtime) {
    this.#runtime = runtime;
    this.#all = evictionsOf(runtime);
    const { clock } = runtime.settings;
    this.#flushes = this.#all.map((eviction) => {
      const flush = new RecencyFlush(eviction, { rows: runtime, clock, runAlone: runtime.flushAlone });
      eviction.onTrimmed = (trimmed) => tellEvictions(runtime.store.name, trimmed);
      return flush;
    });
  }

  /** Takes up what other caches have left: the order of rows, and rows that are too many by now. */
  *begin(): Steps<void> {
    yield* placeRows(this.#runtime);
    for (const eviction of this.#all) {
      yield* followPlaces(this.#runtime.store, eviction);
      for (const budget of eviction.budgets) eviction.isOver ||= yield* this.#exceeds(budget);
    }
    const rest = this.rest();
    if (rest) yield* rest;
  }

  /** The titles of what holds more than its budget. */
  *exceeded(): Steps<readonly string[]> {
    const titles: string[] = [];
    for (const budget of this.#all.flatMap(({ budgets }) => budgets))
      if (yield* this.#exceeds(budget)) titles.push(budget.tables.map(({ title }) => title).join(" and "));
    return titles;
  }

  *#exceeds({ tables, maxEntries, maxBytes }: SharedBudget): Steps<boolean> {
    let entries = 0;
    let bytes = 0;
    for (const { id } of tables) {
      const usage = yield* step(this.#runtime.store.usage(id));
      entries += usage.entries;
      bytes += usage.bytes;
    }
    return entries > maxEntries || bytes > maxBytes;
  }

  /** What keeps the budgets beside a commit. */
  *upkeep(now: number, operations: readonly Operation[]): Generator<Unit<void>> {
    if (this.#all.length === 0) return;
    const tables = new Set<number>();
    for (const operation of operations) if (operation.type === "set" || operation.type === "touch") tables.add(operation.table);
    if (tables.size > 0) for (const eviction of this.#all) yield* eviction.upkeep(now, tables, operations);
  }

  /** What the last commit has left to be removed, if anything. */
  rest(): Steps<void> | undefined {
    return this.#all.some(({ isOver }) => isOver) ? this.#removeRest() : undefined;
  }

  /** Never throws: what was written is written, and the next commit tries again. */
  *#removeRest(): Steps<void> {
    for (const eviction of this.#all)
      // First all that is expired goes, however much that is.
      for (let which: "all" | "expired" = "expired"; eviction.isOver;) {
        eviction.isOver = false;
        const units = eviction.budgets.map((budget) => eviction.trimming(budget, this.#runtime.now(), SLICE_ROWS, which));
        try {
          yield* commitUpkeep(this.#runtime, units);
          if (which === "expired" && !eviction.isOver) {
            which = "all";
            eviction.isOver = true;
          }
          if (eviction.isOver) yield* step(this.#runtime.pause());
        } catch (error) {
          this.#runtime.report(error);
        }
      }
  }

  /** Writes the reads that are only remembered. */
  *flush(): Steps<void> {
    for (const flush of this.#flushes) yield* flush.flush();
  }

  stop(): void {
    for (const flush of this.#flushes) flush.stop();
  }
}

function evictionsOf({ settings, tables, report }: Runtime): readonly Eviction[] {
  const { budget, clock } = settings;
  const own = tables.filter((table) => isBounded(table.settings.budget));
  const budgetOf = (table: OpenTable): SharedBudget => ({ ...table.settings.budget, tables: [table] });
  const groups = isBounded(budget)
    ? [{ policy: budget.policy, budgets: [...own.map(budgetOf), { ...budget, tables }] }]
    : own.map((table) => ({ policy: table.settings.budget.policy, budgets: [budgetOf(table)] }));
  return groups.map(({ policy = budget.policy ?? lru, budgets }) => {
    const eviction = new Eviction(policy, budgets, clock, report);
    for (const table of budgets.flatMap((one) => one.tables)) table.eviction = eviction;
    return eviction;
  });
}
