import type { StandardSchemaV1 } from "@standard-schema/spec";
import type { BudgetOptions } from "../eviction/budget-settings.ts";
import type { Ttl } from "../expiry.ts";
import type { Key, KeyPart } from "../key.ts";
import type { Elements, FieldValue, KeyField, MultiField, Present } from "./field.ts";

/** The types that a table is about. */
export interface TableTypes {
  /** What reads give. */
  readonly value: unknown;
  /** What writes take: the schema makes a value of it. */
  readonly input: unknown;
  readonly key: unknown;
  /** Whether the key is taken from the value. */
  readonly keyed: boolean;
  readonly indexes: Readonly<Record<string, IndexTypes>>;
}

/** The types that an index is about. */
export interface IndexTypes {
  readonly key: unknown;
  readonly unique: boolean;
}

/** How the key of a table's values is found in them: a field, several of them, or a function. */
export type KeyOption<Value> = KeyField<Value> | readonly [KeyField<Value>, ...KeyField<Value>[]] | ((value: Value) => Key);

interface AnyIndexOptions {
  /** Refuses a second row with the same entry, with `CACHE_UNIQUE`. Default `false`. */
  readonly unique?: boolean | undefined;
  /** To be changed when `on` is a function and begins to give other keys: what changes it builds the index anew. Default 0. */
  readonly revision?: number | undefined;
}

/**
 * What a secondary index is on.
 *
 * - A field, or a list of fields: rows are found by them in this order. A row that lacks one of them has no entry.
 * - With `multi`, lists among the fields stand for their elements: one entry for each.
 * - A function of the value: a key, or `undefined` for no entry; with `multi`, several.
 */
export type IndexOptions<Value> = AnyIndexOptions &
  (
    | { readonly on: KeyField<Value> | readonly [KeyField<Value>, ...KeyField<Value>[]]; readonly multi?: false | undefined }
    | { readonly on: MultiField<Value> | readonly [MultiField<Value>, ...MultiField<Value>[]]; readonly multi: true }
    | { readonly on: (value: Value) => Key | Iterable<Key> | undefined; readonly multi?: boolean | undefined }
  );

/** Turns a value of an older version into one of this version; `undefined` drops it. */
export interface Migrate<Value> {
  // A method, so that callers may say what the old value was.
  migrate(old: unknown, fromVersion: number): Value | undefined;
}

/** One step between two versions. */
export interface MigrationStep {
  /** Makes of a value of the version before one of this version; `undefined` drops it. */
  up(old: unknown): unknown;
  /** The way back, for `cache.migrate({ to: … })`. */
  down?(value: unknown): unknown;
}

/** How values of older versions become current: a function of the value and its version, or a step for each version that needs one. */
export type MigrateOption<Value> = Migrate<Value>["migrate"] | Readonly<Record<number, MigrationStep>>;

/** What a table is declared with. Unknown names are refused with a `TypeError`. */
export interface TableOptions<Value, KeyFrom, Indexes, Schema> extends BudgetOptions {
  /**
   * What every value must satisfy when it is written. Any Standard Schema; one that validates asynchronously needs the asynchronous face,
   * and must not ask the cache itself: the answer would wait for the write that waits for it.
   */
  readonly schema?: Schema;
  /** Where the key is in a value. Absent: the table keeps values under keys that are given with them. */
  readonly key?: KeyFrom;
  /** The secondary indexes by name. Changing them builds those that changed anew, in the background. */
  readonly indexes?: Indexes;
  /** How long rows live that are written without a `ttl` of their own; absent means for ever. */
  readonly ttl?: Ttl | undefined;
  /**
   * Whether rows that expire live on from each read that finds them (`get`, `getMany`, `getEntry`, `getBy` of a unique index) for as long
   * as they were set to live. Reads are written down coarsely and some seconds late: a row may go when seven eighths of that time have
   * passed since the last one. Default `false`.
   */
  readonly sliding?: boolean | undefined;
  /**
   * How long expired rows are kept for those who ask for them with `stale: true`; 0, the default, for not at all. They count for `maxEntries`
   * and `maxBytes` and go first where there is too much; `size` takes longer the more of them there are.
   */
  readonly staleFor?: Ttl | undefined;
  /** Whether values are validated when they are read, too. Default: as the cache. */
  readonly validateOnRead?: boolean | undefined;
  /** The version of the values' shape, from 1 to 65,535. Default 1. */
  readonly version?: number | undefined;
  /** Makes current values of older ones: when they are read, and all at once by `cache.migrate()`. */
  readonly migrate?: MigrateOption<Value> | undefined;
}

