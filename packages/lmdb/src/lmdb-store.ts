import {
  type Batch,
  CacheError,
  type Capabilities,
  type CommitResult,
  type EncodedKey,
  type FoundRow,
  type Page,
  type RangeQuery,
  type StoredEntry,
  type SyncStore,
  type Usage,
} from "@cache/core/spi";
import { existsSync } from "node:fs";
import { commitAside, commitHere } from "./commit.ts";
import { Connection } from "./connection.ts";
import { EngineKey } from "./engine-key.ts";
import { cacheErrorOf, isShortWrite, noRoom } from "./errors.ts";
import { flush, flushHere } from "./flush.ts";
import { type LmdbOptions, type LmdbSettings, settingsOf } from "./options.ts";
import { readPage, storedRow } from "./page.ts";
import { RowViews } from "./row-views.ts";
import { StoredRow } from "./stored-row.ts";
import { readUsage } from "./tally.ts";

/** A store in an LMDB file, memory-mapped, for many processes at once; or, with the option `temporary`, for nobody else. */
export interface LmdbStore extends SyncStore {
  readonly capabilities: Capabilities & { readonly sync: true };
  commit(batch: Batch): Promise<CommitResult>;
  flush(): Promise<void>;
  close(): Promise<void>;
  /** Refused with `CACHE_LOCKED` while another store of this process has the data open. Other processes must have closed it. */
  destroy(): Promise<void>;
}

/**
 * Makes a store on a folder, not yet opened. Throws a `TypeError` for wrong options.
 *
 * ```ts
 * const cache = await openCache(lmdbStore({ path: "./.cache" }));
 * ```
 */
export function lmdbStore(options: LmdbOptions): LmdbStore {
  return new MappedStore(settingsOf(options));
}

const rowKey = new EngineKey();
const views = new RowViews();

class MappedStore implements LmdbStore {
  readonly name: string;
  readonly capabilities: LmdbStore["capabilities"];
  readonly #settings: LmdbSettings;
  /** Commits and flushes under way. */
  readonly #jobs = new Set<Promise<unknown>>();
  /** How many losses of the connection were told, or not this store's. */
  #toldLosses = 0;
  #connection: Connection | undefined;
  #closing: Promise<void> | undefined;

  constructor(settings: LmdbSettings) {
    const { path } = settings;
    this.#settings = settings;
    this.name = path === undefined ? "lmdb in a temporary folder" : `lmdb at ${path}`;
    this.capabilities = { sync: true, durable: path !== undefined, shared: path === undefined ? "none" : "processes", watch: false };
  }

  open(): void {
    const { path, maxReaders } = this.#settings;
    if (this.#connection) return;
    this.#connection = this.#tried(() => (path === undefined ? Connection.openTemporary(maxReaders) : Connection.open(path, maxReaders)));
    this.#toldLosses = this.#connection.transactions.threads.losses;
  }

  close(): Promise<void> {
    if (this.#connection) this.#closing = this.#close(this.#connection);
    return this.#closing ?? Promise.resolve();
  }

  closeSync(): void {
    const connection = this.#connection;
    this.#connection = undefined;
    void connection?.release();
  }

  async destroy(): Promise<void> {
    const { path } = this.#settings;
    if (path === undefined) return this.close();
    if (!this.#connection && !existsSync(path)) return;
    // Only what proves to be ours is deleted.
    this.open();
    const connection = this.#opened();
    await this.close();
    try {
      if (Connection.isOpen(path))
        throw new CacheError("CACHE_LOCKED", `${this.name} is still open elsewhere in this process; close it first`);
      connection.deleteFiles();
    } catch (error) {
      throw cacheErrorOf(this.name, error);
    }
  }

  get(table: number, key: EncodedKey): StoredEntry | undefined {
    const { engine } = this.#reading();
    try {
      const bytes = engine.getBinaryFast(rowKey.row(table, key));
      return bytes && new StoredRow(bytes, views.view);
    } catch (error) {
      throw cacheErrorOf(this.name, error);
    }
  }

  getMany(table: number, keys: readonly EncodedKey[]): readonly (StoredEntry | undefined)[] {
    const { engine } = this.#reading();
    return this.#tried(() => keys.map((key) => storedRow(engine, table, key)));
  }

  getBy(table: number, index: number, entry: Uint8Array): FoundRow | undefined {
    const { search } = this.#reading();
    try {
      return search.first(table, index, entry);
    } catch (error) {
      throw cacheErrorOf(this.name, error);
    }
  }

  range(table: number, query: RangeQuery): Page {
    const { engine } = this.#reading();
    return this.#tried(() => readPage(engine, table, query));
  }

  usage(table: number): Usage {
    const { engine } = this.#reading();
    return this.#tried(() => readUsage(engine, table));
  }

  footprint(): number {
    const connection = this.#opened();
    return this.#tried(() => connection.fileBytes);
  }

  async commit(batch: Batch): Promise<CommitResult> {
    const connection = this.#opened();
    const commit = connection.during(() => commitAside(connection, batch, this.#settings.durability));
    try {
      return await this.#noted(commit);
    } catch (error) {
      throw this.#commitError(connection, error);
    }
  }

  commitSync(batch: Batch): CommitResult {
    const connection = this.#opened();
    try {
      return commitHere(connection, batch);
    } catch (error) {
      throw this.#commitError(connection, error);
    }
  }

  async flush(): Promise<void> {
    const connection = this.#opened();
    if (!this.capabilities.durable) return;
    const { engine, transactions } = connection;
    const { threads } = transactions;
    const losses = this.#toldLosses;
    try {
      await this.#noted(connection.during(() => flush(engine, threads, losses)));
    } catch (error) {
      throw cacheErrorOf(this.name, error);
    } finally {
      this.#toldLosses = threads.losses;
    }
  }

  flushSync(): void {
    const { engine, transactions } = this.#opened();
    const { threads } = transactions;
    if (!this.capabilities.durable) return;
    try {
      this.#tried(() => flushHere(engine, threads, this.#toldLosses));
    } finally {
      this.#toldLosses = threads.losses;
    }
  }

  /** Makes `close` wait for what takes its time. */
  async #noted<T>(job: Promise<T>): Promise<T> {
    this.#jobs.add(job);
    try {
      return await job;
    } finally {
      this.#jobs.delete(job);
    }
  }

  /** Does something at once; what the engine throws becomes a `CacheError`. */
  #tried<T>(job: () => T): T {
    try {
      return job();
    } catch (error) {
      throw cacheErrorOf(this.name, error);
    }
  }

  #commitError(connection: Connection, error: unknown): unknown {
    return isShortWrite(error) && connection.room.isScarce ? noRoom(this.name, error) : cacheErrorOf(this.name, error);
  }

  async #close(connection: Connection): Promise<void> {
    this.#connection = undefined;
    await Promise.allSettled(this.#jobs);
    await connection.release();
  }

  #opened(): Connection {
    if (!this.#connection) throw new CacheError("CACHE_CLOSED", `${this.name} is closed`);
    return this.#connection;
  }

  #reading(): Connection {
    const connection = this.#opened();
    connection.beginReading();
    return connection;
  }
}
