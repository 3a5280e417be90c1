import {
  type Batch,
  CacheError,
  type Capabilities,
  type CommitResult,
  type EncodedKey,
  firstInOrder,
  type FoundRow,
  type MaybePromise,
  ORDER_INDEX,
  type Page,
  type RangeQuery,
  type StoredEntry,
  type SyncStore,
  type Usage,
} from "@cache/core/spi";
import { resolve } from "node:path";
import { Connection } from "./connection.ts";
import { deleteFiles } from "./data-file.ts";
import { cacheErrorOf } from "./errors.ts";
import { IN_MEMORY, settingsOf, type SqliteOptions, type SqliteSettings } from "./options.ts";
import { readPage } from "./page.ts";
import { readUsage } from "./tally.ts";

/** A store in one SQLite file, for many processes at once; or in memory, or in a file that vanishes. */
export interface SqliteStore extends SyncStore {
  readonly capabilities: Capabilities & { readonly sync: true };
  flush(): Promise<void>;
}

/**
 * Makes a store on a file, not yet opened. Throws a `TypeError` for wrong options.
 *
 * ```ts
 * const cache = await openCache(sqliteStore({ path: "./cache.db" }));
 * ```
 */
export function sqliteStore(options: SqliteOptions): SqliteStore {
  return new FileStore(settingsOf(options));
}

class FileStore implements SqliteStore {
  readonly name: string;
  readonly capabilities: SqliteStore["capabilities"];
  readonly #settings: SqliteSettings;
  readonly #flushes = new Set<Promise<void>>();
  #connection: Connection | undefined;

  constructor(settings: SqliteSettings) {
    const { path } = settings;
    const isKept = path !== undefined && path !== IN_MEMORY;
    this.#settings = settings;
    this.name = isKept ? `sqlite at ${path}` : path === undefined ? "sqlite in a temporary file" : "sqlite in memory";
    this.capabilities = { sync: true, durable: isKept, shared: isKept ? "processes" : "none", watch: false };
  }

  open(): void {
    try {
      this.#connection ??= Connection.open(this.#settings, this.name);
    } catch (error) {
      throw cacheErrorOf(this.name, error);
    }
  }

  close(): MaybePromise<void> {
    if (this.#flushes.size === 0) return this.closeSync();
    const connection = this.#connection;
    this.#connection = undefined;
    return Promise.allSettled(this.#flushes).then(() => this.#release(connection));
  }

  closeSync(): void {
    const connection = this.#connection;
    this.#connection = undefined;
    this.#release(connection);
  }

  #release(connection: Connection | undefined): void {
    try {
      connection?.close();
    } catch (error) {
      throw cacheErrorOf(this.name, error);
    }
  }

  destroy(): void {
    this.closeSync();
    const { path } = this.#settings;
    if (path === undefined || !this.capabilities.durable) return;
    try {
      deleteFiles(resolve(path), this.name);
    } catch (error) {
      throw cacheErrorOf(this.name, error);
    }
  }

  get(table: number, key: EncodedKey): StoredEntry | undefined {
    const { rows, turn } = this.#opened();
    try {
      turn.begin();
      return rows.get(table, key);
    } catch (error) {
      throw cacheErrorOf(this.name, error);
    }
  }

  getMany(table: number, keys: readonly EncodedKey[]): readonly (StoredEntry | undefined)[] {
    const { rows, turn } = this.#opened();
    try {
      turn.begin();
      return rows.getMany(table, keys);
    } catch (error) {
      throw cacheErrorOf(this.name, error);
    }
  }

  getBy(table: number, index: number, entry: Uint8Array): FoundRow | undefined {
    if (index === ORDER_INDEX) return firstInOrder((query) => this.range(table, query), entry);
    const { rows, turn } = this.#opened();
    try {
      turn.begin();
      return rows.getBy(table, index, entry);
    } catch (error) {
      throw cacheErrorOf(this.name, error);
    }
  }

  range(table: number, query: RangeQuery): Page {
    const { statements, turn } = this.#opened();
    try {
      turn.begin();
      return readPage(statements, table, query);
    } catch (error) {
      throw cacheErrorOf(this.name, error);
    }
  }

  usage(table: number): Usage {
    const { statements, turn } = this.#opened();
    try {
      turn.begin();
      return readUsage(statements, table);
    } catch (error) {
      throw cacheErrorOf(this.name, error);
    }
  }

  /** Of a store in memory, nothing. */
  footprint(): number | undefined {
    const connection = this.#opened();
    try {
      return connection.fileBytes;
    } catch (error) {
      throw cacheErrorOf(this.name, error);
    }
  }

  commit(batch: Batch): MaybePromise<CommitResult> {
    const connection = this.#opened();
    const result = this.commitSync(batch);
    return connection.caughtUp?.then(() => result) ?? result;
  }

  commitSync(batch: Batch): CommitResult {
    const connection = this.#opened();
    try {
      return connection.commit(batch);
    } catch (error) {
      throw cacheErrorOf(this.name, error);
    }
  }

  async flush(): Promise<void> {
    const flushing = this.#opened().flush();
    this.#flushes.add(flushing);
    try {
      await flushing;
    } catch (error) {
      throw cacheErrorOf(this.name, error);
    } finally {
      this.#flushes.delete(flushing);
    }
  }

  flushSync(): void {
    const connection = this.#opened();
    try {
      connection.flushHere();
    } catch (error) {
      throw cacheErrorOf(this.name, error);
    }
  }

  #opened(): Connection {
    if (!this.#connection) throw new CacheError("CACHE_CLOSED", `${this.name} is closed`);
    return this.#connection;
  }
}
