import {
  type Cache,
  type CacheOptions,
  openCache as openCacheOver,
  openCacheSync as openCacheSyncOver,
  type StandardSchemaV1,
  type SyncCache,
} from "@cache/core";
import type { SqliteOptions } from "./options.ts";
import { sqliteStore, type SqliteStore } from "./sqlite-store.ts";

/**
 * Opens a cache in a file, or with `temporary: true` in one that vanishes when the cache is closed. Takes the options of the store and those of the cache together.
 *
 * Throws a `TypeError` for wrong options, `CACHE_CORRUPT` for a file that is damaged or holds something else, `CACHE_VERSION` for data of a
 * newer release, `CACHE_LOCKED` when another process holds the file too long, `CACHE_FULL` when the disk is, `CACHE_UNSUPPORTED` where SQLite
 * can't run, and `CACHE_IO` for other failures.
 *
 * ```ts
 * await using cache = await openCache({ path: "./cache.db", ttl: "30d" });
 * await cache.set(["disk", 7], { sectors: 41_943_040 });
 * ```
 */
export function openCache<Schema extends StandardSchemaV1>(
  options: SqliteOptions & CacheOptions<Schema> & { readonly schema: Schema },
): Promise<Cache<StandardSchemaV1.InferOutput<Schema>, "async", StandardSchemaV1.InferInput<Schema>>>;
export function openCache<Value = unknown>(options: SqliteOptions & CacheOptions<undefined>): Promise<Cache<Value>>;
export async function openCache(options: SqliteOptions & CacheOptions): Promise<Cache> {
  const [store, rest] = split(options);
  return openCacheOver(store, rest);
}

/** `openCache` with plain return values instead of promises. */
export function openCacheSync<Schema extends StandardSchemaV1>(
  options: SqliteOptions & CacheOptions<Schema> & { readonly schema: Schema },
): SyncCache<StandardSchemaV1.InferOutput<Schema>, StandardSchemaV1.InferInput<Schema>>;
export function openCacheSync<Value = unknown>(options: SqliteOptions & CacheOptions<undefined>): SyncCache<Value>;
export function openCacheSync(options: SqliteOptions & CacheOptions): SyncCache {
  const [store, rest] = split(options);
  return openCacheSyncOver(store, rest);
}

function split(options: SqliteOptions & CacheOptions): [store: SqliteStore, options: CacheOptions<undefined>] {
  const { path, temporary, durability, lockTimeout, maxFileBytes, ...rest } = options;
  // Taken apart, they no longer show that they go together; the store looks.
  const storeOptions = { path, temporary, durability, lockTimeout, maxFileBytes } as SqliteOptions;
  // The implementations have one signature for both overloads; the schema, if any, goes along.
  return [sqliteStore(storeOptions), rest as CacheOptions<undefined>];
}
