import { afterPrefix } from "./byte-order.ts";
import { andThen, run, step, type Steps } from "./continuation.ts";
import type { EncodedKey, IndexEntry, StoredEntry } from "./entry.ts";
import type { TableStatistics } from "./statistics.ts";
import { type FoundRow, isSyncStore, type MaybePromise, type Page, type PageRow, type RangeQuery, type Store } from "./store.ts";
import type { OpenTable } from "./table/open-table.ts";
import { goingOn } from "./transaction/row-order.ts";
import type { SecondaryIndex } from "./table/secondary-index.ts";
import type { Unit, Written } from "./unit.ts";

/** Rows in a page of keys. */
export const KEYS_PER_PAGE = 1024;

/** How the verbs get at rows: those of an open cache, or as a transaction sees them. */
export interface RowAccess {
  /** Whether rows that are read in an older version are written back in the current one. */
  readonly writesBack: boolean;
  /** The time in epoch milliseconds, which never goes back. */
  now(): number;
  /** Throws `CACHE_CLOSED` once nothing can be read or written any more. */
  assertOpen(): void;
  /**
   * What `use` makes of the row at a key, expired or not, after all writes to it that were called before. `use` runs at once, as the row's
   * bytes may not outlive the next call. `stale` tells that whoever reads sees expired rows.
   */
  get<T>(table: number, key: EncodedKey, use: (stored: StoredEntry | undefined) => MaybePromise<T>, stale?: boolean): MaybePromise<T>;
  getMany(table: number, keys: readonly EncodedKey[], stale?: boolean): MaybePromise<readonly (StoredEntry | undefined)[]>;
  /** What `use` makes of the live row that an index entry leads to, after all writes to the table that were called before; as with `get`. */
  getBy<T>(table: number, entry: IndexEntry, use: (row: FoundRow | undefined) => MaybePromise<T>): MaybePromise<T>;
  /** Takes note that whoever reads is told the deadline of the row at a key. */
  tellDeadline(table: number, key: EncodedKey, expiresAt: number): void;
  range(table: number, query: RangeQuery): MaybePromise<Page>;
  /**
   * To be called before a table is read by an index, or as a whole: makes sure that nobody has declared it differently since, and waits until
   * the index (all rows without one) is built. Throws `CACHE_VERSION`, `CACHE_UNIQUE`, `CACHE_NOT_READY`.
   */
  prepare(table: OpenTable, index: SecondaryIndex | undefined): MaybePromise<void>;
  /** The figures of a table. */
  statistics(table: OpenTable): MaybePromise<TableStatistics>;
  /** How many rows of a table aren't expired. */
  size(table: number): MaybePromise<number>;
  /** Has a unit committed, after all that were called before. */
  write<T>(written: readonly Written[], unit: MaybePromise<Unit<T>>): MaybePromise<T>;
}

/** Counts the rows of a range, page by page. */
export function* countRows(
  read: (query: RangeQuery) => MaybePromise<Page>,
  query: Omit<RangeQuery, "limit" | "keysOnly" | "reverse">,
): Steps<number> {
  let counted = 0;
  for (let gt = query.gt, gte = query.gte; ; gte = undefined) {
    const page: Page = yield* step(read({ ...query, gt, gte, limit: KEYS_PER_PAGE, keysOnly: true }));
    counted += page.rows.length;
    if (!page.next) return counted;
    gt = page.next;
  }
}

/** The first row of a range, by a query for one; pages before it may be empty. */
export function* firstRow(read: (query: RangeQuery) => MaybePromise<Page>, query: RangeQuery): Steps<PageRow | undefined> {
  for (let bounds = query; ;) {
    const { rows, next }: Page = yield* step(read(bounds));
    if (rows.length > 0 || !next) return rows[0];
    bounds = goingOn(query, next);
  }
}

/** What `use` makes of the first live row of an index entry. */
export function useLive<T>(
  cache: { readonly store: Store; now(): number },
  table: number,
  { index, bytes }: IndexEntry,
  use: (row: FoundRow | undefined) => MaybePromise<T>,
): MaybePromise<T> {
  const { store } = cache;
  // A store that answers later is asked but once: by the time that a row turns out to be expired, the next call may see what was written since.
  if (isSyncStore(store)) {
    const row = store.getBy(table, index, bytes);
    if (!row || row.stored.expiresAt === Number.POSITIVE_INFINITY || row.stored.expiresAt > cache.now()) return use(row);
  }
  const rows = { index, gte: bytes, lt: afterPrefix(bytes), limit: 1, isUnique: true, isOfEntry: true, liveAt: cache.now() };
  return andThen(run(firstRow((query) => store.range(table, query), rows)), (live) =>
    use(live?.stored && { key: live.key, stored: live.stored }),
  );
}
