import type { MigrateOptions, MigrationResult, MigrationStatus } from "./migration/migration.ts";
import type { Health, HealthOptions } from "./health.ts";
import type { Statistics } from "./statistics.ts";
import type { NoTables, TableDefinitions, TypesOf } from "./table/table-definition.ts";
import type { Table } from "./table/table.ts";
import type { Atomic } from "./transaction/atomic.ts";
import type { Transaction, TransactionOptions } from "./transaction/transaction.ts";
import type { ExportOptions, ImportOptions, ImportResult, ImportSource } from "./transfer/transfer.ts";
import type { Face, Iteration, Namespace, Reply } from "./verbs.ts";

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

  /** Hits, misses and the rest, and how full it is: of each table, and of all together. */
  stats(): Reply<F, Statistics<Tables>>;
  /**
   * Looks how the cache is: whether its store can be written and read, in time; how many writes wait; whether budgets are kept; what failed last
   * in the background. Throws a `TypeError` for wrong options and `CACHE_CLOSED`; what is wrong with the cache itself, it tells.
   */
  health(options?: HealthOptions): Reply<F, Health>;
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
