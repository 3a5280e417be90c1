import type { Aggregate, Condition, KeyPart } from "@cache/core";
import { beginsWith, compareKeys } from "./key-order.ts";
import {
  type Ask,
  type AskedGroup,
  type AskedStage,
  type Field,
  fieldTests,
  type FieldTest,
  isOrdered,
  type OrderName,
  orderFields,
  type QueryBound,
  rowTests,
} from "./query-ask.ts";
import type { ModelRow } from "./table-model.ts";

/*
 * Queries answered by going through all rows, written from what the documentation says and not from how core plans or reads.
 */

/** A row that a query gives, and what its stages make of it. */
export interface Answer {
  readonly row: ModelRow;
  readonly value: Partial<ModelRow>;
}

/** A row where one of its entries in an order stands. */
interface Line {
  readonly row: ModelRow;
  readonly parts: readonly KeyPart[];
}

/** The rows that a query gives, in order and each once, as if it had no limit. */
function answersOf(rows: readonly ModelRow[], ask: Ask): readonly Answer[] {
  const lines = linesOf(rows, ask.order ?? "id").filter((line) => isWithin(line.parts, ask.bounds));
  const inOrder = ask.reverse ? lines.toReversed() : lines;
  const tests = fieldTests(ask);
  return [...new Set(inOrder.map(({ row }) => row))]
    .filter((row) => tests.every(([field, test]) => elementsOf(row, field).some((part) => holds(test, part))))
    .flatMap((row) => {
      const value = passed(row, ask.stages);
      return value ? [{ row, value }] : [];
    });
}

/** The rows that a query with a limit gives. Where their order isn't told, `given` decides which they are, as far as that can be so. */
export function limitedAnswers(rows: readonly ModelRow[], ask: Ask, given: readonly number[]): readonly Answer[] {
  const all = answersOf(rows, ask);
  const count = Math.min(ask.limit ?? Infinity, all.length);
  const chosen = given.flatMap((id) => all.find(({ row }) => row.id === id) ?? []);
  const isPossible = new Set(chosen).size === count && given.length === count;
  return !isOrdered(ask) && isPossible ? chosen : all.slice(0, count);
}

function linesOf(rows: readonly ModelRow[], order: OrderName): readonly Line[] {
  const lines = rows.flatMap((row) => {
    let lists: (readonly KeyPart[])[] = [[]];
    for (const field of orderFields[order]) lists = lists.flatMap((list) => elementsOf(row, field).map((part) => [...list, part]));
    return lists.map((parts): Line => ({ row, parts }));
  });
  return lines.toSorted((a, b) => compareKeys([...a.parts, a.row.id], [...b.parts, b.row.id]));
}

/** What a field holds: nothing, itself, or each of a list's elements once. */
function elementsOf(row: ModelRow, field: Field): readonly KeyPart[] {
  const value = row[field];
  if (value === undefined) return [];
  return typeof value === "object" ? [...new Set(value)] : [value];
}

function isWithin(parts: readonly KeyPart[], bounds: readonly QueryBound[]): boolean {
  const before = bounds.reduce((count, bound) => (bound.verb === "prefix" ? bound.parts.length : count), 0);
  return bounds.every((bound) => {
    switch (bound.verb) {
      case "in":
        return bound.any.some((one) => compareKeys(parts, one) === 0);
      case "match":
        return isLike(parts[before], bound.pattern);
      case "prefix":
        return beginsWith(parts, bound.parts);
      case "eq":
      case "gt":
      case "gte":
      case "lt":
      case "lte":
        return compares(bound.verb, compareKeys(parts, bound.parts));
    }
  });
}

function compares(verb: "eq" | "gt" | "gte" | "lt" | "lte", order: number): boolean {
  if (order === 0) return verb === "eq" || verb === "gte" || verb === "lte";
  return order > 0 ? verb.startsWith("g") : verb.startsWith("l");
}

function holds(test: FieldTest, part: KeyPart): boolean {
  // Histories hold no fields but numbers, texts and lists of these: an object is a condition.
  const condition: Condition<KeyPart> = typeof test === "object" && test !== null ? (test as Condition<KeyPart>) : { eq: test };
  return (
    (condition.in === undefined || [...condition.in].some((one) => compareKeys([part], [one]) === 0)) &&
    (condition.match === undefined || isLike(part, condition.match)) &&
    (["eq", "gt", "gte", "lt", "lte"] as const).every((verb) => {
      const bound = condition[verb];
      return bound === undefined || compares(verb, compareKeys([part], [bound]));
    })
  );
}

/** Whether a text is like a pattern: by trying all that a star may stand for. */
function isLike(text: unknown, pattern: string): boolean {
  if (typeof text !== "string") return false;
  const [first = "", ...rest] = pattern;
  const after = text.slice(Array.from(text)[0]?.length ?? 0);
  switch (first) {
    case "":
      return text === "";
    case "*":
      return isLike(text, rest.join("")) || (text !== "" && isLike(after, pattern));
    case "?":
      return text !== "" && isLike(after, rest.join(""));
    case "\\":
      return rest[0] !== undefined && text.startsWith(rest[0]) && isLike(after, rest.slice(1).join(""));
    default:
      return text.startsWith(first) && isLike(after, rest.join(""));
  }
}

function passed(row: ModelRow, stages: readonly AskedStage[]): Partial<ModelRow> | undefined {
  let value: Partial<ModelRow> = row;
  for (const stage of stages) {
    if ("select" in stage) value = Object.fromEntries(stage.select.map((field) => [field, row[field]]));
    else if (!rowTests[stage.filter](value)) return undefined;
  }
  return value;
}

/** The groups of rows by the order of their keys, or the other way round, each with what is worked out for it. */
export function groupsOf(rows: readonly ModelRow[], by: AskedGroup, aggregates: Aggregates, isReversed: boolean): readonly unknown[] {
  const field = by === "function of age" ? "age" : by;
  const keys = [...new Set(rows.flatMap((row) => elementsOf(row, field)))].toSorted((a, b) => compareKeys([a], [b]));
  const groups = keys.map((key) => {
    const members = rows.filter((row) => elementsOf(row, field).includes(key));
    return [key, Object.fromEntries(Object.entries(aggregates).map(([name, one]) => [name, aggregated(members, one)]))];
  });
  return isReversed ? groups.toReversed() : groups;
}

/** Aggregates by name. */
type Aggregates = Readonly<Record<string, Aggregate<ModelRow>>>;

function aggregated(rows: readonly ModelRow[], aggregate: Aggregate<ModelRow>): unknown {
  if (aggregate === "count") return rows.length;
  // Histories ask for aggregates of the fields of rows.
  const [field] = Object.values(aggregate) as [Field];
  const parts = rows.flatMap((row) => elementsOf(row, field)).toSorted((a, b) => compareKeys([a], [b]));
  if ("min" in aggregate) return parts[0];
  if ("max" in aggregate) return parts.at(-1);
  const sum = parts.reduce<number>((all, part) => all + Number(part), 0);
  if ("sum" in aggregate) return sum;
  return parts.length === 0 ? undefined : sum / parts.length;
}
