import type { KeyPart } from "../key.ts";
import { encodeEntry } from "../key-encoder.ts";
import { checkOptionNames } from "../option-names.ts";
import { readElements, splitPath, type Steps } from "../table/field.ts";
import { compareParts, isPart } from "./part-order.ts";
import { Pattern } from "./pattern.ts";
import type { Condition, Conditions } from "./query.ts";

const names = ["eq", "in", "gt", "gte", "lt", "lte", "match"] as const satisfies readonly (keyof Condition<KeyPart>)[];

/** One end of what a condition leaves. */
export interface PartBound {
  readonly part: KeyPart;
  readonly isClosed: boolean;
}

/** What one field must be. */
export class FieldCondition {
  readonly path: string;
  /** The values it may have, in order and each once; `undefined` for any. */
  readonly points: readonly KeyPart[] | undefined;
  readonly lower: PartBound | undefined;
  readonly upper: PartBound | undefined;
  readonly pattern: Pattern | undefined;
  readonly #steps: Steps;

  /** Throws a `TypeError` for unknown names, for what is no part of a key, and for two lower or two upper bounds. */
  constructor(path: string, condition: Condition<KeyPart>) {
    checkOptionNames(`a condition on "${path}"`, condition, names);
    const { eq, in: any, gt, gte, lt, lte, match } = condition;
    this.path = path;
    this.#steps = splitPath(path);
    for (const part of [eq, gt, gte, lt, lte]) if (part !== undefined) checkPart(part);
    if (gt !== undefined && gte !== undefined) throw new TypeError("a condition takes gt or gte, not both");
    if (lt !== undefined && lte !== undefined) throw new TypeError("a condition takes lt or lte, not both");
    this.lower = boundOf(gt, gte);
    this.upper = boundOf(lt, lte);
    const pattern = match === undefined ? undefined : new Pattern(match);
    const lists: (readonly KeyPart[])[] = [];
    if (any !== undefined) lists.push([...any]);
    if (eq !== undefined) lists.push([eq]);
    if (pattern?.kind === "exact") lists.push([pattern.literal]);
    for (const list of lists) for (const part of list) checkPart(part);
    this.pattern = pattern?.kind === "exact" ? undefined : pattern;
    this.points = lists
      .map(inOrder)
      .reduce<readonly KeyPart[] | undefined>((common, list) => common?.filter((one) => has(list, one)) ?? list, undefined);
  }

  /** Whether it demands anything but the field to be one of `points`. */
  get isMore(): boolean {
    return this.lower !== undefined || this.upper !== undefined || this.pattern !== undefined;
  }

  /** Whether it demands anything at all. */
  get isAny(): boolean {
    return !this.points && !this.isMore;
  }

  /** Whether it is true of one value. */
  holds(value: unknown): boolean {
    const { points, lower, upper, pattern } = this;
    if (!isPart(value) || (points && !has(points, value)) || (pattern && !pattern.matches(value))) return false;
    const fromLower = lower ? compareParts(value, lower.part) : 1;
    const toUpper = upper ? compareParts(value, upper.part) : -1;
    return (fromLower > 0 || (fromLower === 0 && lower?.isClosed === true)) && (toUpper < 0 || (toUpper === 0 && upper?.isClosed === true));
  }

  /** Whether it is true of its field of a value, or of one of its elements. */
  holdsIn(value: unknown): boolean {
    return readElements(value, this.#steps).some((one) => this.holds(one));
  }

  /** Whether it is true of a field's value, or of one of its elements. */
  holdsOf(field: unknown): boolean {
    return Array.isArray(field) ? field.some((one) => this.holds(one)) : this.holds(field);
  }

  /** The condition as parts to tell it from others by. */
  get signature(): readonly KeyPart[] {
    const { path, points, lower, upper, pattern } = this;
    const bounds = [lower, upper].map((bound) => (bound ? [bound.part, bound.isClosed] : null));
    return [path, points ?? null, ...bounds, pattern?.source ?? null];
  }
}

/** The conditions on several fields. Throws a `TypeError` for what is none. */
export function conditionsOf(conditions: Conditions<unknown>): readonly FieldCondition[] {
  if (typeof conditions !== "object" || conditions === null || Array.isArray(conditions))
    throw new TypeError("where takes an object of conditions by field");
  const found: FieldCondition[] = [];
  for (const [path, given] of Object.entries<unknown>(conditions)) {
    if (given === undefined) continue;
    // What is neither a part nor an object is refused as a part.
    const condition = new FieldCondition(path, (isCondition(given) ? given : { eq: given }) as Condition<KeyPart>);
    if (!condition.isAny) found.push(condition);
  }
  return found;
}

function isCondition(given: unknown): boolean {
  return typeof given === "object" && given !== null && !Array.isArray(given) && !(given instanceof Date) && !(given instanceof Uint8Array);
}

function checkPart(part: KeyPart): void {
  encodeEntry([part]);
}

function boundOf(open: KeyPart | undefined, closed: KeyPart | undefined): PartBound | undefined {
  if (open !== undefined) return { part: open, isClosed: false };
  return closed === undefined ? undefined : { part: closed, isClosed: true };
}

function inOrder(parts: readonly KeyPart[]): readonly KeyPart[] {
  const sorted = parts.toSorted(compareParts);
  return sorted.filter((part, at) => at === 0 || compareParts(part, sorted[at - 1] ?? null) !== 0);
}

/** Whether a part is in an ordered list. */
function has(parts: readonly KeyPart[], part: KeyPart): boolean {
  let low = 0;
  let high = parts.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const order = compareParts(parts[middle] ?? null, part);
    if (order === 0) return true;
    if (order < 0) low = middle + 1;
    else high = middle;
  }
  return false;
}
