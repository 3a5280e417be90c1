import type { Atomic } from "./transaction/atomic.ts";
import { storeAtomic } from "./transaction/store-atomic.ts";
import type { Transaction, TransactionOptions } from "./transaction/transaction.ts";
import { transact } from "./transaction/transact.ts";
import { cacheStatistics } from "./cache-statistics.ts";
import type { Cache, CacheTables, SweepOptions, SweepResult, SyncCache, TableInfo } from "./cache.ts";
import type { Face, Iteration, Reply } from "./verbs.ts";
import { run } from "./continuation.ts";
import { type Health, type HealthOptions, lookAtHealth } from "./health.ts";
import { asyncFace, type FaceRunner, syncFace } from "./face.ts";
import type { MigrateOptions, MigrationResult } from "./migration/migration.ts";
import { migrateTables } from "./migration/migrate-tables.ts";
import { StoreNamespace } from "./namespace.ts";
import type { Runtime } from "./runtime.ts";
import type { Statistics } from "./statistics.ts";
import { dropTable, tableInfos } from "./table/stored-tables.ts";
import type { TableDefinitions } from "./table/table-definition.ts";
import { tablesOver } from "./table/tables-over.ts";
import type { TagScope } from "./tag-change.ts";
import { exportParts } from "./transfer/export-cache.ts";
import { importCache } from "./transfer/import-cache.ts";
import type { ExportOptions, ImportOptions, ImportResult, ImportSource } from "./transfer/transfer.ts";

/** The symbols of `using`: engines that lack them still run it compiled, by symbols that compilers agree on. */
const asyncDispose: typeof Symbol.asyncDispose = Symbol.asyncDispose ?? Symbol.for("Symbol.asyncDispose");
const dispose: typeof Symbol.dispose = Symbol.dispose ?? Symbol.for("Symbol.dispose");

/** An open cache, on either face. */
class StoreCache<Value, F extends Face, Input, Tables extends TableDefinitions>
  extends StoreNamespace<Value, F, Input>
  implements Cache<Value, F, Input, Tables>
{
  readonly tables: CacheTables<Tables, F>;
  readonly #runtime: Runtime;

  constructor(runtime: Runtime, face: FaceRunner<F>) {
    super({ table: runtime.defaultTable, rows: runtime, face });
    this.#runtime = runtime;
    this.tables = tablesOver(runtime, runtime, face);
  }

  /** The cache's tags are those of all its tables. */
  protected override get tagScope(): TagScope {
    return { ...super.tagScope, tables: this.#runtime.tables };
  }

  listTables(): Reply<F, TableInfo[]> {
    return this.#reply(() => run(tableInfos(this.#runtime)));
  }

  dropTable(name: string): Reply<F, boolean> {
    return this.#reply(() => run(dropTable(this.#runtime, name)));
  }

  transaction<T>(
    work: (transaction: Transaction<Value, F, Input, Tables>) => F extends "sync" ? T : T | Promise<T>,
    options?: TransactionOptions,
  ): Reply<F, T> {
    return this.#reply(() => transact(this.#runtime, this.face, work, options));
  }

  atomic(): Atomic<F, Input, Tables> {
    return storeAtomic(this.#runtime, this.face);
  }

  migrate(options?: MigrateOptions): Reply<F, MigrationResult[]> {
    return this.#reply(() => run(migrateTables(this.#runtime, options)));
  }

  export(options?: ExportOptions): Iteration<F, Uint8Array> {
    return this.face.iterate(() => exportParts(this.#runtime, options), options?.signal);
  }

  import(source: ImportSource<F>, options?: ImportOptions): Reply<F, ImportResult> {
    return this.#reply(() => run(importCache(this.#runtime, source, options)));
  }

  stats(): Reply<F, Statistics<Tables>> {
    return this.#reply(() => run(cacheStatistics(this.#runtime)));
  }

  health(options?: HealthOptions): Reply<F, Health> {
    return this.#reply(() => run(lookAtHealth(this.#runtime, options)));
  }

  sweep(options?: SweepOptions): Reply<F, SweepResult> {
    return this.#reply(() => run(this.#runtime.sweeper.sweep(options)));
  }

  flush(): Reply<F, void> {
    return this.#reply(() => this.#runtime.flush());
  }

  close(): Reply<F, void> {
    return this.face.reply(() => this.#runtime.close());
  }

  async [asyncDispose](): Promise<void> {
    await this.close();
  }

  #reply<T>(work: Parameters<FaceRunner<F>["reply"]>[0]): Reply<F, T> {
    return this.face.reply(() => {
      this.#runtime.assertOpen();
      return work();
    }) as Reply<F, T>;
  }
}

/** An open cache that answers at once. */
class SyncStoreCache<Value, Input, Tables extends TableDefinitions>
  extends StoreCache<Value, "sync", Input, Tables>
  implements SyncCache<Value, Input, Tables>
{
  [dispose](): void {
    this.close();
  }
}

/** An open cache that answers with promises. */
export function asyncCache(runtime: Runtime): Cache {
  return new StoreCache(runtime, asyncFace);
}

/** An open cache that answers at once. */
export function syncCache(runtime: Runtime): SyncCache {
  return new SyncStoreCache(runtime, syncFace);
}
