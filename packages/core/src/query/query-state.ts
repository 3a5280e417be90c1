import { type Bounds, boundSignature } from "./bounds.ts";
import type { FieldCondition } from "./condition.ts";
import type { CursorPlace } from "./cursor.ts";
import type { KeyPart } from "../key.ts";

/** What becomes of a value on its way to the reader: it is looked at, or only some of its fields go on. */
export type Stage = { readonly test: (value: unknown) => boolean } | { readonly fields: readonly string[] };

/** What a query asks. */
export interface QueryState {
  /** The index it names. */
  readonly index: string | undefined;
  readonly bounds: Bounds;
  readonly conditions: readonly FieldCondition[];
  readonly stages: readonly Stage[];
  readonly reverse: boolean;
  readonly limit: number;
  readonly after: CursorPlace | undefined;
  readonly signal: AbortSignal | undefined;
}

/** The question for all rows. */
export const everything: QueryState = {
  index: undefined,
  bounds: {},
  conditions: [],
  stages: [],
  reverse: false,
  limit: Number.POSITIVE_INFINITY,
  after: undefined,
  signal: undefined,
};

/** Whether a query is for the primary key or a named index, whatever its conditions are. */
export function namesOrder({ index, bounds }: QueryState): boolean {
  return index !== undefined || Object.keys(bounds).length > 0;
}

/** What a query's rows and their order depend on, as parts: a cursor is for queries that have the same. */
export function signatureOf({ index, bounds, conditions }: QueryState): readonly KeyPart[] {
  return [index ?? null, boundSignature(bounds), conditions.map(({ signature }) => signature)];
}
