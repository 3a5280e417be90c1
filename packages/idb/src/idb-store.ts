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
  type Watch,
} from "@cache/core/spi";
import { type CommitOptions, commitBatch } from "./commit-retry.ts";
import { Connection } from "./connection.ts";
import { flush } from "./flush.ts";
import { KnownSizes } from "./known-sizes.ts";
import { type IdbOptions, type IdbSettings, settingsOf } from "./options.ts";
import { readPage } from "./page.ts";
import { ReadTurns } from "./read-turn.ts";
import { rowKeyOf } from "./row-key.ts";
import { SystemRows } from "./system-rows.ts";
import { siteBytes } from "./site-bytes.ts";
import { readUsage } from "./tally.ts";
import { canWatch, watchDatabase } from "./watch.ts";

/** A store in a database of the browser, for many tabs at once; or, with the option `temporary`, for nobody else. IndexedDB answers with promises only. */
export interface IdbStore extends Store {
  readonly capabilities: Capabilities & { readonly sync: false };
  flush(): Promise<void>;
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
  readonly capabilities: IdbStore["capabilities"];
  readonly watch?: (hear: (message: unknown) => void) => Watch;
  readonly #settings: IdbSettings;
  readonly #system = new SystemRows();
  readonly #connection: Connection;
  readonly #turns: ReadTurns;
  readonly #writing: CommitOptions;
  /** Commits and flushes under way. */
  readonly #jobs = new Set<Promise<unknown>>();
  #isOpen = false;
  #closing: Promise<void> | undefined;

  constructor(settings: IdbSettings) {
    this.#settings = settings;
    const isKept = settings.name !== undefined;
    this.name = isKept ? `idb database "${settings.name}"` : "temporary idb database";
    this.capabilities = { sync: false, durable: isKept, shared: isKept ? "tabs" : "none", watch: isKept && canWatch };
    if (this.capabilities.watch) this.watch = (hear) => watchDatabase(settings.name ?? "", hear);
    this.#connection = new Connection(settings, this.name, (database) => this.#system.restore(database, this.name));
    this.#writing = { connection: this.#connection, name: this.name, durability: settings.durability, known: new KnownSizes() };
    this.#turns = new ReadTurns(this.#connection, this.name);
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
    if (this.#settings.name !== undefined) await this.#connection.destroy();
  }

  get(table: number, key: EncodedKey): Promise<StoredEntry | undefined> {
    if (!this.#isOpen) return this.#refuse();
    const row = this.#turns.row(rowKeyOf(table, key));
    return table === SYSTEM_TABLE ? this.#noted(key, row) : row;
  }

  getMany(table: number, keys: readonly EncodedKey[]): Promise<readonly (StoredEntry | undefined)[]> {
    return this.#isOpen ? this.#turns.rows(keys.map((key) => rowKeyOf(table, key))) : this.#refuse();
  }

  range(table: number, query: RangeQuery): Promise<Page> {
    return this.#isOpen ? this.#turns.read((stores) => readPage(stores, table, query)) : this.#refuse();
  }

  usage(table: number): Promise<Usage> {
    return this.#isOpen ? this.#turns.read(({ meta }) => readUsage(meta, table)) : this.#refuse();
  }

  /** Browsers tell it of the whole site, some of all its IndexedDB databases together, some not at all. */
  async footprint(): Promise<number | undefined> {
    if (!this.#isOpen) return this.#refuse();
    return siteBytes();
  }

  async commit(batch: Batch): Promise<CommitResult> {
    if (!this.#isOpen) return this.#refuse();
    const result = await this.#waitedFor(commitBatch(this.#writing, batch));
    this.#system.committed(batch, result);
    return result;
  }

  async flush(): Promise<void> {
    if (!this.#isOpen) return this.#refuse();
    if (this.capabilities.durable) await this.#waitedFor(flush(this.#connection, this.name));
  }

  /** Makes `close` wait for a job. */
  async #waitedFor<T>(job: Promise<T>): Promise<T> {
    this.#jobs.add(job);
    try {
      return await job;
    } finally {
      this.#jobs.delete(job);
    }
  }

  async #noted(key: EncodedKey, row: Promise<StoredEntry | undefined>): Promise<StoredEntry | undefined> {
    const stored = await row;
    this.#system.read(key, stored);
    return stored;
  }

  #refuse(): Promise<never> {
    return Promise.reject(new CacheError("CACHE_CLOSED", `${this.name} is closed`));
  }

  async #close(): Promise<void> {
    while (this.#jobs.size > 0) await Promise.allSettled(this.#jobs);
    await this.#turns.idle();
    await this.#connection.close();
    this.#system.clear();
    this.#writing.known.clear();
  }
}
