import type { StandardSchemaV1 } from "@standard-schema/spec";
import type { Cache, SyncCache } from "./cache.ts";
import type { CacheOptions } from "./cache-options.ts";
import { run, step, type Steps } from "./continuation.ts";
import { Evictions } from "./eviction/evictions.ts";
import { type Settings, settingsOf } from "./options.ts";
import { Runtime } from "./runtime.ts";
import type { Store, SyncStore } from "./store.ts";
import { asyncCache, syncCache } from "./store-cache.ts";
import { Catalog } from "./table/catalog.ts";
import { declareTables } from "./table/declaration.ts";
import { OpenTable } from "./table/open-table.ts";
import { SecondaryIndex } from "./table/secondary-index.ts";
import type { NoTables, TableDefinitions } from "./table/table-definition.ts";

/**
 * Opens a cache over a store, which from then on is the cache's own: closing the cache closes it.
 *
 * Throws a `TypeError` for wrong options, `CACHE_VERSION` for a table that a newer program has written, and what the store throws when it
 * can't be opened (`CACHE_LOCKED`, `CACHE_CORRUPT`, `CACHE_VERSION`, `CACHE_IO` …).
 *
 * ```ts
 * const users = table<User>()({ key: "id", indexes: { email: { on: "email", unique: true } } });
 * await using cache = await openCache(memoryStore(), { ttl: "5m", tables: { users } });
 * await cache.set(["clients", 42], { name: "Ada" });
 * await cache.tables.users.put({ id: 1, email: "ada@example.org" });
 * ```
 */
export function openCache<Schema extends StandardSchemaV1, Tables extends TableDefinitions = NoTables>(
  store: Store,
  options: CacheOptions<Schema, Tables> & { readonly schema: Schema },
): Promise<Cache<StandardSchemaV1.InferOutput<Schema>, "async", StandardSchemaV1.InferInput<Schema>, Tables>>;
export function openCache<Value = unknown, Tables extends TableDefinitions = NoTables>(
  store: Store,
  options?: CacheOptions<undefined, Tables>,
): Promise<Cache<Value, "async", Value, Tables>>;
export async function openCache(store: Store, options: CacheOptions = {}): Promise<Cache> {
  const settings = settingsOf(options);
  await store.open();
  const runtime = runtimeOf(store, settings, undefined);
  try {
    await run(openTables(runtime, settings));
  } catch (error) {
    await runtime.close();
    throw error;
  }
  return asyncCache(runtime);
}

/** `openCache` for a store that answers at once: the same verbs with plain return values. */
export function openCacheSync<Schema extends StandardSchemaV1, Tables extends TableDefinitions = NoTables>(
  store: SyncStore,
  options: CacheOptions<Schema, Tables> & { readonly schema: Schema },
): SyncCache<StandardSchemaV1.InferOutput<Schema>, StandardSchemaV1.InferInput<Schema>, Tables>;
export function openCacheSync<Value = unknown, Tables extends TableDefinitions = NoTables>(
  store: SyncStore,
  options?: CacheOptions<undefined, Tables>,
): SyncCache<Value, Value, Tables>;
export function openCacheSync(store: SyncStore, options: CacheOptions = {}): SyncCache {
  const settings = settingsOf(options);
  if (!store.capabilities.sync) throw new TypeError(`${store.name} can't answer at once; use openCache`);
  store.open();
  const runtime = runtimeOf(store, settings, store);
  try {
    // A SyncStore answers at once.
    void run(openTables(runtime, settings));
  } catch (error) {
    void runtime.close();
    throw error;
  }
  return syncCache(runtime);
}

function runtimeOf(store: Store, settings: Settings, sync: SyncStore | undefined): Runtime {
  const catalog = new Catalog(store, sync ? (batch) => sync.commitSync(batch) : (batch) => store.commit(batch), () => settings.clock.now());
  return new Runtime(store, settings, catalog, sync);
}

/** Enters the declared tables into the catalog, reads what their values are packed with, and has begun what indexes are to be built. */
function* openTables(runtime: Runtime, { tables }: Settings): Steps<void> {
  const { catalog, store } = runtime;
  if (tables.length > 0)
    yield* declareTables(
      store,
      catalog,
      tables.map(({ declaration }) => declaration),
    );
  for (const { settings, declaration, indexes } of tables) {
    const known = catalog.find(declaration.name);
    if (!known) throw new Error(`table "${declaration.name}" was declared and isn't in the catalog`);
    const opened = Object.entries(indexes).map(([name, options]) => {
      const { number = 0, state = "building" } = known.indexes.find((index) => index.name === name) ?? {};
      return new SecondaryIndex(known.name, name, options, number, state);
    });
    const table = new OpenTable(store, known.id, settings, opened);
    runtime.add(table);
    catalog.attach(table);
  }
  for (const { codec } of runtime.tables) yield* step(codec.load());
  runtime.evictions = new Evictions(runtime);
  yield* runtime.evictions.begin();
  for (const { id, stale, indexes } of catalog.tables)
    if (runtime.has(id) && (stale.length > 0 || indexes.some(({ state }) => state === "building"))) runtime.build(runtime.table(id));
}
