import type { Conditions, Cursor, Face, Iteration, Key, Reply, Table } from "@cache/core";
import { AssertionError } from "./assert.ts";
import { type Doing, gathered, got } from "./in-transaction.ts";
import { type Ask, type QueryBound, rowChanges, rowTests } from "./query-ask.ts";
import { groupsOf, limitedAnswers } from "./query-model.ts";
import type { ModelRow, ModelTableTypes, TableModel } from "./table-model.ts";

/** More pages than any query of a history has. */
const MAX_PAGES = 50;

/** A query whose types don't say which index it reads: what is asked at random is right for it. */
type AnyQuery = Iteration<Face, unknown> & {
  readonly [Verb in "eq" | "in" | "prefix" | "gt" | "gte" | "lt" | "lte" | "match" | "index"]: (bound: Key | readonly Key[]) => AnyQuery;
} & {
  where(conditions: Conditions<ModelRow>): AnyQuery;
  filter(test: (row: Partial<ModelRow>) => boolean): AnyQuery;
  select(...fields: readonly string[]): AnyQuery;
  reverse(): AnyQuery;
  limit(rows: number): AnyQuery;
  after(cursor: Cursor | undefined): AnyQuery;
  page(): Reply<Face, { readonly values: readonly unknown[]; readonly next: Cursor | undefined }>;
  explain(): Reply<Face, { readonly given: number }>;
  keys(): Iteration<Face, number>;
  entries(): Iteration<Face, unknown>;
  groupBy(by: unknown, aggregates: unknown): Iteration<Face, unknown>;
  update(change: (row: ModelRow) => ModelRow | undefined): Reply<Face, number>;
} & { readonly [Verb in "toArray" | "first" | "count" | "delete"]: () => Reply<Face, unknown> };

/** Asks a table; gives its answer. */
export function* callQuery(table: Table<ModelTableTypes, Face>, ask: Ask): Doing<unknown> {
  const { asked } = ask;
  const query = queryOf(table, ask);
  switch (asked.verb) {
    case "toArray":
    case "first":
    case "count":
    case "delete":
      return yield* got(query[asked.verb]());
    case "values":
      return yield* gathered(query);
    case "keys":
    case "entries":
      return yield* gathered<unknown>(query[asked.verb]());
    case "explain":
      return (yield* got(query.explain())).given;
    case "groupBy":
      return yield* gathered(query.groupBy(asked.by === "function of age" ? ({ age }: ModelRow) => age : asked.by, asked.aggregates));
    case "update":
      return yield* got(query.update(rowChanges[asked.change]));
    case "pages":
      return yield* allPages(query.limit(asked.size), asked.size);
  }
}

/** The pages of a query to their end, as one list. */
function* allPages(query: AnyQuery, size: number): Doing<readonly unknown[]> {
  const all: unknown[] = [];
  let next: Cursor | undefined;
  for (let pages = 0; pages < MAX_PAGES; pages++) {
    const page = yield* got(query.after(next).page());
    if (page.values.length > size) throw new AssertionError(`a page of ${size} rows has ${page.values.length}`);
    all.push(...page.values);
    next = page.next;
    if (next === undefined) return all;
  }
  throw new AssertionError("the pages of a query have no end");
}

function queryOf(table: Table<ModelTableTypes, Face>, { order, bounds, where, stages, reverse, limit }: Ask): AnyQuery {
  // What is asked is right for the index that it names.
  let query = table.query() as unknown as AnyQuery;
  if (order !== undefined && order !== "id") query = query.index(order);
  for (const bound of bounds) query = bounded(query, bound, order === "cityAge");
  for (const conditions of where) query = query.where(conditions);
  for (const stage of stages) query = "select" in stage ? query.select(...stage.select) : query.filter(rowTests[stage.filter]);
  if (reverse) query = query.reverse();
  return limit === undefined ? query : query.limit(limit);
}

function bounded(query: AnyQuery, bound: QueryBound, isComposite: boolean): AnyQuery {
  // Of an order of one field, keys are the parts themselves.
  const keyOf = (parts: readonly Key[]): Key => (isComposite ? parts : (parts[0] ?? null));
  if (bound.verb === "in") return query.in(bound.any.map(keyOf));
  return query[bound.verb](bound.verb === "match" ? bound.pattern : keyOf(bound.parts));
}

/** The answer that the model gives to a query; where several would do, `given` if it is one of them. `undefined` for an update refused. */
export function callQueryModel(model: TableModel, ask: Ask, given: unknown): unknown {
  const { asked } = ask;
  const answers = limitedAnswers(model.list(), { ...ask, limit: limitOf(ask) }, idsIn(given));
  const rows = answers.map(({ row }) => row);
  switch (asked.verb) {
    case "toArray":
    case "values":
    case "pages":
      return answers.map(({ value }) => value);
    case "first":
      return answers[0]?.value;
    case "count":
    case "explain":
      return answers.length;
    case "keys":
      return rows.map(({ id }) => id);
    case "entries":
      return answers.map(({ row, value }) => [row.id, value]);
    case "groupBy":
      return groupsOf(rows, asked.by, asked.aggregates, ask.reverse);
    case "delete":
      return rows.filter(({ id }) => model.delete(id)).length;
    case "update": {
      const changed = rows.flatMap((row) => rowChanges[asked.change](row) ?? []);
      return model.replace(changed) ? changed.length : undefined;
    }
  }
}

/** The most rows that matter to an answer. */
function limitOf({ asked, limit }: Ask): number | undefined {
  if (asked.verb === "pages") return undefined;
  return asked.verb === "first" ? Math.min(1, limit ?? 1) : limit;
}

/** The keys of the rows in an answer: of a list of them, of rows or of both, or of a single row. */
function idsIn(given: unknown): readonly number[] {
  const all: readonly unknown[] = Array.isArray(given) ? given : [given];
  return all.flatMap((one) => {
    const id: unknown = Array.isArray(one) ? one[0] : typeof one === "object" && one !== null && "id" in one ? one.id : one;
    return typeof id === "number" ? [id] : [];
  });
}
