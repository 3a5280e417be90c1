import type { StandardSchemaV1 } from "@standard-schema/spec";
import type { Cache, SyncCache } from "./cache.ts";
import type { CacheOptions } from "./cache-options.ts";
import { openCache, openCacheSync } from "./open-cache.ts";
import { cacheOptionNames } from "./options.ts";
import type { Store, SyncStore } from "./store.ts";
import type { NoTables, TableDefinitions } from "./table/table-definition.ts";

/** An adapter's `openCache`: it takes the options of its store and those of the cache together. */
export interface OpenCache<StoreOptions> {
  <Schema extends StandardSchemaV1, Tables extends TableDefinitions = NoTables>(
    options: StoreOptions & CacheOptions<Schema, Tables> & { readonly schema: Schema },
  ): Promise<Cache<StandardSchemaV1.InferOutput<Schema>, "async", StandardSchemaV1.InferInput<Schema>, Tables>>;
  <Value = unknown, Tables extends TableDefinitions = NoTables>(
    options: StoreOptions & CacheOptions<undefined, Tables>,
  ): Promise<Cache<Value, "async", Value, Tables>>;
}

/** An adapter's `openCacheSync`. */
export interface OpenCacheSync<StoreOptions> {
  <Schema extends StandardSchemaV1, Tables extends TableDefinitions = NoTables>(
    options: StoreOptions & CacheOptions<Schema, Tables> & { readonly schema: Schema },
  ): SyncCache<StandardSchemaV1.InferOutput<Schema>, StandardSchemaV1.InferInput<Schema>, Tables>;
  <Value = unknown, Tables extends TableDefinitions = NoTables>(
    options: StoreOptions & CacheOptions<undefined, Tables>,
  ): SyncCache<Value, Value, Tables>;
}

/** Makes an adapter's `openCache` of what makes its store. `names` are those of the store's options. */
export function opener<StoreOptions extends object>(
  makeStore: (options: StoreOptions) => Store,
  names: readonly string[],
): OpenCache<StoreOptions> {
  return async (options: StoreOptions & CacheOptions) => {
    const [own, rest] = split<StoreOptions>(options, names);
    return openCache(makeStore(own), rest);
  };
}

/** Makes an adapter's `openCacheSync` of what makes its store. `names` are those of the store's options. */
export function syncOpener<StoreOptions extends object>(
  makeStore: (options: StoreOptions) => SyncStore,
  names: readonly string[],
): OpenCacheSync<StoreOptions> {
  return (options: StoreOptions & CacheOptions) => {
    const [own, rest] = split<StoreOptions>(options, names);
    return openCacheSync(makeStore(own), rest);
  };
}

/** Parts the options of a store from those of its cache. An option that both have goes to both, one that none has to the cache, which refuses it. */
function split<StoreOptions>(options: object, names: readonly string[]): [store: StoreOptions, cache: CacheOptions<undefined>] {
  const all = Object.entries(options);
  const isCaches = (name: string): boolean => !names.includes(name) || cacheOptionNames.some((known) => known === name);
  // Each gets what it has a name for, and looks at it itself.
  return [
    Object.fromEntries(all.filter(([name]) => names.includes(name))) as StoreOptions,
    Object.fromEntries(all.filter(([name]) => isCaches(name))) as CacheOptions<undefined>,
  ];
}
