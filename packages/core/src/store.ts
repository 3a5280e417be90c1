import type { Capabilities } from "./capabilities.ts";
import type { EncodedKey, StoredEntry } from "./entry.ts";
import type { Batch, ByteRange, CommitResult } from "./operation.ts";

/** A value, or a promise of it from stores that cannot answer at once. */
export type MaybePromise<T> = T | Promise<T>;

/** Which rows of a table to read, in which order, and how much of them. */
export interface RangeQuery extends ByteRange {
  /**
   * Reads in the order of this index instead of the keys' order. The bounds then apply to an index entry's bytes followed by its row's key.
   * A row with several entries in the index comes once for each.
   */
  readonly index?: number | undefined;
  /** Whether the index's entries are marked as unique; absent where that isn't known. A store may rely on it to find rows sooner. */
  readonly isUnique?: boolean | undefined;
  /** Whether the bounds are those of one whole entry: `gte` it, and `lt` the first bytes that don't begin with it. */
  readonly isOfEntry?: boolean | undefined;
  /** From the greatest to the least. */
  readonly reverse?: boolean | undefined;
  /** The most rows to return, at least 1. */
  readonly limit: number;
  /** Leaves `stored` out of the rows; the store then avoids loading values. */
  readonly keysOnly?: boolean | undefined;
  /** Leaves out rows that are expired at this moment (`expiresAt <= liveAt`, epoch milliseconds). Absent: returns expired rows too. */
  readonly liveAt?: number | undefined;
}

/** One row of a {@link Page}. Its bytes belong to the caller. */
export interface PageRow {
  readonly key: EncodedKey;
  /** The index entry's bytes, in a page read by an index. */
  readonly entry?: Uint8Array | undefined;
  /** Absent with `keysOnly`. Unlike what `get` returns, its bytes belong to the caller. */
  readonly stored?: StoredEntry | undefined;
}

/** A part of a range. */
export interface Page {
  readonly rows: readonly PageRow[];
  /**
   * Where to go on: pass it as `gt` (or, reversed, as `lt`) with the same query. Absent when the range is exhausted. A page may be shorter
   * than its limit, even empty, and still have a `next`.
   */
  readonly next?: Uint8Array | undefined;
}

/** The row that an index entry leads to. All of it lasts as long as what `get` returns. */
export interface FoundRow {
  readonly key: EncodedKey;
  readonly stored: StoredEntry;
}

/** How full a table is. Exact, kept in the same commit as the rows. */
export interface Usage {
  /** Rows, expired ones that still wait to be reclaimed included. */
  readonly entries: number;
  /** The sum of their `storedBytes`. */
  readonly bytes: number;
  /**
   * The version of the last commit that set, deleted or trimmed a row of the table, or touched a live one to expire earlier; 0 when there was
   * none.
   */
  readonly version: number;
}

/** A store's way to the other caches that have the same data open, in this process, or others as far as `capabilities.shared` says. */
export interface Watch {
  /** Sends them a message that can be cloned as structured data. They hear soon what one says, in its order, and nobody waits for it. */
  say(message: unknown): void;
  /** What was said before is still heard. A second call does nothing. */
  stop(): void;
}

/**
 * An engine behind a cache: ordered rows of bytes, and one way to change them. All arguments are already validated and encoded; a store
 * decides nothing about what keys, values, expiry or misses mean.
 *
 * A table is a number from 0 to 65,535 and needs no creation. A table's rows are ordered by key, bytewise; its indexes by entry and key.
 *
 * Obligations beyond each method's own:
 * - Reads issued in one turn see one snapshot. A read issued after a commit has settled sees it. A turn is at least the calls made without
 *   awaiting in between, at most one turn of the event loop.
 * - No transaction of the engine outlives a call, other than the one that serves the reads of a turn.
 * - Engine errors are thrown as `CacheError`s: `CACHE_FULL`, `CACHE_CORRUPT`, `CACHE_LOCKED`, `CACHE_VERSION`, else `CACHE_IO`.
 * - Several open stores on the same data, in this process or others as far as `capabilities.shared` says, never lose each other's commits.
 */
export interface Store {
  /** The engine, and where its data is, for messages: `lmdb at ./cache`. */
  readonly name: string;
  readonly capabilities: Capabilities;

  /**
   * Opens or creates the data. Throws `CACHE_VERSION` for data of another format and `CACHE_CORRUPT` for what isn't a store of this kind,
   * naming the file and leaving it as it is.
   */
  open(): MaybePromise<void>;
  /** Waits for running commits, then lets go of everything: files, connections, timers. A second call does nothing. */
  close(): MaybePromise<void>;
  /** Closes, then deletes the data: all tables, and files that the store made. */
  destroy(): MaybePromise<void>;

  /** The row at a key, expired or not. */
  get(table: number, key: EncodedKey): MaybePromise<StoredEntry | undefined>;
  /** The rows at several keys, in the keys' order. Unlike what `get` returns, their bytes belong to the caller. */
  getMany(table: number, keys: readonly EncodedKey[]): MaybePromise<readonly (StoredEntry | undefined)[]>;
  /** A page of rows in order. */
  range(table: number, query: RangeQuery): MaybePromise<Page>;
  /** The table's exact entries and bytes, in constant time. */
  usage(table: number): MaybePromise<Usage>;
  /**
   * How many bytes the data takes where it is kept: all tables, indexes, logs, and room that waits to be used again. Costs no more than a few
   * look-ups. `undefined`, or no method at all, where that can't be told.
   */
  footprint?(): MaybePromise<number | undefined>;

  /**
   * Carries out a batch atomically: all or nothing, also when the process or the machine dies. Settles when the batch is visible to every
   * reader and as durable as the store's options ask. The batch's bytes may be reused by the caller once it settles.
   */
  commit(batch: Batch): MaybePromise<CommitResult>;
  /**
   * Settles when all commits that have settled so far would outlive a failure of the machine, whoever made them and whatever the store's
   * options ask. Commits that still run may or may not be among them. There is nothing to do for a store that isn't durable. Must not wait
   * for others that read. Throws `CACHE_CLOSED` when the store is closed.
   */
  flush(): MaybePromise<void>;

  /**
   * Hears what others that have the same data open say, from now on until it is stopped; never what it says itself. For an open store. There if
   * `capabilities.watch` says so.
   */
  watch?(hear: (message: unknown) => void): Watch;
}

/** A store that answers at once. Its asynchronous methods may still differ from the synchronous ones: a commit may wait for the disk. */
export interface SyncStore extends Store {
  readonly capabilities: Capabilities & { readonly sync: true };
  open(): void;
  get(table: number, key: EncodedKey): StoredEntry | undefined;
  getMany(table: number, keys: readonly EncodedKey[]): readonly (StoredEntry | undefined)[];
  /** The first row, by its key, that has just this entry in an index, expired or not: sooner than by a page. */
  getBy(table: number, index: number, entry: Uint8Array): FoundRow | undefined;
  range(table: number, query: RangeQuery): Page;
  usage(table: number): Usage;
  footprint?(): number | undefined;
  /** `commit`, done when it returns. */
  commitSync(batch: Batch): CommitResult;
  /** `flush`, done when it returns. */
  flushSync(): void;
  /** `close`, done when it returns. Commits that are still running are waited for by the engine, or carried out first. */
  closeSync(): void;
}

/** Whether a store answers at once. */
export function isSyncStore(store: Store): store is SyncStore {
  return store.capabilities.sync;
}
