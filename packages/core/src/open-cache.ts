import type { StandardSchemaV1 } from "@standard-schema/spec";
import type { Cache, CacheOptions, Face, Reply, SweepOptions, SweepResult, SyncCache } from "./cache.ts";
import { andThen, run } from "./continuation.ts";
import { asyncFace, type FaceRunner, syncFace } from "./face.ts";
import { StoreNamespace } from "./namespace.ts";
import { settingsOf } from "./options.ts";
import { Runtime } from "./runtime.ts";
import type { Statistics } from "./statistics.ts";
import type { Store, SyncStore } from "./store.ts";

/**
 * Opens a cache over a store, which from then on is the cache's own: closing the cache closes it.
 *
 * Throws a `TypeError` for wrong options, and what the store throws when it can't be opened (`CACHE_LOCKED`, `CACHE_CORRUPT`,
 * `CACHE_VERSION`, `CACHE_IO` …).
 *
 * ```ts
 * await using cache = await openCache(memoryStore(), { ttl: "5m" });
 * await cache.set(["clients", 42], { name: "Ada" });
 * ```
 */
export function openCache<Schema extends StandardSchemaV1>(
  store: Store,
  options: CacheOptions<Schema> & { readonly schema: Schema },
): Promise<Cache<StandardSchemaV1.InferOutput<Schema>, "async", StandardSchemaV1.InferInput<Schema>>>;
export function openCache<Value = unknown>(store: Store, options?: CacheOptions<undefined>): Promise<Cache<Value>>;
export async function openCache(store: Store, options: CacheOptions = {}): Promise<Cache> {
  const settings = settingsOf(options);
  await store.open();
  const runtime = new Runtime(store, settings, undefined);
  try {
    await runtime.codec.load();
  } catch (error) {
    await runtime.close();
    throw error;
  }
  return new StoreCache(runtime, asyncFace);
}

/** `openCache` for a store that answers at once: the same verbs with plain return values. */
export function openCacheSync<Schema extends StandardSchemaV1>(
  store: SyncStore,
  options: CacheOptions<Schema> & { readonly schema: Schema },
): SyncCache<StandardSchemaV1.InferOutput<Schema>, StandardSchemaV1.InferInput<Schema>>;
export function openCacheSync<Value = unknown>(store: SyncStore, options?: CacheOptions<undefined>): SyncCache<Value>;
export function openCacheSync(store: SyncStore, options: CacheOptions = {}): SyncCache {
  const settings = settingsOf(options);
  if (!store.capabilities.sync) throw new TypeError(`${store.name} can't answer at once; use openCache`);
  store.open();
  const runtime = new Runtime(store, settings, store);
  try {
    // A SyncStore answers at once.
    void runtime.codec.load();
  } catch (error) {
    void runtime.close();
    throw error;
  }
  return new SyncStoreCache(runtime, syncFace);
}

/** The symbols of `using`: engines that lack them still run it compiled, by symbols that compilers agree on. */
const asyncDispose: typeof Symbol.asyncDispose = Symbol.asyncDispose ?? Symbol.for("Symbol.asyncDispose");
const dispose: typeof Symbol.dispose = Symbol.dispose ?? Symbol.for("Symbol.dispose");

class StoreCache<Value, F extends Face, Input> extends StoreNamespace<Value, F, Input> implements Cache<Value, F, Input> {
  readonly #runtime: Runtime;
  readonly #face: FaceRunner<F>;

  constructor(runtime: Runtime, face: FaceRunner<F>) {
    super(runtime, face);
    this.#runtime = runtime;
    this.#face = face;
  }

  stats(): Reply<F, Statistics> {
    return this.#face.reply(() => {
      this.#runtime.assertOpen();
      return andThen(this.#runtime.usage(), (usage) => this.#runtime.counters.with(usage));
    });
  }

  sweep(options?: SweepOptions): Reply<F, SweepResult> {
    return this.#face.reply(() => {
      this.#runtime.assertOpen();
      return run(this.#runtime.sweeper.sweep(options));
    });
  }

  close(): Reply<F, void> {
    return this.#face.reply(() => this.#runtime.close());
  }

  async [asyncDispose](): Promise<void> {
    await this.close();
  }
}

class SyncStoreCache<Value, Input> extends StoreCache<Value, "sync", Input> implements SyncCache<Value, Input> {
  [dispose](): void {
    this.close();
  }
}
