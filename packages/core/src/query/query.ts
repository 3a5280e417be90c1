import type { Face, Iteration, Reply } from "../verbs.ts";
import type { KeyPart } from "../key.ts";
import type { KeyPrefix } from "../key-range.ts";
import type { Elements, FieldPath, FieldValue, MultiField, NumberField, Present } from "../table/field.ts";
import type { TableTypes } from "../table/table-definition.ts";

/** Where a page of a query ended: what `after` goes on from. Opaque text, good for the same query over the same table. */
export type Cursor = string & { readonly cursor?: never };

/** What a field must be for a row to be given. Several conditions in one hold together; a plain key part means `eq`. */
export interface Condition<Part> {
  readonly eq?: Part | undefined;
  readonly in?: Iterable<Part> | undefined;
  readonly gt?: Part | undefined;
  readonly gte?: Part | undefined;
  readonly lt?: Part | undefined;
  readonly lte?: Part | undefined;
  /** A pattern for text: `*` stands for any characters, `?` for one, `\` takes the next as it is. Letters match in their own case. */
  readonly match?: string | undefined;
}

/**
 * Conditions on several fields, all of which must hold; `undefined` is none. They compare as keys do, by type first, and are true of no row
 * that lacks the field. A list, also one on the way to the field, satisfies what one of its elements does; so the fields of an index that isn't
 * `multi`, which knows no elements, are taken to hold no lists.
 */
export type Conditions<Value> = {
  readonly [Path in MultiField<Value>]?:
    | Extract<Present<Elements<Present<FieldValue<Value, Path>>>>, KeyPart>
    | Condition<Extract<Present<Elements<Present<FieldValue<Value, Path>>>>, KeyPart>>
    | undefined;
};

/** What is worked out for each group: how many rows, or something of a field. */
export type Aggregate<Value> =
  | "count"
  | { readonly sum: NumberField<Value> }
  | { readonly avg: NumberField<Value> }
  | { readonly min: FieldPath<Value> }
  | { readonly max: FieldPath<Value> };

/** What an aggregate gives. `avg`, `min` and `max` are `undefined` where no row of the group has the field. */
export type Aggregated<Value, One> = One extends "count" | { readonly sum: unknown }
  ? number
  : One extends { readonly avg: unknown }
    ? number | undefined
    : One extends { readonly min: infer Path extends string } | { readonly max: infer Path extends string }
      ? FieldValue<Value, Path> | undefined
      : never;

/** What the groups are told apart by, or a function of the value that gives it. */
export type GroupBy<Value> = MultiField<Value> | ((value: Value) => KeyPart | undefined);

type GroupKey<Value, By> = By extends string
  ? Present<Elements<Present<FieldValue<Value, By>>>>
  : By extends (value: Value) => infer Part
    ? Present<Part>
    : never;

/** A group: what its rows have in common, and the aggregates by name. */
export type Group<Value, By, Aggregates> = [
  key: GroupKey<Value, By>,
  group: { readonly [Name in keyof Aggregates]: Aggregated<Value, Aggregates[Name]> },
];

/** A part of a query's rows. */
export interface QueryPage<Value> {
  readonly values: readonly Value[];
  /** Pass it to `after` to go on; absent when that was all. */
  readonly next: Cursor | undefined;
}

/** How a query was answered. */
export interface Explanation {
  /** The index it was read by; `undefined` for the primary key. */
  readonly index: string | undefined;
  /** How many separate ranges of it were read: one, or one for each value of an `in`. 0 when nothing can match. */
  readonly ranges: number;
  /** Whether a whole index or table was gone through. */
  readonly full: boolean;
  /** The fields whose conditions bounded what was read. */
  readonly bounds: readonly string[];
  /** The fields whose conditions were looked at line by line or row by row. */
  readonly filters: readonly string[];
  /** How many rows, or lines of the index, were read; not those that were looked at to choose it. */
  readonly read: number;
  /** How many of them had their value decoded; 0 for what an index alone could answer. */
  readonly decoded: number;
  /** How many rows the query gives. */
  readonly given: number;
}

/**
 * A question to a table. Each call makes a new query and reads nothing; iterating or one of `toArray first count keys page delete update
 * groupBy explain` reads. Rows come in the order of the index that is read, each once.
 *
 * Bounds (`eq prefix gt gte lt lte in match`) apply to the index named by `index`, or to the primary key; `where` names fields, and without
 * `index` the index that leaves the fewest rows to read is taken. An index still being built is waited for when it was named (on the
 * synchronous face: `CACHE_NOT_READY`), and otherwise not taken.
 */
export interface QueryVerbs<Types extends TableTypes, Bound, F extends Face, Value = Types["value"]> {
  /** Reads by an index, in its order. */
  index<Name extends keyof Types["indexes"] & string>(name: Name): Query<Types, Types["indexes"][Name]["key"], F, Value>;
  /** Asks for rows whose fields satisfy conditions; of several calls, all do. */
  where(conditions: Conditions<Types["value"]>): Query<Types, Bound, F, Value>;

