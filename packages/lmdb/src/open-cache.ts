import {
  type Cache,
  type CacheOptions,
  openCache as openCacheOver,
  openCacheSync as openCacheSyncOver,
  type StandardSchemaV1,
  type SyncCache,
} from "@cache/core";
import { lmdbStore, type LmdbStore } from "./lmdb-store.ts";
import type { LmdbOptions } from "./options.ts";

/**
 * Opens a cache in a folder, or with `temporary: true` in one that vanishes when the cache is closed. Takes the options of the store and those of the cache together.
 *
 * Throws a `TypeError` for wrong options, `CACHE_CORRUPT` for a folder that holds something else, `CACHE_VERSION` for data of a newer
 * release, `CACHE_LOCKED` when all reader slots are taken, `CACHE_FULL` when the disk is, and `CACHE_IO` for other failures.
 *
 * ```ts
 * await using cache = await openCache({ path: "./.cache", ttl: "30d" });
 * await cache.set(["disk", 7], { sectors: 41_943_040 });
 * ```
 */
export function openCache<Schema extends StandardSchemaV1>(
  options: LmdbOptions & CacheOptions<Schema> & { readonly schema: Schema },
): Promise<Cache<StandardSchemaV1.InferOutput<Schema>, "async", StandardSchemaV1.InferInput<Schema>>>;
export function openCache<Value = unknown>(options: LmdbOptions & CacheOptions<undefined>): Promise<Cache<Value>>;
export async function openCache(options: LmdbOptions & CacheOptions): Promise<Cache> {
  const [store, rest] = split(options);
  return openCacheOver(store, rest);
}

/** `openCache` with plain return values instead of promises. */
export function openCacheSync<Schema extends StandardSchemaV1>(
  options: LmdbOptions & CacheOptions<Schema> & { readonly schema: Schema },
): SyncCache<StandardSchemaV1.InferOutput<Schema>, StandardSchemaV1.InferInput<Schema>>;
export function openCacheSync<Value = unknown>(options: LmdbOptions & CacheOptions<undefined>): SyncCache<Value>;
export function openCacheSync(options: LmdbOptions & CacheOptions): SyncCache {
  const [store, rest] = split(options);
  return openCacheSyncOver(store, rest);
}

function split(options: LmdbOptions & CacheOptions): [store: LmdbStore, options: CacheOptions<undefined>] {
  const { path, temporary, durability, maxReaders, ...rest } = options;
  // Taken apart, they no longer show that they go together; the store looks.
  const storeOptions = { path, temporary, durability, maxReaders } as LmdbOptions;
  // The implementations have one signature for both overloads; the schema, if any, goes along.
  return [lmdbStore(storeOptions), rest as CacheOptions<undefined>];
}
