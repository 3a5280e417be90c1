import { abortable } from "../abort.ts";
import type { Face, Iteration, Reply } from "../verbs.ts";
import { run, type Steps } from "../continuation.ts";
import type { VerbScope } from "../entry-verbs.ts";
import { decodeKey } from "../key-decoder.ts";
import { splitPath } from "../table/field.ts";
import { allValues, countFound, explain, firstValue, readPage } from "./answers.ts";
import { type BoundName, withBound } from "./bounds.ts";
import { conditionsOf } from "./condition.ts";
import { placeOf } from "./cursor.ts";
import { foundParts, type QueryScope } from "./find.ts";
import { groupForm } from "./group-keys.ts";
import { groupParts } from "./grouping.ts";
import type { Aggregate, Conditions, Cursor, Explanation, GroupBy, QueryPage } from "./query.ts";
import type { QueryState, Stage } from "./query-state.ts";
import { deleteRows, updateRows } from "./row-change.ts";
import type { FoundRow, Wanted } from "./row-finder.ts";
import { RowOrder } from "./row-order.ts";

/** A query of any types on either face; see `QueryVerbs`. */
export abstract class StoreQuery<F extends Face> {
  readonly #scope: VerbScope<F>;
  readonly #state: QueryState;

  constructor(scope: VerbScope<F>, state: QueryState) {
    this.#scope = scope;
    this.#state = state;
  }

  protected abstract again(scope: VerbScope<F>, state: QueryState): this;

  index(name: string): this {
    const { indexes, title } = this.#scope.table;
    if (!indexes.has(name)) throw new TypeError(`${title} has no index "${name}"; there are: ${[...indexes.keys()].join(", ")}`);
    if (Object.keys(this.#state.bounds).length > 0) throw new TypeError("a query names its index before the bounds, which apply to it");
    return this.#with({ index: name });
  }

  where(conditions: Conditions<unknown>): this {
    return this.#with({ conditions: [...this.#state.conditions, ...conditionsOf(conditions)] });
  }

  eq(bound: unknown): this {
    return this.#bound("eq", bound);
  }

  in(bounds: Iterable<unknown>): this {
    return this.#bound("in", bounds);
  }

  prefix(parts: unknown): this {
    return this.#bound("prefix", parts);
  }

  gt(bound: unknown): this {
    return this.#bound("gt", bound);
  }

  gte(bound: unknown): this {
    return this.#bound("gte", bound);
  }

  lt(bound: unknown): this {
    return this.#bound("lt", bound);
  }

  lte(bound: unknown): this {
    return this.#bound("lte", bound);
  }

  match(pattern: string): this {
    return this.#bound("match", pattern);
  }

  filter(test: (value: unknown) => boolean): this {
    if (typeof test !== "function") throw new TypeError("filter takes a function of the value");
    return this.#stage({ test });
  }

  select(...fields: readonly string[]): this {
    if (fields.length === 0) throw new TypeError("select takes at least one field");
    for (const path of fields) splitPath(path);
    return this.#stage({ fields });
  }

  reverse(): this {
    return this.#with({ reverse: !this.#state.reverse });
  }

  limit(rows: number): this {
    if (typeof rows !== "number" || !(rows >= 0)) throw new TypeError("limit must be a number, 0 or more");
    return this.#with({ limit: rows });
  }

  after(cursor: Cursor | undefined): this {
    return this.#with({ after: cursor === undefined ? undefined : placeOf(cursor) });
  }

  signal(signal: AbortSignal | undefined): this {
    return this.#with({ signal });
  }

  toArray(): Reply<F, unknown[]> {
    return this.#reply(allValues(this.#query()));
  }

  first(): Reply<F, unknown> {
    return this.#reply(firstValue(this.#query({ limit: Math.min(1, this.#state.limit) })));
  }

  count(): Reply<F, number> {
    return this.#reply(countFound(this.#query()));
  }

  keys(): Iteration<F, unknown> {
    return this.#iterate({}, ({ line }) => decodeKey(line.row.key));
  }

  entries(): Iteration<F, [key: unknown, value: unknown]> {
    return this.#iterate({ value: "given" }, ({ line, value }) => [decodeKey(line.row.key), value]);
  }

  page(): Reply<F, QueryPage<unknown>> {
    return this.#reply(readPage(this.#query()));
  }

  delete(): Reply<F, number> {
    return this.#reply(deleteRows(this.#query()));
  }

  update(change: (value: unknown) => unknown): Reply<F, number> {
    if (typeof change !== "function") throw new TypeError("update takes a function of the value");
    return this.#reply(updateRows(this.#query(), change));
  }

  groupBy(by: GroupBy<unknown>, aggregates: Readonly<Record<string, Aggregate<unknown>>>): Iteration<F, unknown> {
    const form = groupForm(by, aggregates);
    return this.#scope.face.iterate(() => groupParts(this.#query(), form), this.#state.signal);
  }

  explain(): Reply<F, Explanation> {
    return this.#reply(explain(this.#query()));
  }

  /** Gives the values. */
  protected values(): Iteration<F, unknown> {
    return this.#iterate({ value: "given" }, ({ value }) => value);
  }

  #iterate<T>(wanted: Wanted, item: (row: FoundRow) => T): Iteration<F, T> {
    return this.#scope.face.iterate(() => foundParts(this.#query(), wanted, item), this.#state.signal);
  }

  #reply<T>(answer: Steps<T>): Reply<F, T> {
    return this.#scope.face.reply(() => abortable(run(answer), this.#state.signal));
  }

  #bound(name: BoundName, bound: unknown): this {
    const { table } = this.#scope;
    const { index, bounds } = this.#state;
    const order = new RowOrder(table, index === undefined ? undefined : table.indexes.get(index));
    return this.#with({ bounds: withBound(bounds, name, bound, order) });
  }

  #stage(stage: Stage): this {
    return this.#with({ stages: [...this.#state.stages, stage] });
  }

  #with(change: Partial<QueryState>): this {
    return this.again(this.#scope, { ...this.#state, ...change });
  }

  #query(change: Partial<QueryState> = {}): QueryScope {
    const { rows, table } = this.#scope;
    return { rows, table, state: { ...this.#state, ...change } };
  }
}
