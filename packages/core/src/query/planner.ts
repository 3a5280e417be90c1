import { allOf, run, step, type Steps } from "../continuation.ts";
import type { RowAccess } from "../row-access.ts";
import type { OpenTable } from "../table/open-table.ts";
import type { SecondaryIndex } from "../table/secondary-index.ts";
import type { CursorPlace } from "./cursor.ts";
import { isFull, type Plan, planOf } from "./plan.ts";
import { namesOrder, type QueryState } from "./query-state.ts";
import { RowOrder } from "./row-order.ts";
import { Scan } from "./scan.ts";

/** How many lines of each candidate are looked at to find the one that leaves the fewest. */
const PROBE_ROWS = 64;

/** Decides how to answer a query. `preferred` is the index to take when nothing else decides. */
export function* choosePlan(rows: RowAccess, table: OpenTable, state: QueryState, preferred?: SecondaryIndex): Steps<Plan> {
  const keys = new RowOrder(table);
  const planBy = (index: SecondaryIndex | undefined): Plan => planOf(state, { read: index ? new RowOrder(table, index) : keys, keys });
  if (namesOrder(state)) return planBy(state.index === undefined ? undefined : table.indexes.get(state.index));
  if (state.after) return planBy(indexOf(table, state, state.after));
  if (state.conditions.length === 0) return planBy(preferred);
  const usable = [...table.indexes.values()].filter((index) => index.state === "ready" && isUsable(index, state));
  const plans = [planBy(undefined), ...usable.map(planBy)];
  const sure = plans.find((plan) => plan.ranges.length === 0 || isPoint(plan));
  if (sure) return sure;
  const candidates = plans.filter((plan) => !isFull(plan)).toSorted(byForm);
  // An index that can't be bounded tells whether its fields match, and the primary key mostly doesn't.
  if (candidates.length < 2) return candidates[0] ?? plans[1] ?? planBy(undefined);
  return (yield* fewest(rows, table, candidates)) ?? planBy(undefined);
}

/** The plan that leaves the fewest lines to read; the first, if all leave too many to tell. */
function* fewest(rows: RowAccess, table: OpenTable, plans: readonly Plan[]): Steps<Plan | undefined> {
  const counts = yield* step(allOf(plans, (plan) => run(countLines(new Scan(rows, table, plan, { reverse: false })))));
  return plans[counts.indexOf(Math.min(...counts))];
}

/** How many lines there are, `Infinity` for too many to tell. */
function* countLines(scan: Scan): Steps<number> {
  let counted = 0;
  for (;;) {
    const lines = yield* step(scan.next(PROBE_ROWS + 1, true));
    if (!lines) return counted;
    counted += lines.length;
    if (counted > PROBE_ROWS) return Number.POSITIVE_INFINITY;
  }
}

/** The index that a cursor goes on in. Throws a `TypeError` when the query can't be answered by it any more. */
function indexOf(table: OpenTable, state: QueryState, { index: name }: CursorPlace): SecondaryIndex | undefined {
  if (name === undefined) return undefined;
  const index = table.indexes.get(name);
  // Without conditions, an index is taken only for groups.
  if (!index || !isUsable(index, state)) throw new TypeError("the cursor is of another query");
  return index;
}

/** Whether all rows that satisfy the conditions are in an index: a row that lacks one of its fields isn't. */
function isUsable({ fields }: SecondaryIndex, { conditions }: QueryState): boolean {
  return fields?.every((field) => conditions.some(({ path }) => path === field)) ?? false;
}

/** Whether at most one row can match. */
function isPoint({ isExact, ranges, orders }: Plan): boolean {
  return isExact && ranges.length === 1 && orders.read.isUnique;
}

/** Which plan is likely to leave fewer lines: with more values given, then a range, then fewer fields, then as they were declared. */
function byForm(a: Plan, b: Plan): number {
  const fieldsOf = ({ orders }: Plan): number => orders.read.fields?.length ?? 0;
  return b.points - a.points || Number(b.hasRange) - Number(a.hasRange) || fieldsOf(a) - fieldsOf(b);
}
