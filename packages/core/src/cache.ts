import type { StandardSchemaV1 } from "@standard-schema/spec";
import type { Clock } from "./clock.ts";
import type { CacheEvents } from "./events.ts";
import type { Ttl } from "./expiry.ts";
import type { Key, KeyPart } from "./key.ts";
import type { KeyPrefix, KeyRange } from "./key-range.ts";
import type { MigrateOptions, MigrationResult, MigrationStatus } from "./migration/migration.ts";
import type { Statistics } from "./statistics.ts";
import type { Table } from "./table/table.ts";
import type { NoTables, TableDefinitions, TypesOf } from "./table/table-definition.ts";
import type { Atomic } from "./transaction/atomic.ts";
import type { Transaction, TransactionOptions } from "./transaction/transaction.ts";
import type { ExportOptions, ImportOptions, ImportResult, ImportSource } from "./transfer/transfer.ts";

/** How a cache answers: with promises, or at once. */
export type Face = "async" | "sync";

/** What a verb returns on a face: a promise of it, or the thing itself. */
export type Reply<F extends Face, T> = F extends "sync" ? T : Promise<T>;

/** What an iteration returns on a face. */
export type Iteration<F extends Face, T> = F extends "sync" ? IterableIterator<T> : AsyncIterableIterator<T>;

/** Settings of one read. */
export interface GetOptions {
  /** Gives the read up: it then fails with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/** Settings of one write. */
export interface SetOptions {
  /** How long the entry lives from now on; absent means the cache's own `ttl`. `Infinity` means for ever. */
  readonly ttl?: Ttl | undefined;
}

/** Which entries an iteration passes over, and in which order. */
export interface IterationOptions<K = Key> extends KeyRange<K> {
  /** From the greatest key to the least. */
  readonly reverse?: boolean | undefined;
  /** The most entries to give, 0 or more. */
  readonly limit?: number | undefined;
  /** Ends the iteration with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/** A value with its metadata. */
export interface Entry<Value, K = Key> {
  readonly key: K;
  readonly value: Value;
  /** When the entry expires, in epoch milliseconds; `undefined` when it never does. */
  readonly expiresAt: number | undefined;
  /** Grows with every commit of the store: two entries with the same key and version are the same. */
  readonly version: number;
}

/**
 * The verbs over a set of entries: all of a cache's, those under a prefix, or a table's. A miss is `undefined`; `has` and `getEntry` tell a
 * stored `undefined` from it. Expired entries are nowhere to be seen.
 *
 * Every verb throws a `TypeError` for a key that is none, `CACHE_KEY_TOO_LONG`, `CACHE_CLOSED`, and what the store throws; those that
 * decode values throw `CACHE_CORRUPT` for damaged ones unless the cache was opened with `onCorrupt: "miss"`.
 */
export interface EntryVerbs<Value, K, F extends Face> {
  get(key: K, options?: GetOptions): Reply<F, Value | undefined>;
  /** Values in the keys' order, `undefined` where there is none, all from one snapshot. */
  getMany(keys: Iterable<K>, options?: GetOptions): Reply<F, (Value | undefined)[]>;
  getEntry(key: K, options?: GetOptions): Reply<F, Entry<Value, K> | undefined>;
  has(key: K, options?: GetOptions): Reply<F, boolean>;
  hasMany(keys: Iterable<K>, options?: GetOptions): Reply<F, boolean[]>;

  /** Removes an entry; tells whether there was one. */
  delete(key: K): Reply<F, boolean>;
  /** Removes several entries in one commit; tells for each whether it was there. */
  deleteMany(keys: Iterable<K>): Reply<F, boolean[]>;
  /** Removes all entries whose keys begin with these parts, in one commit; tells how many there were. */
  deletePrefix(prefix: KeyPrefix<K>): Reply<F, number>;
  /** Removes all entries. */
  clear(): Reply<F, void>;

  /** Gives an entry a new lifetime, counted from now: `ttl`, or that of the cache or table. Tells whether there was one. */
  touch(key: K, ttl?: Ttl): Reply<F, boolean>;
  /** Makes an entry expire at once; tells whether there was one. */
  expire(key: K): Reply<F, boolean>;

