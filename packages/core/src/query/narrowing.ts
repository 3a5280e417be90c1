import { afterExtensions } from "../key-range.ts";
import type { ByteRange } from "../operation.ts";
import { commonOf, joined, textsLike } from "./bounds.ts";
import type { FieldCondition, PartBound } from "./condition.ts";
import type { RowOrder } from "./row-order.ts";

/** The most ranges that conditions on several fields are taken apart into. */
const MAX_RANGES = 256;

/** What conditions leave of an order. */
export interface Narrowing {
  readonly ranges: readonly ByteRange[];
  /** The conditions that bound the ranges. */
  readonly used: readonly FieldCondition[];
  /** Those that are true of all that is left. */
  readonly spent: ReadonlySet<FieldCondition>;
  /** How many of the leading parts have one value each. */
  readonly fixedParts: number;
  /** How many fields have values to choose from. */
  readonly points: number;
  /** Whether a range bounds the part after those. */
  readonly hasRange: boolean;
}

/** Bytes that all begins with, and how many parts they are. */
interface Start {
  readonly bytes: Uint8Array;
  readonly parts: number;
}

/** Narrows an order down by conditions on its fields, from a place on: by values of the leading ones, then by a range of the next. */
export function narrow(order: RowOrder, conditions: readonly FieldCondition[], start: Start): Narrowing {
  const { fields = [] } = order;
  const used: FieldCondition[] = [];
  const spent = new Set<FieldCondition>();
  let prefixes: readonly Uint8Array[] = [start.bytes];
  let { parts: at, parts: fixedParts } = start;
  for (; at < fields.length; at++) {
    const own = conditions.filter(({ path }) => path === fields[at]);
    const choice = own.find(({ points }) => points && (prefixes.length === 1 || points.length * prefixes.length <= MAX_RANGES));
    if (!choice) {
      const bounds = own.filter(({ lower, upper, pattern }) => lower ?? upper ?? pattern?.isRange);
      // Of a list, each condition may be true of another element.
      if (order.isMulti) bounds.splice(1);
      if (bounds.length === 0) break;
      const ranges = prefixes.flatMap((prefix) => rangesWithin(order, prefix, bounds));
      for (const bound of bounds) if (!bound.points && bound.pattern?.kind !== "wild") spent.add(bound);
      return { ranges, used: [...used, ...bounds], spent, fixedParts, points: used.length, hasRange: true };
    }
    const values = (choice.points ?? []).map((point) => order.fieldBytes(point));
    prefixes = prefixes.flatMap((prefix) => values.map((value) => joined(prefix, value)));
    if (prefixes.length === 1 && fixedParts === at) fixedParts++;
    used.push(choice);
    if (!choice.isMore) spent.add(choice);
  }
  const isWhole = at === fields.length && used.length > 0;
  const ranges = prefixes.map((prefix) => (isWhole ? order.exactly(prefix) : prefix.length === 0 ? {} : order.beginning(prefix)));
  return { ranges, used, spent, fixedParts, points: used.length, hasRange: false };
}

/** Where the values are that conditions leave, after some bytes. */
function rangesWithin(order: RowOrder, prefix: Uint8Array, conditions: readonly FieldCondition[]): readonly ByteRange[] {
  const bytesOf = ({ part }: PartBound): Uint8Array => joined(prefix, order.fieldBytes(part));
  return commonOf([
    prefix.length === 0 ? undefined : order.beginning(prefix),
    ...conditions.flatMap(({ lower, upper, pattern }) => [
      lower && lowerRange(order, bytesOf(lower), lower.isClosed),
      upper && upperRange(order, bytesOf(upper), upper.isClosed),
      pattern?.isRange ? textsLike(pattern, prefix) : undefined,
    ]),
  ]);
}

function lowerRange(order: RowOrder, bytes: Uint8Array, isClosed: boolean): ByteRange {
  if (isClosed) return order.from(bytes);
  // Other fields follow the one that is bounded; where there is but one, what follows belongs to it.
  return order.isComposite ? { gt: afterExtensions(bytes) } : order.above(bytes);
}

function upperRange(order: RowOrder, bytes: Uint8Array, isClosed: boolean): ByteRange {
  if (!isClosed) return order.below(bytes);
  return order.isComposite ? { lt: afterExtensions(bytes) } : order.upTo(bytes);
}
