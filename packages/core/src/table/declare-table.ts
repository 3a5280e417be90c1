import type { StandardSchemaV1 } from "@standard-schema/spec";
import type { Key } from "../key.ts";
import type { AnyIndex, DeclaredTypes, IndexOptions, KeyOption, TableDefinition, TableOptions } from "./table-definition.ts";

// No parameter below has a default: with one, the compiler wouldn't infer what functions among the options take.
type Indexes<Value> = Readonly<Record<string, IndexOptions<Value>>>;

/** Refuses what is no option of an index: of a type that is inferred, the compiler takes more properties than it is asked for. */
interface KnownOptions<Given> {
  readonly indexes?: {
    readonly [Name in keyof Given]: { readonly [Option in Exclude<keyof Given[Name], keyof AnyIndex>]: never };
  };
}

/** Declares a table of plain TypeScript types; see {@link table}. */
export type DeclareTable<Value, GivenKey extends Key> = <
  const KeyFrom extends KeyOption<Value> | undefined,
  const Given extends Indexes<Value>,
>(
  options?: TableOptions<Value, KeyFrom, Given, undefined> & KnownOptions<Given>,
) => TableDefinition<DeclaredTypes<Value, Value, KeyFrom, Given, GivenKey>>;

/**
 * Declares a table: what its values are, where their key is, and what else they are found by. Throws a `TypeError` for wrong options when
 * the cache is opened.
 *
 * Types come from a schema, or are given: `table<User>()({ … })`, where the empty call lets the compiler infer the rest; a second one is that
 * of the keys of a table whose values don't hold them.
 *
 * ```ts
 * const users = table({ schema: User, key: "id", indexes: { email: { on: "email", unique: true } } });
 * const sizes = table<number, readonly [folder: string, name: string]>()();
 * ```
 */
export function table<Value, GivenKey extends Key = Key>(): DeclareTable<Value, GivenKey>;
export function table<
  Schema extends StandardSchemaV1,
  const KeyFrom extends KeyOption<StandardSchemaV1.InferOutput<Schema>> | undefined,
  const Given extends Indexes<StandardSchemaV1.InferOutput<Schema>>,
>(
  options: TableOptions<StandardSchemaV1.InferOutput<Schema>, KeyFrom, Given, Schema> & KnownOptions<Given> & { readonly schema: Schema },
): TableDefinition<DeclaredTypes<StandardSchemaV1.InferOutput<Schema>, StandardSchemaV1.InferInput<Schema>, KeyFrom, Given>>;
export function table<
  const KeyFrom extends KeyOption<Readonly<Record<string, unknown>>> | undefined,
  const Given extends Indexes<Readonly<Record<string, unknown>>>,
>(
  options: TableOptions<Readonly<Record<string, unknown>>, KeyFrom, Given, undefined> & KnownOptions<Given>,
): TableDefinition<DeclaredTypes<Readonly<Record<string, unknown>>, Readonly<Record<string, unknown>>, KeyFrom, Given>>;
export function table(options?: unknown): unknown {
  return options === undefined ? (given: unknown = {}) => ({ options: given }) : { options };
}