/** The options of any table, as core reads them. */
export type AnyTableOptions = TableOptions<
  unknown,
  string | readonly string[] | ((value: unknown) => Key),
  Readonly<Record<string, AnyIndex>>,
  StandardSchemaV1
>;

/** The options of any index, as core reads them. */
export interface AnyIndex extends AnyIndexOptions {
  readonly on: string | readonly string[] | ((value: unknown) => Key | Iterable<Key> | undefined);
  readonly multi?: boolean | undefined;
}

/** A declared table, to be opened with a cache. */
export interface TableDefinition<Types extends TableTypes = TableTypes> {
  /** Nothing at run time: what the table is about, for the compiler. */
  readonly types?: Types;
  readonly options: AnyTableOptions;
}

/** Declared tables by name. */
export type TableDefinitions = Readonly<Record<string, TableDefinition>>;

/** What a cache without typed tables has. */
// oxlint-disable-next-line typescript/no-generated-empty-object-type -- an object without properties is just what it is
export type NoTables = Readonly<Record<never, TableDefinition>>;

/** The types of a declared table. */
export type TypesOf<Definition extends TableDefinition> = Definition extends TableDefinition<infer Types> ? Types : never;

type KeyFromOption<Value, From> = From extends string
  ? FieldKey<Value, From>
  : From extends readonly string[]
    ? FieldKeys<Value, From>
    : From extends (value: Value) => infer Made
      ? Made
      : Key;

type FieldKey<Value, Path extends string> = unknown extends FieldValue<Value, Path> ? KeyPart : Present<FieldValue<Value, Path>>;

type FieldKeys<Value, Paths extends readonly string[]> = { readonly [At in keyof Paths]: FieldKey<Value, Paths[At]> };

type ElementKey<Value, Path extends string> =
  unknown extends FieldValue<Value, Path> ? KeyPart : Present<Elements<Present<FieldValue<Value, Path>>>>;

type ElementKeys<Value, Paths extends readonly string[]> = { readonly [At in keyof Paths]: ElementKey<Value, Paths[At]> };

/** Of several keys one; what isn't a list of them is one already. */
type OneOf<Made> = Made extends string | Uint8Array ? Made : Made extends Iterable<infer One> ? One : Made;

type IndexKey<Value, Options> = Options extends { readonly on: infer On; readonly multi: true }
  ? On extends string
    ? ElementKey<Value, On>
    : On extends readonly string[]
      ? ElementKeys<Value, On>
      : On extends (value: Value) => infer Made
        ? OneOf<Present<Made>>
        : never
  : Options extends { readonly on: infer On }
    ? On extends (value: Value) => infer Made
      ? Present<Made>
      : KeyFromOption<Value, On>
    : never;

/** The types of indexes as they were declared. */
export type IndexTypesOf<Value, Indexes> = {
  // Where none were given, the compiler takes their type to be that of any.
  readonly [Name in keyof Indexes & string as string extends Name ? never : Name]: {
    readonly key: IndexKey<Value, Indexes[Name]>;
    readonly unique: Indexes[Name] extends { readonly unique: true } ? true : false;
  };
};

/** The types of a table declared with these options. */
export interface DeclaredTypes<Value, Input, KeyFrom, Indexes, GivenKey = Key> {
  readonly value: Value;
  readonly input: Input;
  readonly key: undefined extends KeyFrom ? GivenKey : KeyFromOption<Value, KeyFrom>;
  readonly keyed: undefined extends KeyFrom ? false : true;
  readonly indexes: IndexTypesOf<Value, Indexes>;
}
