import type { CacheTables, Face, Namespace } from "../cache.ts";
import type { TableDefinitions } from "../table/table-definition.ts";

/** Settings of a transaction. */
export interface TransactionOptions {
  /** How often the function is run again when others changed what it read. Default 10. After that: `CACHE_CONFLICT`. */
  readonly retries?: number | undefined;
  /** Gives the transaction up: it then fails with the signal's reason, and nothing is written. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * What the function of a transaction works with: the verbs of the cache and of its tables. Reads see the transaction's own writes, ranges and
 * queries included. Nothing of it is visible outside before the commit. An entry that the transaction itself wrote has version 0.
 */
export interface Transaction<
  Value = unknown,
  F extends Face = "async",
  Input = Value,
  Tables extends TableDefinitions = TableDefinitions,
> extends Namespace<Value, F, Input> {
  readonly tables: CacheTables<Tables, F>;
}
