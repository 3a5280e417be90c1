export type { StandardSchemaV1 } from "@standard-schema/spec";
export type {
  Cache,
  CacheOptions,
  Entry,
  Face,
  GetOptions,
  Iteration,
  IterationOptions,
  Namespace,
  Reply,
  SetOptions,
  SweepOptions,
  SweepResult,
  SyncCache,
} from "./cache.ts";
export type { Capabilities } from "./capabilities.ts";
export { type Clock, systemClock } from "./clock.ts";
export { CacheError, type CacheErrorCode, type CacheErrorOptions, isCacheError, type SchemaIssue } from "./errors.ts";
export type { CacheEvents } from "./events.ts";
export type { Ttl } from "./expiry.ts";
export type { Key, KeyPart } from "./key.ts";
export type { KeyRange } from "./key-range.ts";
export { MAX_KEY_BYTES } from "./limits.ts";
export { openCache, openCacheSync } from "./open-cache.ts";
export type { Statistics } from "./statistics.ts";
export type { Store, SyncStore } from "./store.ts";
