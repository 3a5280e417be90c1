import {
  type Batch,
  CacheError,
  type Capabilities,
  type CommitResult,
  type EncodedKey,
  type Page,
  type RangeQuery,
  type Store,
  type StoredEntry,
  SYSTEM_TABLE,
  type Usage,
} from "@cache/core/spi";
import { commitBatch } from "./commit-retry.ts";
import { Connection } from "./connection.ts";
import { cacheErrorOf } from "./errors.ts";
import { type IdbOptions, type IdbSettings, settingsOf } from "./options.ts";
import { readPage } from "./page.ts";
import { ReadTurns } from "./read-turn.ts";
import { rowKeyOf } from "./row-key.ts";
import { SystemRows } from "./system-rows.ts";
import { readUsage } from "./tally.ts";

/** A store in a database of the browser, for many tabs at once. IndexedDB answers with promises only. */
export interface IdbStore extends Store {
  readonly capabilities: Capabilities & { readonly sync: false; readonly durable: true; readonly shared: "tabs" };
}

/**
 * Makes a store on a database, not yet opened. Throws a `TypeError` for wrong options.
 *
 * ```ts
 * const cache = await openCache(idbStore({ name: "cache" }));
 * ```
 */
export function idbStore(options: IdbOptions): IdbStore {
  return new DatabaseStore(settingsOf(options));
}

class DatabaseStore implements IdbStore {
  readonly name: string;
  readonly capabilities = { sync: false, durable: true, shared: "tabs" } as const;
  readonly #settings: IdbSettings;
  readonly #system = new SystemRows();
  readonly #connection: Connection;
  readonly #turns: ReadTurns;
  readonly #calls = new Set<Promise<unknown>>();
  #isOpen = false;
  #closing: Promise<void> | undefined;

  constructor(settings: IdbSettings) {
    this.#settings = settings;
    this.name = `idb database "${settings.name}"`;
    this.#connection = new Connection(settings, this.name, (database) => this.#system.restore(database, this.name));
    this.#turns = new ReadTurns(this.#connection);
  }

  async open(): Promise<void> {
    await this.#closing;
    await this.#connection.open();
    this.#isOpen = true;
    // Nobody waits for the answer, which may need the user's.
    if (this.#settings.persist) navigator.storage?.persist?.().catch(() => {});
  }

  close(): Promise<void> {
    this.#isOpen = false;
    this.#closing ??= this.#close().finally(() => {
      this.#closing = undefined;
    });
    return this.#closing;
  }

  async destroy(): Promise<void> {
    await this.close();
    await this.#connection.destroy();
  }

  get(table: number, key: EncodedKey): Promise<StoredEntry | undefined> {
    if (table === SYSTEM_TABLE) return this.#call(() => this.#systemRow(key));
    return this.#call(() => this.#turns.row(rowKeyOf(table, key)));
  }

  getMany(table: number, keys: readonly EncodedKey[]): Promise<readonly (StoredEntry | undefined)[]> {
    return this.#call(() => this.#turns.rows(keys.map((key) => rowKeyOf(table, key))));
  }

  range(table: number, query: RangeQuery): Promise<Page> {
    return this.#call(() => this.#turns.read((stores) => readPage(stores, table, query)));
  }

  usage(table: number): Promise<Usage> {
    return this.#call(() => this.#turns.read(({ meta }) => readUsage(meta, table)));
  }

  commit(batch: Batch): Promise<CommitResult> {
    return this.#call(async () => {
      const result = await commitBatch(this.#connection, this.name, this.#settings.durability, batch);
      this.#system.committed(batch, result);
      return result;
    });
  }

  async #systemRow(key: EncodedKey): Promise<StoredEntry | undefined> {
    const stored = await this.#turns.row(rowKeyOf(SYSTEM_TABLE, key));
    this.#system.read(key, stored);
    return stored;
  }

  /** Makes a call that `close` waits for. */
  async #call<T>(call: () => Promise<T>): Promise<T> {
    if (!this.#isOpen) throw new CacheError("CACHE_CLOSED", `${this.name} is closed`);
    const running = call();
    this.#calls.add(running);
    try {
      return await running;
    } catch (error) {
      throw cacheErrorOf(this.name, error);
    } finally {
      this.#calls.delete(running);
    }
  }

  async #close(): Promise<void> {
    while (this.#calls.size > 0) await Promise.allSettled(this.#calls);
    await this.#connection.close();
    this.#system.clear();
  }
}
