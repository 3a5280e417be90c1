import type { StoredEntry } from "@cache/core/spi";
import type { Connection } from "./connection.ts";
import { cacheErrorOf, isLost } from "./errors.ts";
import { unpackRow } from "./row.ts";
import { findRecords } from "./row-search.ts";
import { begin, type Stores, type Transaction } from "./transaction.ts";

/** Keys wanted by the calls of one turn, and who waits for their rows. */
interface Search {
  readonly keys: Uint8Array[];
  readonly records: Promise<unknown[]>;
}

/**
 * Reads that share a transaction. It begins with the first read of a turn, is given up for new reads at the end of that job, and ends by
 * itself with the last answer. When the connection is lost, the reads that have no answer yet are made once more on a new one.
 */
export class ReadTurns {
  readonly #connection: Connection;
  readonly #name: string;
  readonly #running = new Set<Promise<unknown>>();
  #current: Promise<Transaction> | undefined;
  #search: Search | undefined;

  constructor(connection: Connection, name: string) {
    this.#connection = connection;
    this.#name = name;
  }

  /** Settles when no read is under way. */
  async idle(): Promise<void> {
    while (this.#running.size > 0) await Promise.allSettled(this.#running);
  }

  /** Reads in the transaction of this turn. Throws `CacheError`s. */
  async read<T>(work: (stores: Stores) => Promise<T>): Promise<T> {
    const running = this.#retried(work);
    this.#running.add(running);
    try {
      return await running;
    } catch (error) {
      throw cacheErrorOf(this.#name, error);
    } finally {
      this.#running.delete(running);
    }
  }

  /** The row under a key of the object store. */
  row(rowKey: Uint8Array): Promise<StoredEntry | undefined> {
    const { keys, records } = this.#searching();
    const place = keys.push(rowKey) - 1;
    return records.then((found) => rowOf(found[place]));
  }

  /** The rows under keys of the object store, in their order. */
  rows(rowKeys: readonly Uint8Array[]): Promise<(StoredEntry | undefined)[]> {
    const { keys, records } = this.#searching();
    const from = keys.length;
    for (const rowKey of rowKeys) keys.push(rowKey);
    return records.then((found) => rowKeys.map((_, at) => rowOf(found[from + at])));
  }

  async #retried<T>(work: (stores: Stores) => Promise<T>): Promise<T> {
    const { database, stores, ended, failed } = await this.#turn();
    try {
      return await Promise.race([work(stores), failed]);
    } catch (error) {
      if (!isLost(error)) throw error;
      // The reads that failed with this one go on together.
      await ended.catch(() => {});
      this.#connection.lose(database);
    }
    const again = await this.#turn();
    return Promise.race([work(again.stores), again.failed]);
  }

  /** The search for the keys of this turn, so that rows side by side are read together. */
  #searching(): Search {
    if (this.#search) return this.#search;
    const keys: Uint8Array[] = [];
    const end = (): void => {
      if (this.#search === search) this.#search = undefined;
    };
    const records = this.read((stores) => {
      end();
      return findRecords(stores.rows, keys);
    });
    const search = { keys, records };
    records.catch(end);
    this.#search = search;
    return search;
  }

  #turn(): Promise<Transaction> {
    this.#current ??= this.#begin();
    return this.#current;
  }

  #begin(): Promise<Transaction> {
    const { database } = this.#connection;
    if (database) {
      try {
        return Promise.resolve(this.#start(database));
      } catch {
        // A dead connection, of which nobody has told us.
        this.#connection.lose(database);
      }
    }
    const turn = this.#connection.open().then((opened) => this.#start(opened));
    turn.catch(() => {
      this.#current = undefined;
    });
    return turn;
  }

  #start(database: IDBDatabase): Transaction {
    const transaction = begin(database, "readonly", "relaxed");
    // All that is called before this microtask belongs to the turn.
    queueMicrotask(() => {
      this.#current = undefined;
    });
    return transaction;
  }
}

function rowOf(record: unknown): StoredEntry | undefined {
  return record === undefined ? undefined : unpackRow(record);
}
