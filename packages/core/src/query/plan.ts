import type { ByteRange } from "../operation.ts";
import { rangesOf } from "./bounds.ts";
import { isUnbounded } from "./byte-range.ts";
import type { FieldCondition } from "./condition.ts";
import { type FieldOfLine, fieldsOfLines, type Line, type LineOrders } from "./line.ts";
import { narrow, type Narrowing } from "./narrowing.ts";
import type { QueryState } from "./query-state.ts";

/** Something that a line must satisfy, told without the row's value. */
export interface LineTest {
  /** The field it looks at, if it is one. */
  readonly path: string | undefined;
  readonly holds: (line: Line) => boolean;
}

/** How a query is answered by one order. */
export interface Plan {
  readonly orders: LineOrders;
  /** What is read of it: apart from each other, and in order. */
  readonly ranges: readonly ByteRange[];
  /** The fields that bound the ranges. */
  readonly bounds: readonly string[];
  /** What is looked at line by line. */
  readonly lineTests: readonly LineTest[];
  /** What is looked at in values. */
  readonly valueConditions: readonly FieldCondition[];
  /** Whether a row may have several lines that match. */
  readonly mayRepeat: boolean;
  /** Whether the ranges are of all parts, each with one value. */
  readonly isExact: boolean;
  /** How many of the leading parts have the same value in all lines. */
  readonly fixedParts: number;
  /** How many fields are bounded by values. */
  readonly points: number;
  /** Whether a range bounds the field after those. */
  readonly hasRange: boolean;
  /** The fields that lines tell as values do. */
  readonly fields: ReadonlyMap<string, FieldOfLine>;
}

/** Whether all of an order is gone through. */
export function isFull({ ranges: [range, ...others] }: Plan): boolean {
  return range !== undefined && others.length === 0 && isUnbounded(range);
}

/** How a query would be answered by an order. */
export function planOf({ bounds, conditions }: Pick<QueryState, "bounds" | "conditions">, orders: LineOrders): Plan {
  const { read } = orders;
  const { match, points: given, prefix = { bytes: new Uint8Array(0), parts: 0 } } = bounds;
  const { length: fieldCount } = read.fields ?? [];
  // Bounds other than a prefix bind all parts after it.
  const isOpen = Object.keys(bounds).length === (bounds.prefix ? 1 : 0);
  const narrowing = isOpen && (read.isComposite || prefix.parts === 0) ? narrow(read, conditions, prefix) : undefined;
  const ranges = narrowing && (narrowing.used.length > 0 || !bounds.prefix) ? narrowing.ranges : rangesOf(bounds, read);
  const bounded = isOpen ? prefix.parts : match ? prefix.parts + (match.isRange ? 1 : 0) : fieldCount;
  const isExact = given !== undefined || (narrowing !== undefined && fieldCount > 0 && narrowing.points === fieldCount - prefix.parts);
  return {
    orders,
    ranges,
    bounds: [...(read.fields?.slice(0, bounded) ?? []), ...(narrowing?.used.map(({ path }) => path) ?? [])],
    ...testsOf(orders, { bounds, conditions }, narrowing),
    mayRepeat: read.isMulti && !(isExact && ranges.length <= 1),
    isExact,
    fixedParts: given ? (given.length === 1 ? fieldCount : 0) : (narrowing?.fixedParts ?? prefix.parts),
    points: given ? fieldCount : (narrowing?.points ?? 0) + prefix.parts,
    hasRange: narrowing ? narrowing.hasRange : !isOpen && given === undefined,
  };
}

/** What the ranges don't make sure of: what lines tell, and what only values do. */
function testsOf(
  orders: LineOrders,
  { bounds: { match, prefix }, conditions }: Pick<QueryState, "bounds" | "conditions">,
  narrowing: Narrowing | undefined,
): Pick<Plan, "lineTests" | "valueConditions" | "fields"> {
  const { read } = orders;
  const fields = fieldsOfLines(orders);
  const start = prefix?.parts ?? 0;
  const lineTests: LineTest[] = [];
  const valueConditions: FieldCondition[] = [];
  if (match?.kind === "wild") lineTests.push({ path: read.fields?.[start], holds: ({ parts }) => match.matches(parts[start]) });
  // What is true of one entry of a multi-entry index need not be true of the same as something else: each field is looked at once.
  const looked = new Set<string>(narrowing?.used.map(({ path }) => path));
  for (const condition of conditions) {
    if (narrowing?.spent.has(condition)) continue;
    const { path } = condition;
    const told = fields.get(path);
    const at = narrowing && read.isMulti ? (read.fields?.indexOf(path, start) ?? -1) : -1;
    if (told) lineTests.push({ path, holds: (line) => condition.holdsOf(told(line)) });
    else if (at !== -1 && (!looked.has(path) || narrowing?.used.includes(condition))) {
      looked.add(path);
      lineTests.push({ path, holds: ({ parts }) => condition.holds(read.fieldOf(parts, at)) });
    } else valueConditions.push(condition);
  }
  return { fields, lineTests, valueConditions };
}
