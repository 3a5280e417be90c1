import type { Aggregate, Condition, Conditions, KeyPart } from "@cache/core";
import type { ModelRow } from "./table-model.ts";

/** The orders in which the random histories' table can be read: by its primary key or by one of its indexes. */
export type OrderName = "id" | "email" | "cityAge" | "tag";

/** The fields of a row. */
export type Field = keyof ModelRow;

/** The fields that each order goes by. */
export const orderFields: Readonly<Record<OrderName, readonly Field[]>> = {
  id: ["id"],
  email: ["email"],
  cityAge: ["city", "age"],
  tag: ["tags"],
};

/** A call that bounds a query. Parts are those of the order it names; a pattern is for text. */
export type QueryBound =
  | { readonly verb: "eq" | "prefix" | "gt" | "gte" | "lt" | "lte"; readonly parts: readonly KeyPart[] }
  | { readonly verb: "in"; readonly any: readonly (readonly KeyPart[])[] }
  | { readonly verb: "match"; readonly pattern: string };

/** Tests of what a query gives at that point, by name, so that histories can be shown. */
export const rowTests = {
  isYoung: ({ age }: Partial<ModelRow>): boolean => age !== undefined && age < 1,
  hasEmail: ({ email }: Partial<ModelRow>): boolean => email !== undefined,
  isTagged: ({ tags }: Partial<ModelRow>): boolean => tags !== undefined && tags.length > 0,
} as const;

/** What becomes of a value on its way. */
export type AskedStage = { readonly filter: keyof typeof rowTests } | { readonly select: readonly [Field, ...Field[]] };

/** Changes of a row, by name. `undefined` leaves it. */
export const rowChanges = {
  older: (row: ModelRow): ModelRow => ({ ...row, age: (row.age ?? 0) + 1 }),
  moved: (row: ModelRow): ModelRow => ({ ...row, city: row.city === "x" ? "y" : "x" }),
  tagged: (row: ModelRow): ModelRow => ({ ...row, tags: [...(row.tags ?? []).slice(-2), "q"] }),
  nameless: ({ email: _email, ...row }: ModelRow): ModelRow => row,
  /** Fails when there are two. */
  first: (row: ModelRow): ModelRow => ({ ...row, email: "a" }),
  oddOlder: (row: ModelRow): ModelRow | undefined => (row.id % 2 === 0 ? undefined : { ...row, age: (row.age ?? 0) + 1 }),
} as const;

/** What groups are told apart by. */
export type AskedGroup = Exclude<Field, "id"> | "function of age";

/** What is asked of the rows in the end. */
export type Asked =
  | { readonly verb: "toArray" | "values" | "first" | "count" | "keys" | "entries" | "explain" | "delete" }
  | { readonly verb: "pages"; readonly size: number }
  | { readonly verb: "groupBy"; readonly by: AskedGroup; readonly aggregates: Readonly<Record<string, Aggregate<ModelRow>>> }
  | { readonly verb: "update"; readonly change: keyof typeof rowChanges };

/** A query of the random histories' table. */
export interface Ask {
  /** `undefined` for one that names neither index nor bounds. */
  readonly order: OrderName | undefined;
  readonly bounds: readonly QueryBound[];
  readonly where: readonly Conditions<ModelRow>[];
  readonly stages: readonly AskedStage[];
  readonly reverse: boolean;
  readonly limit: number | undefined;
  readonly asked: Asked;
}

/** A condition on one field, as `where` takes it. */
export type FieldTest = KeyPart | Condition<KeyPart>;

/** The conditions on fields one by one. */
export function fieldTests({ where }: Pick<Ask, "where">): readonly (readonly [Field, FieldTest])[] {
  // Conditions have the names of fields, and histories leave none undefined.
  return where.flatMap((conditions) => Object.entries(conditions) as [Field, FieldTest][]);
}

/**
 * Whether the documentation says in which order the rows come. Without an index it is that of the one chosen; and a row with several lines in a
 * multi-entry index stands where the first of them does that conditions on its elements leave.
 */
export function isOrdered(ask: Pick<Ask, "order" | "bounds" | "where">): boolean {
  const { order, bounds } = ask;
  const tests = fieldTests(ask);
  if (tests.length === 0) return true;
  if (order === undefined || (order === "id" && bounds.length === 0)) return false;
  return order !== "tag" || tests.every(([field]) => field !== "tags");
}
