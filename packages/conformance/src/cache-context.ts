import {
  type Cache,
  type CacheOptions,
  type CacheTables,
  type Face,
  type Key,
  type Namespace,
  type NoTables,
  openCache,
  openCacheSync,
  type StandardSchemaV1,
  type TableDefinitions,
} from "@cache/core";
import { DEFAULT_TABLE, encodeKey, isSyncStore, type SetOperation, type Store, type StoredEntry } from "@cache/core/spi";
import { AssertionError } from "./assert.ts";
import { FakeClock } from "./fake-clock.ts";
import type { Fixture } from "./harness.ts";
import { NAMESPACE, neighboursOf } from "./neighbours.ts";
import { StoreFace } from "./store-face.ts";

/** A cache on either face: a scenario awaits what it answers, whichever it is. */
export type AnyCache<Tables extends TableDefinitions = TableDefinitions> = Cache<unknown, Face, unknown, Tables>;

/** The verbs on either face. */
export type AnyNamespace = Namespace<unknown, Face>;

/** Options of a scenario's cache. */
export type ScenarioOptions<Tables extends TableDefinitions = TableDefinitions> = Omit<
  CacheOptions<StandardSchemaV1 | undefined, Tables>,
  "clock"
>;

/** A cache that a scenario works on. */
export interface OpenedCache<Tables extends TableDefinitions = TableDefinitions> {
  readonly root: AnyCache<Tables>;
  /** What the scenario's verbs are called on: the whole cache, or a namespace of it. */
  readonly cache: AnyNamespace;
  /** The cache's typed tables, which lie outside of any namespace. */
  readonly tables: CacheTables<Tables, Face>;
  /** The store under it. */
  readonly store: StoreFace;
}

/** Opens a cache on a store, on either face. */
async function openOn<Tables extends TableDefinitions>(
  store: Store,
  face: Face,
  options: CacheOptions<StandardSchemaV1 | undefined, Tables>,
): Promise<AnyCache<Tables>> {
  // Scenarios that give a schema know what it makes of their values.
  const plain = options as CacheOptions<undefined, Tables>;
  if (face === "async") return openCache<unknown, Tables>(store, plain);
  if (!isSyncStore(store)) throw new AssertionError("the harness names the synchronous face, but the store has none");
  return openCacheSync<unknown, Tables>(store, plain);
}

/** What a cache-level scenario gets: an open cache on a fake clock, and ways to open others on the same data. */
export class CacheContext<Tables extends TableDefinitions = TableDefinitions> implements OpenedCache<Tables> {
  readonly face: Face;
  readonly clock: FakeClock = new FakeClock();
  /** Whether the scenario says that data must outlive its cache. Without, it would fail for a wrong reason on stores that keep none. */
  mayReopen = true;
  readonly #fixture: Fixture;
  readonly #namespaced: boolean;
  readonly #options: ScenarioOptions<Tables>;
  readonly #opened = new Set<AnyCache>();
  #current: OpenedCache | undefined;
  #latest: ScenarioOptions;

  constructor(fixture: Fixture, face: Face, options: ScenarioOptions<Tables>, namespaced: boolean) {
    this.#fixture = fixture;
    this.face = face;
    this.#options = options;
    this.#latest = options;
    this.#namespaced = namespaced;
  }

  get cache(): AnyNamespace {
    return this.#now().cache;
  }

  get root(): AnyCache<Tables> {
    return this.#now().root;
  }

  get tables(): CacheTables<Tables, Face> {
    return this.#now().tables;
  }

  get store(): StoreFace {
    return this.#now().store;
  }

  /** The options of the cache opened last. */
  get latestOptions(): ScenarioOptions {
    return this.#latest;
  }

  /** Opens a cache with the scenario's options on the data, beside those that are open; or one with others, which replace these. */
  another(): Promise<OpenedCache<Tables>>;
  another<Others extends TableDefinitions = NoTables>(options: ScenarioOptions<Others>): Promise<OpenedCache<Others>>;
  async another(options: ScenarioOptions = this.#options): Promise<OpenedCache> {
    const store = this.#fixture.store();
    const root = await openOn(store, this.face, { sweepInterval: false, ...options, clock: this.clock });
    this.#opened.add(root);
    this.#latest = options;
    return {
      root,
      cache: this.#namespaced ? root.namespace(...NAMESPACE) : root,
      tables: root.tables,
      store: new StoreFace(store, this.face),
    };
  }

  /** Closes all caches, then opens one on the same data, with the scenario's options or with others, which replace these. */
  reopen(): Promise<OpenedCache<Tables>>;
  reopen<Others extends TableDefinitions = NoTables>(options: ScenarioOptions<Others>): Promise<OpenedCache<Others>>;
  async reopen(options: ScenarioOptions = this.#options): Promise<OpenedCache> {
    if (!this.mayReopen) throw new AssertionError('a scenario that reopens its cache must say requires: ["reopens"]');
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

  #now(): OpenedCache<Tables> {
    if (!this.#current) throw new Error("no cache is open");
    // A scenario that reopens its cache with other tables works with the cache it is given then.
    return this.#current as OpenedCache<Tables>;
  }
}

function flipLastBit(value: Uint8Array): Uint8Array {
  const last = value.length - 1;
  value[last] = (value[last] ?? 0) ^ 1;
  return value;
}
