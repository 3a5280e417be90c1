export type {
  Cache,
  CacheErrorCode,
  CacheEvents,
  CacheOptions,
  Clock,
  Entry,
  GetOptions,
  IterationOptions,
  Key,
  KeyPart,
  KeyRange,
  Namespace,
  Query,
  SetOptions,
  Statistics,
  SweepOptions,
  SweepResult,
  SyncCache,
  Table,
  TableDefinition,
  Transaction,
  Ttl,
} from "@cache/core";
export { CacheError, isCacheError, optionsFromEnv, table } from "@cache/core";
export { openCache, openCacheSync } from "./open-cache.ts";
export type { Durability, SqliteOptions } from "./options.ts";
export { sqliteStore, type SqliteStore } from "./sqlite-store.ts";
