import { type Cache, type CacheOptions, openCache as openCacheOver, type StandardSchemaV1 } from "@cache/core";
import { idbStore } from "./idb-store.ts";
import type { IdbOptions } from "./options.ts";

/**
 * Opens a cache in a database of the browser, or with `temporary: true` in one that vanishes when the cache is closed. Takes the options of the store and those of the cache together; the clock serves both.
 *
 * Throws a `TypeError` for wrong options, `CACHE_CORRUPT` for a database that holds something else, `CACHE_VERSION` for data of a newer
 * release, `CACHE_LOCKED` when other tabs hold the database too long, `CACHE_FULL` when the browser grants no more room, `CACHE_UNSUPPORTED`
 * where there is no IndexedDB, and `CACHE_IO` for other failures.
 *
 * ```ts
 * await using cache = await openCache({ name: "cache", ttl: "30d" });
 * await cache.set(["disk", 7], { sectors: 41_943_040 });
 * ```
 */
export function openCache<Schema extends StandardSchemaV1>(
  options: IdbOptions & CacheOptions<Schema> & { readonly schema: Schema },
): Promise<Cache<StandardSchemaV1.InferOutput<Schema>, "async", StandardSchemaV1.InferInput<Schema>>>;
export function openCache<Value = unknown>(options: IdbOptions & CacheOptions<undefined>): Promise<Cache<Value>>;
export async function openCache(options: IdbOptions & CacheOptions): Promise<Cache> {
  const { name, temporary, durability, persist, lockTimeout, ...rest } = options;
  // Taken apart, they no longer show that they go together; the store looks.
  const storeOptions = { name, temporary, durability, persist, lockTimeout, clock: rest.clock } as IdbOptions;
  // The implementation has one signature for both overloads; the schema, if any, goes along.
  return openCacheOver(idbStore(storeOptions), rest as CacheOptions<undefined>);
}
