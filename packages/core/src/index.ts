export type { StandardSchemaV1 } from "@standard-schema/spec";
export type { Cache, CacheTables, SweepOptions, SweepResult, SyncCache, TableInfo } from "./cache.ts";
export type { CacheOptions } from "./cache-options.ts";
export type { Entry, EntryVerbs, Face, GetOptions, Iteration, IterationOptions, Namespace, Reply, SetOptions } from "./verbs.ts";
export type { Capabilities } from "./capabilities.ts";
export { type Clock, systemClock } from "./clock.ts";
export type { CacheDiagnostics } from "./diagnostics.ts";
export { type Env, type EnvOptions, optionsFromEnv } from "./env-options.ts";
export { CacheError, type CacheErrorCode, type CacheErrorOptions, isCacheError, type SchemaIssue } from "./errors.ts";
export type { CacheEvents, RemovalCause } from "./events.ts";
export type { BackgroundError, Health, HealthCheck, HealthOptions } from "./health.ts";
export type { BudgetOptions } from "./eviction/budget-settings.ts";
export type { Budget, EvictionPolicy, RankedRow, Ranking, Victims } from "./eviction/eviction-policy.ts";
export type { Place } from "./eviction/place.ts";
export { type Eviction, policies } from "./eviction/policies.ts";
export type { Ttl } from "./expiry.ts";
export type { Key, KeyPart } from "./key.ts";
export type { KeyPrefix, KeyRange } from "./key-range.ts";
export { MAX_KEY_BYTES } from "./limits.ts";
export type { IndexStatus, MigrateOptions, MigrationProgress, MigrationResult, MigrationStatus } from "./migration/migration.ts";
export { openCache, openCacheSync } from "./open-cache.ts";
export type { Aggregate, Condition, Conditions, Cursor, Explanation, Query, QueryPage } from "./query/query.ts";
export type { EntryTimes } from "./entry-times.ts";
export type { Counts, Statistics, TableStatistics } from "./statistics.ts";
export type { Timing } from "./timing.ts";
export type { Store, SyncStore } from "./store.ts";
export { table } from "./table/declare-table.ts";
export type { Table } from "./table/table.ts";
export type {
  DeclaredTypes,
  IndexOptions,
  IndexTypes,
  KeyOption,
  MigrateOption,
  MigrationStep,
  NoTables,
  TableDefinition,
  TableDefinitions,
  TableOptions,
  TableTypes,
  TypesOf,
} from "./table/table-definition.ts";
export type { Atomic, AtomicResult } from "./transaction/atomic.ts";
export type { Transaction, TransactionOptions } from "./transaction/transaction.ts";
export type { ExportOptions, ImportOptions, ImportResult, ImportSource } from "./transfer/transfer.ts";
