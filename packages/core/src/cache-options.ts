import type { Clock } from "./clock.ts";
import type { BudgetOptions } from "./eviction/budget-settings.ts";
import type { Ttl } from "./expiry.ts";
import type { TableDefinitions } from "./table/table-definition.ts";
import type { StandardSchemaV1 } from "@standard-schema/spec";

/** Settings of a cache. Unknown names are refused with a `TypeError`. */
export interface CacheOptions<
  Schema extends StandardSchemaV1 | undefined = StandardSchemaV1 | undefined,
  Tables extends TableDefinitions = TableDefinitions,
> extends BudgetOptions {
  /** The typed tables by name; the store keeps them apart from each other and from the default table. */
  readonly tables?: Tables;
  /** How long entries live that are set without a `ttl` of their own; absent means for ever. */
  readonly ttl?: Ttl | undefined;
  /**
   * Whether entries that expire live on from each read that finds them (`get`, `getMany`, `getEntry`, `getBy` of a unique index) for as long
   * as they were set to live. Reads are written down coarsely and some seconds late: an entry may go when seven eighths of that time have
   * passed since the last one. Default `false`.
   */
  readonly sliding?: boolean | undefined;
  /**
   * How long expired entries are kept for those who ask for them with `stale: true`; 0, the default, for not at all. They count for `maxEntries`
   * and `maxBytes` and go first where there is too much; `size` takes longer the more of them there are.
   */
  readonly staleFor?: Ttl | undefined;
  /**
   * What every value must satisfy when it is set. Any Standard Schema; one that validates asynchronously needs the asynchronous face,
   * and must not ask the cache itself: the answer would wait for the write that waits for it.
   */
  readonly schema?: Schema;
  /** Whether values are validated when they are read, too. Default `false`. */
  readonly validateOnRead?: boolean | undefined;
  /** What a damaged value gives: an error (`"throw"`, the default), or a miss (`"miss"`), which also emits `error`. */
  readonly onCorrupt?: "throw" | "miss" | undefined;
  /** How often expired entries are reclaimed in the background, by one of all caches on the store; `false` for never. Default 60 s. */
  readonly sweepInterval?: Ttl | false | undefined;
  /** Where the time comes from. Default: the system. */
  readonly clock?: Clock | undefined;
}
