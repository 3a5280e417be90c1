import type { Face } from "../cache.ts";
import type { FaceRunner } from "../face.ts";
import type { Runtime } from "../runtime.ts";
import type { MaybePromise } from "../store.ts";
import type { TableDefinitions } from "../table/table-definition.ts";
import type { Transaction, TransactionOptions } from "./transaction.ts";

/** Runs a function as a transaction; see `Cache.transaction`. */
export function transact<Value, F extends Face, Input, Tables extends TableDefinitions, T>(
  _runtime: Runtime,
  _face: FaceRunner<F>,
  _work: (transaction: Transaction<Value, F, Input, Tables>) => MaybePromise<T>,
  _options: TransactionOptions | undefined,
): MaybePromise<T> {
  throw new Error("not yet");
}
