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
  Table,
  TableDefinition,
  Transaction,
  Ttl,
} from "@cache/core";
export { CacheError, isCacheError, table } from "@cache/core";
export { idbStore, type IdbStore } from "./idb-store.ts";
export { openCache } from "./open-cache.ts";
export type { Durability, IdbOptions } from "./options.ts";