  /** Keys in order, without loading values. */
  keys(options?: IterationOptions<K>): Iteration<F, K>;
  /** Values in the order of their keys. */
  values(options?: IterationOptions<K>): Iteration<F, Value>;
  /**
   * Keys and values in order. An iteration reads page by page: what is written meanwhile may or may not be met, but every entry that stays
   * as it is comes exactly once.
   */
  entries(options?: IterationOptions<K>): Iteration<F, [key: K, value: Value]>;
  /** How many entries there are in a range; reads their keys. */
  count(range?: KeyRange<K>): Reply<F, number>;
  /**
   * How many entries there are. Of a whole cache or table it is kept, and costs the same however many there are (beyond those that are
   * expired and not yet reclaimed); of a namespace it is counted.
   */
  readonly size: Reply<F, number>;

  /** Calls a listener for each event on these keys; keys in events are those of this namespace or table. Returns what stops it. */
  on<Name extends keyof CacheEvents<Value, K>>(name: Name, listener: (event: CacheEvents<Value, K>[Name]) => void): () => void;
}

/** The entries of any key: all of a cache's default table, or those under a prefix. */
export interface Namespace<Value = unknown, F extends Face = "async", Input = Value> extends EntryVerbs<Value, Key, F> {
  /** Stores a value, replacing what was there, deadline included. Refuses what the schema refuses with `CACHE_SCHEMA_INVALID`. */
  set(key: Key, value: Input, options?: SetOptions): Reply<F, void>;
  /** Stores several values, all or none. The options of an entry win over those of the call. */
  setMany(entries: Iterable<readonly [key: Key, value: Input, options?: SetOptions]>, options?: SetOptions): Reply<F, void>;
  /** The entries whose keys begin with these parts, and go on: the rest is the key in the namespace. Nests. */
  namespace<Narrow extends Value = Value>(...prefix: readonly [KeyPart, ...KeyPart[]]): Namespace<Narrow, F, Narrow & Input>;
}

/** How much of its work a sweep did. */
export interface SweepResult {
  /** Expired entries reclaimed. */
  readonly removed: number;
  /** Whether there was more to do when the budget ended. */
  readonly more: boolean;
}

/** Settings of one sweep. */
export interface SweepOptions {
  /** How long to work at most, in milliseconds of the wall clock; absent means to the end. */
  readonly budget?: number | undefined;
}

/** A cache's tables by name. */
export type CacheTables<Tables extends TableDefinitions, F extends Face = "async"> = {
  readonly [Name in keyof Tables & string]: Table<TypesOf<Tables[Name]>, F>;
};

/** A table that the store holds. */
export interface TableInfo extends MigrationStatus {
  /** Whether this cache was opened with it. */
  readonly isDeclared: boolean;
  /** Rows, expired ones that still wait to be reclaimed included. */
  readonly entries: number;
  /** What they count for in bytes. */
  readonly bytes: number;
}

/** A cache: the verbs, the tables, and the life of the whole. */
export interface Cache<
  Value = unknown,
  F extends Face = "async",
  Input = Value,
  Tables extends TableDefinitions = NoTables,
> extends Namespace<Value, F, Input> {
  /** The tables that the cache was opened with. */
  readonly tables: CacheTables<Tables, F>;
  /** All tables in the store, also those that this cache doesn't declare. */
  listTables(): Reply<F, TableInfo[]>;
  /** Removes a table that isn't declared, with all its rows; tells whether there was one. A declared one is a `TypeError`: `clear` it. */
  dropTable(name: string): Reply<F, boolean>;

  /**
   * Runs a function whose reads and writes happen as one: serializable, all or nothing. What it read is compared when it commits; if others
   * changed it meanwhile, or it has expired, the function runs again after a short, random wait. So it may run several times, and should do
   * nothing but read, think and write here. It may wait for anything: nothing of the store is held open. What it does with the cache itself
   * is outside of the transaction.
   *
   * Calls that the function hasn't waited for when it ends belong to the transaction, too; on the synchronous face it must not give a
   * promise. Events and counters of writes come after the commit; hits and misses are counted as they happen, in every run.
   *
   * Throws what the function throws (nothing is written then), `CACHE_CONFLICT` after too many conflicts, `CACHE_UNIQUE`, and what the store
   * throws.
   *
   * ```ts
   * await cache.transaction(async (transaction) => {
   *   const [from = 0, to = 0] = await transaction.getMany(["from", "to"]);
   *   await transaction.setMany([["from", from - 1], ["to", to + 1]]);
   * });
   * ```
   */
  transaction<T>(
    work: (transaction: Transaction<Value, F, Input, Tables>) => F extends "sync" ? T : T | Promise<T>,
    options?: TransactionOptions,
  ): Reply<F, T>;
  /** Begins a one-shot commit of checks and writes; see {@link Atomic}. */
  atomic(): Atomic<F, Input, Tables>;

  /** Brings rows of older versions to the declared version now, rather than when they are read. See {@link MigrateOptions}. */
  migrate(options?: MigrateOptions): Reply<F, MigrationResult[]>;

  /**
   * All live rows of all tables as a stream of bytes that any cache can import, whatever its store; chunks of about 64 kB, longer where a value
   * is. Values keep their versions, deadlines stay as they are. Rows are read page by page: what is written meanwhile may or may not be in it.
   *
   * Throws a `TypeError` for a table that the store doesn't have, `CACHE_VERSION` for one that is being migrated down, and `CACHE_CORRUPT` for
   * a damaged value, unless the cache was opened with `onCorrupt: "miss"`: then it is left out, and `error` is emitted.
   */
  export(options?: ExportOptions): Iteration<F, Uint8Array>;
  /**
   * Writes the rows of an export, some in each commit, and computes their index entries anew; schemas aren't asked. Rows that have expired are
   * left out. A table that isn't declared here loses its indexes; they are built when it is declared.
   *
   * Every part of the stream is checked before its rows are written. When it fails, what was imported until then stays. Throws `CACHE_CORRUPT`
   * for a stream that is damaged, cut off or goes on after its end, `CACHE_VERSION` for one of a newer format and for a table of a newer
   * version or with another key than is declared, `CACHE_UNIQUE` for rows that a unique index refuses (none of that commit is written), and
   * what the source throws.
   */
  import(source: ImportSource<F>, options?: ImportOptions): Reply<F, ImportResult>;

  /** Hits, misses and the rest for this open cache, and how full it is: the default table and all declared ones together. */
  stats(): Reply<F, Statistics>;
  /** Reclaims the space of expired entries. It also happens by itself; see `sweepInterval`. */
  sweep(options?: SweepOptions): Reply<F, SweepResult>;
  /** Waits until all that was written so far would outlive a failure of the machine, as far as the store is durable. */
  flush(): Reply<F, void>;
  /** Waits for what is under way, then lets go of everything. A second call does nothing. */
  close(): Reply<F, void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** A cache that answers at once. */
export interface SyncCache<Value = unknown, Input = Value, Tables extends TableDefinitions = NoTables> extends Cache<
  Value,
  "sync",
  Input,
  Tables
> {
  [Symbol.dispose](): void;
}

/** Settings of a cache. Unknown names are refused with a `TypeError`. */
export interface CacheOptions<
  Schema extends StandardSchemaV1 | undefined = StandardSchemaV1 | undefined,
  Tables extends TableDefinitions = TableDefinitions,
> {
  /** The typed tables by name; the store keeps them apart from each other and from the default table. */
  readonly tables?: Tables;
  /** How long entries live that are set without a `ttl` of their own; absent means for ever. */
  readonly ttl?: Ttl | undefined;
  /** What every value must satisfy when it is set. Any Standard Schema; one that validates asynchronously needs the asynchronous face. */
  readonly schema?: Schema;
  /** Whether values are validated when they are read, too. Default `false`. */
  readonly validateOnRead?: boolean | undefined;
  /** What a damaged value gives: an error (`"throw"`, the default), or a miss (`"miss"`), which also emits `error`. */
  readonly onCorrupt?: "throw" | "miss" | undefined;
  /** How often expired entries are reclaimed in the background; `false` for never. Default 60 s. */
  readonly sweepInterval?: Ttl | false | undefined;
  /** Where the time comes from. Default: the system. */
  readonly clock?: Clock | undefined;
}
