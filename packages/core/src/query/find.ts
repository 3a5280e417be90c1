import { andThen, run, step, type Steps } from "../continuation.ts";
import type { Parts } from "../part-iterator.ts";
import type { RowAccess } from "../row-access.ts";
import type { OpenTable } from "../table/open-table.ts";
import type { SecondaryIndex } from "../table/secondary-index.ts";
import { hashOf } from "./cursor.ts";
import type { Plan } from "./plan.ts";
import { choosePlan } from "./planner.ts";
import { type QueryState, signatureOf } from "./query-state.ts";
import { type FoundRow, RowFinder, type Wanted } from "./row-finder.ts";

/** A query, and what it is asked of. */
export interface QueryScope {
  readonly rows: RowAccess;
  readonly table: OpenTable;
  readonly state: QueryState;
}

/** A hash of what a query asks of a table. */
export function queryHash({ table, state }: QueryScope): number {
  return hashOf([table.title, ...signatureOf(state)]);
}

/** Decides how to answer a query. `preferred` is the index to take when nothing else decides. */
export function* planFor(scope: QueryScope, preferred?: SecondaryIndex): Steps<Plan> {
  const { rows, table, state } = scope;
  const { after, reverse } = state;
  rows.assertOpen();
  state.signal?.throwIfAborted();
  if (after && (after.reverse !== reverse || after.query !== queryHash(scope)))
    throw new TypeError("the cursor is of another query, or of the other direction");
  const plan = yield* choosePlan(rows, table, state, preferred);
  if (after && after.index !== plan.orders.read.index?.name) throw new TypeError("the cursor is of another query");
  return plan;
}

/** Plans a query, and makes what finds its rows. */
export function* finderFor(scope: QueryScope, wanted: Wanted): Steps<RowFinder> {
  const plan = yield* planFor(scope);
  return new RowFinder(scope.rows, scope.table, scope.state, plan, wanted);
}

/** What is made of the rows that a query gives, part by part. */
export function foundParts<T>(scope: QueryScope, wanted: Wanted, item: (row: FoundRow) => T): Parts<T> {
  let finder: RowFinder | undefined;
  const next = (from: RowFinder): ReturnType<Parts<T>> => andThen(from.next(), (found) => found?.map(item));
  return () =>
    finder
      ? next(finder)
      : andThen(run(finderFor(scope, wanted)), (made) => {
          finder = made;
          return next(made);
        });
}

/** All rows that a query gives. */
export function* foundRows(finder: RowFinder): Steps<FoundRow[]> {
  const all: FoundRow[] = [];
  for (;;) {
    const found = yield* step(finder.next());
    if (!found) return all;
    all.push(...found);
  }
}
