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
  SetOptions,
  Statistics,
  SweepOptions,
  SweepResult,
  SyncCache,
  Ttl,
} from "@cache/core";
export { CacheError, isCacheError } from "@cache/core";
export { openCache, openCacheSync } from "./open-cache.ts";
export type { Durability, SqliteOptions } from "./options.ts";
export { sqliteStore, type SqliteStore } from "./sqlite-store.ts";
