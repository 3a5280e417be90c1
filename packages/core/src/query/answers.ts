import { step, type Steps } from "../continuation.ts";
import { cursorOf } from "./cursor.ts";
import { finderFor, foundRows, queryHash, type QueryScope } from "./find.ts";
import { isFull } from "./plan.ts";
import type { Explanation, QueryPage } from "./query.ts";
import type { RowFinder } from "./row-finder.ts";

/** Rows in a page without a limit. */
const PAGE_ROWS = 100;

/** All values that a query gives. */
export function* allValues(query: QueryScope): Steps<unknown[]> {
  const finder = yield* finderFor(query, { value: "given", toEnd: true });
  return (yield* foundRows(finder)).map(({ value }) => value);
}

/** The first value that a query gives; it has a limit of one. */
export function* firstValue(query: QueryScope): Steps<unknown> {
  const finder = yield* finderFor(query, { value: "given" });
  const [first] = yield* foundRows(finder);
  return first?.value;
}

/** How many rows a query gives. */
export function* countFound(query: QueryScope): Steps<number> {
  const { rows, table, state } = query;
  const { index, bounds, conditions, stages, after, limit } = state;
  const narrows = Object.keys(bounds).length + conditions.length + stages.length;
  if (index === undefined && after === undefined && narrows === 0) {
    rows.assertOpen();
    state.signal?.throwIfAborted();
    return Math.min(yield* step(rows.size(table.id)), Math.floor(limit));
  }
  return yield* countRows(yield* finderFor(query, { toEnd: true }));
}

/** The rows up to a query's limit, and where to go on. */
export function* readPage(query: QueryScope): Steps<QueryPage<unknown>> {
  const { state } = query;
  const wanted = state.limit === Number.POSITIVE_INFINITY ? PAGE_ROWS : Math.floor(state.limit);
  // One more tells whether there are more.
  const finder = yield* finderFor({ ...query, state: { ...state, limit: wanted + 1 } }, { value: "given", toEnd: true });
  const found = yield* foundRows(finder);
  const last = found.length > wanted ? found[wanted - 1] : undefined;
  const place = last && {
    index: finder.plan.orders.read.index?.name,
    reverse: state.reverse,
    query: queryHash(query),
    position: last.line.position,
  };
  return { values: found.slice(0, wanted).map(({ value }) => value), next: place && cursorOf(place) };
}

/** Runs a query and tells how it was answered. */
export function* explain(query: QueryScope): Steps<Explanation> {
  const finder = yield* finderFor(query, { value: "given", toEnd: true });
  const given = yield* countRows(finder);
  const { plan, read, decoded } = finder;
  const filters = [...plan.lineTests, ...plan.valueConditions].map(({ path }) => path).filter((path) => path !== undefined);
  return {
    index: plan.orders.read.index?.name,
    ranges: plan.ranges.length,
    full: isFull(plan),
    bounds: [...new Set(plan.bounds)],
    filters: [...new Set(filters)],
    read,
    decoded,
    given,
  };
}

function* countRows(finder: RowFinder): Steps<number> {
  let counted = 0;
  for (;;) {
    const found = yield* step(finder.next());
    if (!found) return counted;
    counted += found.length;
  }
}
