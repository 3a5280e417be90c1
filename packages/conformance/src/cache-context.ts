import { type Cache, type CacheOptions, type Face, type Key, type Namespace, openCache, openCacheSync } from "@cache/core";
import { DEFAULT_TABLE, encodeKey, type SetOperation, type Store, type StoredEntry } from "@cache/core/spi";
import { AssertionError } from "./assert.ts";
import { FakeClock } from "./fake-clock.ts";
import type { Fixture } from "./harness.ts";
import { NAMESPACE, neighboursOf } from "./neighbours.ts";
import { isSyncStore, StoreFace } from "./store-face.ts";

/** A cache on either face: a scenario awaits what it answers, whichever it is. */
export type AnyCache = Cache<unknown, Face>;

/** The verbs on either face. */
export type AnyNamespace = Namespace<unknown, Face>;

/** Options of a scenario's cache. */
export type ScenarioOptions = Omit<CacheOptions, "clock">;

/** A cache that a scenario works on. */
export interface OpenedCache {
  readonly root: AnyCache;
  /** What the scenario's verbs are called on: the whole cache, or a namespace of it. */
  readonly cache: AnyNamespace;
  /** The store under it. */
  readonly store: StoreFace;
}

/** Opens a cache on a store, on either face. */
async function openOn(store: Store, face: Face, options: CacheOptions): Promise<AnyCache> {
  // Scenarios that give a schema know what it makes of their values.
  if (face === "async") return (await openCache(store, options as CacheOptions<undefined>)) as AnyCache;
  if (!isSyncStore(store)) throw new AssertionError("the harness names the synchronous face, but the store has none");
  return openCacheSync(store, options as CacheOptions<undefined>) as AnyCache;
}

/** What a cache-level scenario gets: an open cache on a fake clock, and ways to open others on the same data. */
export class CacheContext implements OpenedCache {
  readonly face: Face;
  readonly clock: FakeClock = new FakeClock();
  readonly #fixture: Fixture;
  readonly #namespaced: boolean;
  readonly #options: ScenarioOptions;
  readonly #opened = new Set<AnyCache>();
  #current: OpenedCache | undefined;

  constructor(fixture: Fixture, face: Face, options: ScenarioOptions, namespaced: boolean) {
    this.#fixture = fixture;
    this.face = face;
    this.#options = options;
    this.#namespaced = namespaced;
  }

  get cache(): AnyNamespace {
    return this.#now().cache;
  }

  get root(): AnyCache {
    return this.#now().root;
  }

  get store(): StoreFace {
    return this.#now().store;
  }

  /** Opens a cache on the data beside those that are open. Options given here replace the scenario's. */
  async another(options: ScenarioOptions = this.#options): Promise<OpenedCache> {
    const store = this.#fixture.store();
    const root = await openOn(store, this.face, { sweepInterval: false, ...options, clock: this.clock });
    this.#opened.add(root);
    return { root, cache: this.#namespaced ? root.namespace(...NAMESPACE) : root, store: new StoreFace(store, this.face) };
  }

  /** Closes all caches, then opens one on the same data. Options given here replace the scenario's. */
  async reopen(options: ScenarioOptions = this.#options): Promise<OpenedCache> {
    await this.close();
    this.#current = await this.another(options);
    return this.#current;
  }

  /** Closes all caches that are still open. */
  async close(): Promise<void> {
    const caches = [...this.#opened];
    this.#opened.clear();
    for (const cache of caches) await cache.close();
  }

  /** Puts the namespace's neighbours into the store. */
  async plantNeighbours(): Promise<void> {
    if (this.#namespaced) await this.store.put(neighboursOf(DEFAULT_TABLE), this.clock.now());
  }

  /** A key of `cache` as its bytes in the store. */
  encoded(key: Key): Uint8Array {
    return encodeKey(key, this.#namespaced ? encodeKey(NAMESPACE) : undefined);
  }

  /** The stored row of a key of `cache`; its bytes last until the next call. */
  async stored(key: Key): Promise<StoredEntry | undefined> {
    return this.store.store.get(DEFAULT_TABLE, this.encoded(key));
  }

  /** Replaces the stored bytes of a value behind the cache's back. */
  async damage(key: Key, change: (value: Uint8Array) => Uint8Array = flipLastBit): Promise<void> {
    const stored = await this.stored(key);
    if (!stored) throw new AssertionError("there is no row to damage");
    const { expiresAt, entries } = stored;
    const value = change(stored.value.slice());
    const operation: SetOperation = { type: "set", table: DEFAULT_TABLE, key: this.encoded(key), value, expiresAt, entries };
    await this.store.put([operation], this.clock.now());
  }

  #now(): OpenedCache {
    if (!this.#current) throw new Error("no cache is open");
    return this.#current;
  }
}

function flipLastBit(value: Uint8Array): Uint8Array {
  const last = value.length - 1;
  value[last] = (value[last] ?? 0) ^ 1;
  return value;
}
