import type { CacheTables } from "../cache.ts";
import type { Face, Namespace } from "../verbs.ts";
import type { TableDefinitions } from "../table/table-definition.ts";

/** Settings of a transaction. */
export interface TransactionOptions {
  /**
   * How often the function is run again when others changed what it read, 0 or more; `Infinity` for without end. Default 10. After that:
   * `CACHE_CONFLICT`.
   */
  readonly retries?: number | undefined;
  /** Gives the transaction up, unless it is being committed: it then fails with the signal's reason, and nothing is written. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * What the function of a transaction works with: the verbs of the cache and of its tables. Reads see the transaction's own writes, ranges and
 * queries included; `stats` are those of the table without it. Nothing of it is visible outside before the commit. An entry that the
 * transaction itself wrote has version 0.
 *
 * What it relies on: entries read one by one, found or not, as they were; of ranges, queries, counts and sizes the whole table. Verbs that
 * tell what they removed or touched have read it: `delete`, `touch`, `deletePrefix`, `clear`; those that go by a tag have read a range of
 * each table. `set` and `put` rely on nothing. That others touch an entry so that it lives longer is no conflict, unless `getEntry` has told
 * its deadline. Of an entry that was read as stale it relies on its being expired, or gone, and not on its value.
 *
 * A read that finds out that others have changed what was read before throws `CACHE_CONFLICT`, so that the function need not go on with
 * what can't be committed; it is run again even if it catches the error. Once the function has ended, or given up, verbs throw
 * `CACHE_CLOSED`. A unique entry that another row has is found when the transaction commits, as a later write may free it.
 */
export interface Transaction<
  Value = unknown,
  F extends Face = "async",
  Input = Value,
  Tables extends TableDefinitions = TableDefinitions,
> extends Namespace<Value, F, Input> {
  readonly tables: CacheTables<Tables, F>;
}
