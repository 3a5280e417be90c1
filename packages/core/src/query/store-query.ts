import type { Face, Iteration } from "../verbs.ts";
import type { VerbScope } from "../entry-verbs.ts";
import type { TableTypes } from "../table/table-definition.ts";
import { everything, type QueryState } from "./query-state.ts";
import { StoreQuery } from "./query-verbs.ts";
import type { Query } from "./query.ts";

/** Makes a query of all rows of a table. */
export function createQuery<Types extends TableTypes, F extends Face>(scope: VerbScope<F>): Query<Types, Types["key"], F> {
  const query = scope.face.name === "sync" ? new SyncStoreQuery(scope, everything) : new AsyncStoreQuery(scope, everything);
  // The declaration that makes the types decides what values, keys and bounds there are; the face, which class.
  return query as unknown as Query<Types, Types["key"], F>;
}

class AsyncStoreQuery extends StoreQuery<Face> {
  protected override again(scope: VerbScope<Face>, state: QueryState): this {
    // Queries are of these two classes.
    return new AsyncStoreQuery(scope, state) as this;
  }

  [Symbol.asyncIterator](): Iteration<Face, unknown> {
    return this.values();
  }
}

class SyncStoreQuery extends StoreQuery<Face> {
  protected override again(scope: VerbScope<Face>, state: QueryState): this {
    // Queries are of these two classes.
    return new SyncStoreQuery(scope, state) as this;
  }

  [Symbol.iterator](): Iteration<Face, unknown> {
    return this.values();
  }
}
