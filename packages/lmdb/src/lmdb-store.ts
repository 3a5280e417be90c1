import {
  type Batch,
  CacheError,
  type Capabilities,
  type CommitResult,
  type EncodedKey,
  type Page,
  type RangeQuery,
  type StoredEntry,
  type SyncStore,
  type Usage,
} from "@cache/core/spi";
import { existsSync } from "node:fs";
import { Arena } from "./arena.ts";
import { commitAside, commitHere } from "./commit.ts";
import { Connection } from "./connection.ts";
import type { Engine } from "./engine.ts";
import { EngineKey } from "./engine-key.ts";
import { cacheErrorOf, isShortWrite, noRoom } from "./errors.ts";
import { type LmdbOptions, type LmdbSettings, settingsOf } from "./options.ts";
import { readPage } from "./page.ts";
import { RowViews } from "./row-views.ts";
import { StoredRow } from "./stored-row.ts";
import { readUsage } from "./tally.ts";

/** A store in an LMDB file, memory-mapped, for many processes at once. */
export interface LmdbStore extends SyncStore {
  readonly capabilities: Capabilities & { readonly sync: true; readonly durable: true; readonly shared: "processes" };
  commit(batch: Batch): Promise<CommitResult>;
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
  readonly capabilities = { sync: true, durable: true, shared: "processes" } as const;
  readonly #settings: LmdbSettings;
  readonly #commits = new Set<Promise<unknown>>();
  #connection: Connection | undefined;
  #closing: Promise<void> | undefined;

  constructor(settings: LmdbSettings) {
    this.#settings = settings;
    this.name = `lmdb at ${settings.path}`;
  }

  open(): void {
    const { path, maxReaders } = this.#settings;
    try {
      this.#connection ??= Connection.open(path, maxReaders);
    } catch (error) {
      throw cacheErrorOf(this.name, error);
    }
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
    const engine = this.#reading();
    try {
      const bytes = engine.getBinaryFast(rowKey.row(table, key));
      return bytes && new StoredRow(bytes, views.view);
    } catch (error) {
      throw cacheErrorOf(this.name, error);
    }
  }

  getMany(table: number, keys: readonly EncodedKey[]): readonly (StoredEntry | undefined)[] {
    const engine = this.#reading();
    const arena = new Arena();
    try {
      return keys.map((key) => {
        const bytes = engine.getBinaryFast(rowKey.row(table, key));
        return bytes && new StoredRow(arena.copy(bytes, 0, bytes.length));
      });
    } catch (error) {
      throw cacheErrorOf(this.name, error);
    }
  }

  range(table: number, query: RangeQuery): Page {
    const engine = this.#reading();
    try {
      return readPage(engine, table, query);
    } catch (error) {
      throw cacheErrorOf(this.name, error);
    }
  }

  usage(table: number): Usage {
    const engine = this.#reading();
    try {
      return readUsage(engine, table);
    } catch (error) {
      throw cacheErrorOf(this.name, error);
    }
  }

  async commit(batch: Batch): Promise<CommitResult> {
    const connection = this.#opened();
    const commit = connection.during(() => commitAside(connection, batch, this.#settings.durability));
    this.#commits.add(commit);
    try {
      return await commit;
    } catch (error) {
      throw this.#commitError(connection, error);
    } finally {
      this.#commits.delete(commit);
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

  #commitError(connection: Connection, error: unknown): unknown {
    return isShortWrite(error) && connection.room.isScarce ? noRoom(this.name, error) : cacheErrorOf(this.name, error);
  }

  async #close(connection: Connection): Promise<void> {
    this.#connection = undefined;
    await Promise.allSettled(this.#commits);
    await connection.release();
  }

  #opened(): Connection {
    if (!this.#connection) throw new CacheError("CACHE_CLOSED", `${this.name} is closed`);
    return this.#connection;
  }

  #reading(): Engine {
    const connection = this.#opened();
    connection.beginReading();
    return connection.engine;
  }
}