  eq(bound: Bound): Query<Types, Bound, F, Value>;
  /** Any of several. */
  in(bounds: Iterable<Bound>): Query<Types, Bound, F, Value>;
  /** What begins with these parts. */
  prefix(parts: KeyPrefix<Bound>): Query<Types, Bound, F, Value>;
  gt(bound: Bound | KeyPrefix<Bound>): Query<Types, Bound, F, Value>;
  gte(bound: Bound | KeyPrefix<Bound>): Query<Types, Bound, F, Value>;
  lt(bound: Bound | KeyPrefix<Bound>): Query<Types, Bound, F, Value>;
  lte(bound: Bound | KeyPrefix<Bound>): Query<Types, Bound, F, Value>;
  /** Text that matches a pattern such as `"*.pdf"`, in the first part after those of `prefix`. Rows that don't match aren't decoded. */
  match(pattern: string): Query<Types, Bound, F, Value>;

  /** Gives rows for which a function is true. */
  filter<Narrow extends Value>(test: (value: Value) => value is Narrow): Query<Types, Bound, F, Narrow>;
  filter(test: (value: Value) => boolean): Query<Types, Bound, F, Value>;
  /** Gives the rows the other way round; twice, as at first. */
  reverse(): Query<Types, Bound, F, Value>;
  /** The most rows to give, 0 or more. */
  limit(rows: number): Query<Types, Bound, F, Value>;
  /** Goes on where a page of the same query ended; its limit, filters and fields may be others. Throws a `TypeError` for another's cursor. */
  after(cursor: Cursor | undefined): Query<Types, Bound, F, Value>;
  /** Ends reading with the signal's reason. */
  signal(signal: AbortSignal | undefined): Query<Types, Bound, F, Value>;
  /**
   * Gives only some fields of each value; filters after it see just these. Where the index and the primary key hold them all, no value is
   * decoded, and a list of one part comes back as that part, as keys do.
   */
  select<const Path extends FieldPath<Types["value"]>>(
    ...fields: readonly [Path, ...Path[]]
  ): Query<Types, Bound, F, Selected<Types["value"], Path>>;

  toArray(): Reply<F, Value[]>;
  first(): Reply<F, Value | undefined>;
  /** How many rows there are; reads no value unless a condition needs it. */
  count(): Reply<F, number>;
  /** The rows' primary keys. */
  keys(): Iteration<F, Types["key"]>;
  entries(): Iteration<F, [key: Types["key"], value: Value]>;
  /** Up to `limit` rows (100 without one), and where to go on. */
  page(): Reply<F, QueryPage<Value>>;
  /**
   * Removes the rows; tells how many. A row that changed after it was found is looked at again. Up to 256 rows share a commit: for all or
   * none of more, do it in a transaction.
   */
  delete(): Reply<F, number>;
  /**
   * Replaces each row once by what a function makes of its value (`undefined`: leaves it), up to its old deadline; tells how many were. As with
   * `delete`, the function is called again for a row that changed meanwhile. Throws a `TypeError` for a value with another key, and what `put`
   * throws.
   */
  update(change: (value: Types["value"]) => Types["input"] | undefined): Reply<F, number>;
  /**
   * Groups rows by a field (a list's elements each) and works out aggregates. Where the index read is in the order of that field, each group
   * is given as soon as it is complete; otherwise in the order of their keys once all is read, with one set of aggregates for each group in memory.
   */
  groupBy<const By extends GroupBy<Types["value"]>, const Aggregates extends Readonly<Record<string, Aggregate<Types["value"]>>>>(
    by: By,
    aggregates: Aggregates,
  ): Iteration<F, Group<Types["value"], By, Aggregates>>;
  /** Runs the query and tells how it was answered. */
  explain(): Reply<F, Explanation>;
}

/** A value with only some of its fields, under their paths. */
export type Selected<Value, Path extends string> = { readonly [Name in Path]: Picked<Value, Name> };

/** What stands at a path; of a list on the way, the list of what its elements have there. */
type Picked<Value, Path extends string> = unknown extends Value
  ? unknown
  : Value extends readonly (infer Item)[]
    ? readonly Picked<Item, Path>[]
    : Value extends object
      ? Path extends keyof Value
        ? Value[Path]
        : Path extends `${infer Name}.${infer Rest}`
          ? Name extends keyof Value
            ? Picked<Value[Name], Rest>
            : undefined
          : undefined
      : undefined;

/** A query that is iterated over: `for await`, or `for` on the synchronous face. */
export type Query<Types extends TableTypes, Bound = Types["key"], F extends Face = "async", Value = Types["value"]> = QueryVerbs<
  Types,
  Bound,
  F,
  Value
> &
  (F extends "sync" ? Iterable<Value> : AsyncIterable<Value>);
