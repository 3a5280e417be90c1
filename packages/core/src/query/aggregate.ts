import { checkOptionNames } from "../option-names.ts";
import { readElements, readField, splitPath } from "../table/field.ts";
import { compareParts, isPart } from "./part-order.ts";
import type { Aggregate } from "./query.ts";

/** Gives what stands at a field's path in a row: of a list of objects on the way, what each has there. */
export type FieldReader = (path: string) => readonly unknown[];

/** Something worked out over the rows of a group, row by row. */
interface Accumulator {
  add(read: FieldReader): void;
  readonly result: unknown;
}

/** Reads fields of a row's value. */
export function fieldReader(value: unknown): FieldReader {
  return (path) => {
    const steps = splitPath(path);
    const holders = readElements(value, steps.slice(0, -1));
    return holders.map((holder) => readField(holder, steps.slice(-1))).filter((field) => field !== undefined);
  };
}

/** The field that an aggregate is of, if it is of one. Throws a `TypeError` for what is no aggregate. */
export function fieldOfAggregate(aggregate: Aggregate<unknown>): string | undefined {
  if (aggregate === "count") return undefined;
  if (typeof aggregate !== "object" || aggregate === null) throw noAggregate();
  checkOptionNames("an aggregate", aggregate, ["sum", "avg", "min", "max"]);
  const [path, ...others] = Object.values<unknown>(aggregate);
  if (typeof path !== "string" || others.length > 0) throw noAggregate();
  splitPath(path);
  return path;
}

/** The aggregates of one group. */
export class Aggregates {
  readonly #accumulators: readonly (readonly [name: string, accumulator: Accumulator])[];

  constructor(aggregates: Readonly<Record<string, Aggregate<unknown>>>) {
    this.#accumulators = Object.entries(aggregates).map(([name, aggregate]) => [name, accumulatorOf(aggregate)]);
  }

  add(read: FieldReader): void {
    for (const [, accumulator] of this.#accumulators) accumulator.add(read);
  }

  get results(): Readonly<Record<string, unknown>> {
    return Object.fromEntries(this.#accumulators.map(([name, { result }]) => [name, result]));
  }
}

function accumulatorOf(aggregate: Aggregate<unknown>): Accumulator {
  if (aggregate === "count") return new Count();
  if ("sum" in aggregate) return new Sum(aggregate.sum, ({ sum }) => sum);
  if ("avg" in aggregate) return new Sum(aggregate.avg, ({ sum, count }) => (count === 0 ? undefined : sum / count));
  return "min" in aggregate ? new Extreme(aggregate.min, -1) : new Extreme(aggregate.max, 1);
}

class Count implements Accumulator {
  result = 0;

  add(): void {
    this.result++;
  }
}

/** Adds up numbers; what is none doesn't count. */
class Sum implements Accumulator {
  sum = 0;
  count = 0;
  readonly #path: string;
  readonly #resultOf: (sum: Sum) => number | undefined;

  constructor(path: string, resultOf: (sum: Sum) => number | undefined) {
    this.#path = path;
    this.#resultOf = resultOf;
  }

  add(read: FieldReader): void {
    for (const field of read(this.#path)) {
      if (typeof field !== "number") continue;
      this.sum += field;
      this.count++;
    }
  }

  get result(): number | undefined {
    return this.#resultOf(this);
  }
}

/** The least (`side` −1) or greatest in the order of keys; what can't be part of a key doesn't count. */
class Extreme implements Accumulator {
  result: unknown;
  readonly #path: string;
  readonly #side: 1 | -1;

  constructor(path: string, side: 1 | -1) {
    this.#path = path;
    this.#side = side;
  }

  add(read: FieldReader): void {
    for (const field of read(this.#path))
      if (isPart(field) && (!isPart(this.result) || compareParts(field, this.result) * this.#side > 0)) this.result = field;
  }
}

function noAggregate(): TypeError {
  return new TypeError('an aggregate is "count", or one of { sum }, { avg }, { min } and { max } with the path of a field');
}
