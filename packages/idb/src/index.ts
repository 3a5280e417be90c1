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
  Ttl,
} from "@cache/core";
export { CacheError, isCacheError } from "@cache/core";
export { idbStore, type IdbStore } from "./idb-store.ts";
export { openCache } from "./open-cache.ts";
export type { Durability, IdbOptions } from "./options.ts";
