import { setImmediate as turn } from "node:timers/promises";
import type {
  Batch,
  Capabilities,
  CommitResult,
  EncodedKey,
  Page,
  RangeQuery,
  Store,
  StoredEntry,
  SyncStore,
  Usage,
} from "@cache/core/spi";

/** A store that answers a turn of the event loop later, and with short pages, as one in a browser does, on top of one that answers at once. */
export class DeferredStore implements Store {
  readonly name: string;
  readonly capabilities: Capabilities;
  readonly #store: SyncStore;
  #last: Promise<unknown> = Promise.resolve();
  #closing: Promise<void> | undefined;

  constructor(store: SyncStore) {
    this.name = `deferred ${store.name}`;
    this.capabilities = { ...store.capabilities, sync: false };
    this.#store = store;
  }

  async open(): Promise<void> {
    this.#closing = undefined;
    await this.#later(() => this.#store.open());
  }

  close(): Promise<void> {
    this.#closing ??= this.#later(() => this.#store.closeSync());
    return this.#closing;
  }

  async destroy(): Promise<void> {
    await this.close();
    await this.#later<void>(() => this.#store.destroy());
  }

  get(table: number, key: EncodedKey): Promise<StoredEntry | undefined> {
    return this.#later(() => this.#store.get(table, key));
  }

  getMany(table: number, keys: readonly EncodedKey[]): Promise<readonly (StoredEntry | undefined)[]> {
    return this.#later(() => this.#store.getMany(table, keys));
  }

  range(table: number, query: RangeQuery): Promise<Page> {
    return this.#later(() => shortPage(this.#store, table, query));
  }

  usage(table: number): Promise<Usage> {
    return this.#later(() => this.#store.usage(table));
  }

  commit(batch: Batch): Promise<CommitResult> {
    return this.#later(() => this.#store.commitSync(batch));
  }

  flush(): Promise<void> {
    return this.#later(() => this.#store.flushSync());
  }

  /** Does something after all that was asked for before, a turn later at the earliest. */
  #later<T>(work: () => T | Promise<T>): Promise<T> {
    const before = this.#last;
    const done = turn().then(async () => {
      await before;
      return work();
    });
    this.#last = done.catch(() => {});
    return done;
  }
}

/** A page whose expired rows are left out once it was read, so that it may hold fewer rows than there are, or none, and still not be the last. */
function shortPage(store: SyncStore, table: number, { liveAt = Number.NEGATIVE_INFINITY, keysOnly = false, ...query }: RangeQuery): Page {
  const { rows, next } = store.range(table, query);
  const live = rows.filter(({ stored }) => (stored?.expiresAt ?? 0) > liveAt);
  return { rows: keysOnly ? live.map(({ key, entry }) => ({ key, entry })) : live, ...(next && { next }) };
}
