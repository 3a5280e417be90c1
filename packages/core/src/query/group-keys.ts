import type { KeyPart } from "../key.ts";
import { encodeEntry } from "../key-encoder.ts";
import { readElements, splitPath } from "../table/field.ts";
import type { SecondaryIndex } from "../table/secondary-index.ts";
import { fieldOfAggregate, type FieldReader, fieldReader } from "./aggregate.ts";
import type { QueryScope } from "./find.ts";
import { compareParts, isPart } from "./part-order.ts";
import type { Plan } from "./plan.ts";
import type { Aggregate, GroupBy } from "./query.ts";
import { namesOrder, type QueryState } from "./query-state.ts";
import type { FoundRow, Wanted } from "./row-finder.ts";

/** What groups are told apart by, and what is worked out for each. */
export interface GroupForm {
  readonly by: GroupBy<unknown>;
  readonly aggregates: Readonly<Record<string, Aggregate<unknown>>>;
  /** The fields that the aggregates are of. */
  readonly fields: readonly string[];
}

/** Checks what groups are asked for. Throws a `TypeError`. */
export function groupForm(by: GroupBy<unknown>, aggregates: Readonly<Record<string, Aggregate<unknown>>>): GroupForm {
  if (typeof by === "string") splitPath(by);
  else if (typeof by !== "function") throw new TypeError("groupBy takes a field or a function of the value");
  if (typeof aggregates !== "object" || aggregates === null) throw new TypeError("groupBy takes aggregates by name");
  const fields = Object.values(aggregates).map(fieldOfAggregate);
  return { by, aggregates, fields: fields.filter((field) => field !== undefined) };
}

/** The index that has the groups in order, where nothing else says what to read. */
export function preferredIndex({ table, state }: QueryScope, { by }: GroupForm): SecondaryIndex | undefined {
  if (namesOrder(state) || state.conditions.length > 0 || !isOfAllRows(state) || table.settings.primaryKey?.fields?.[0] === by)
    return undefined;
  // Of more fields, it would leave out rows that lack another.
  return [...table.indexes.values()].find(({ fields, state: is }) => is === "ready" && fields?.length === 1 && fields[0] === by);
}

/** Which groups rows belong to, and their fields for the aggregates. */
export class GroupKeys {
  /** What this needs of rows. */
  readonly wanted: Wanted;
  /** Whether the rows of a group come one after the other. */
  readonly isOrdered: boolean;
  readonly #by: GroupBy<unknown>;
  readonly #plan: Plan;
  /** The place of the field among those of a multi-entry index whose lines are the rows' elements; −1 otherwise. */
  readonly #elementAt: number;

  constructor(state: QueryState, { by, fields }: GroupForm, plan: Plan) {
    const { read } = plan.orders;
    const at = typeof by === "string" ? (read.fields?.indexOf(by) ?? -1) : -1;
    this.#by = by;
    this.#plan = plan;
    this.#elementAt = read.isMulti && isOfAllRows(state) && isElement(plan, at) ? at : -1;
    this.isOrdered = this.#elementAt !== -1 || (!read.isMulti && at !== -1 && at <= plan.fixedParts);
    const isTold = this.#elementAt !== -1 || (typeof by === "string" && plan.fields.has(by));
    const isEnough = isTold && fields.every((field) => plan.fields.has(field));
    this.wanted = { value: isEnough ? undefined : "whole", lines: this.#elementAt !== -1 };
  }

  /** The groups of a row, each once. */
  of({ line, whole }: FoundRow): readonly KeyPart[] {
    const by = this.#by;
    if (this.#elementAt !== -1) {
      const element = this.#plan.orders.read.fieldOf(line.parts, this.#elementAt);
      return element === undefined ? [] : [element];
    }
    if (typeof by === "function") {
      const key = by(whole);
      if (key === undefined) return [];
      // Refuses what is no part of a key.
      encodeEntry([key], true);
      return [key];
    }
    const told = this.#plan.fields.get(by);
    const found = told ? [told(line)].flat() : readElements(whole, splitPath(by));
    return distinct(found.filter(isPart));
  }

  /** Reads the fields of a row. */
  reader({ line, whole }: FoundRow): FieldReader {
    if (this.wanted.value) return fieldReader(whole);
    return (path) => {
      const field = this.#plan.fields.get(path)?.(line);
      return field === undefined ? [] : [field];
    };
  }
}

/** Whether the lines of a multi-entry index are the elements of a field in all rows: nothing but the parts before it is bounded, and none follow. */
function isElement({ orders, fixedParts, points, hasRange, lineTests }: Plan, at: number): boolean {
  const { fields = [] } = orders.read;
  const isBounded = fixedParts !== at || points !== at || hasRange;
  return at !== -1 && at === fields.length - 1 && !isBounded && !lineTests.some(({ path }) => path === fields[at]);
}

function isOfAllRows({ limit, after }: QueryState): boolean {
  return limit === Number.POSITIVE_INFINITY && after === undefined;
}

function distinct(parts: readonly KeyPart[]): readonly KeyPart[] {
  return parts.filter((part, at) => !parts.slice(0, at).some((other) => compareParts(part, other) === 0));
}
