import type { Face } from "../cache.ts";
import type { VerbScope } from "../entry-verbs.ts";
import type { TableTypes } from "../table/table-definition.ts";
import type { Query } from "./query.ts";

/** Makes a query of all rows of a table. */
export function createQuery<Types extends TableTypes, F extends Face>(_scope: VerbScope<F>): Query<Types, Types["key"], F> {
  throw new Error("not yet");
}
