import { CacheError } from "@cache/core/spi";
import { deleteDB, openDB, unwrap } from "idb";
import { cacheErrorOf, isLost } from "./errors.ts";
import { formatOf } from "./format.ts";
import { createStores, DATABASE_VERSION, type Format, FORMAT_VERSION } from "./layout.ts";
import type { IdbSettings } from "./options.ts";
import { deleteAbandoned, takeTemporaryName, type TemporaryName } from "./temporary-name.ts";

/** The store's connection to its database: there while the browser lets it be, and made anew when it is needed again. */
export class Connection {
  readonly #settings: IdbSettings;
  readonly #name: string;
  readonly #restore: (database: IDBDatabase) => Promise<void>;
  readonly #dead = new Set<IDBDatabase>();
  #database: IDBDatabase | undefined;
  #opening: Promise<IDBDatabase> | undefined;
  #id: string | undefined;
  /** From the first opening to the closing of a temporary database. */
  #temporary: TemporaryName | undefined;

  /** `restore` is called with a database that was made anew since the connection was first opened, before anybody else gets it. */
  constructor(settings: IdbSettings, name: string, restore: (database: IDBDatabase) => Promise<void>) {
    this.#settings = settings;
    this.#name = name;
    this.#restore = restore;
  }

  /** The open database, if the connection has not been lost. */
  get database(): IDBDatabase | undefined {
    return this.#database;
  }

  /** Opens the database, or makes it. Throws `CACHE_LOCKED`, `CACHE_CORRUPT`, `CACHE_VERSION` or `CACHE_CLOSED`. */
  open(): Promise<IDBDatabase> {
    if (this.#database) return Promise.resolve(this.#database);
    this.#opening ??= this.#open().finally(() => {
      this.#opening = undefined;
    });
    return this.#opening;
  }

  /** Uses the database; once more, with a new connection, when this one is lost on the way. `again` is what is done then. */
  async use<T>(work: (database: IDBDatabase) => Promise<T>, again: (database: IDBDatabase) => Promise<T> = work): Promise<T> {
    const database = this.#database ?? (await this.open());
    try {
      return await work(database);
    } catch (error) {
      if (!isLost(error)) throw error;
      this.lose(database);
    }
    return again(await this.open());
  }

  /**
   * Uses a connection no longer that turned out to be dead. It is closed only when the store is: closing it earlier keeps WebKit from telling
   * other transactions that they have ended.
   */
  lose(database: IDBDatabase): void {
    this.#dead.add(database);
    if (this.#database === database) this.#database = undefined;
  }

  /** Closes the connection; transactions that still run end in their own time. A temporary database is then deleted. */
  async close(): Promise<void> {
    // Whoever waits for the opening hears of its failure.
    await this.#opening?.catch(() => {});
    if (this.#database) this.lose(this.#database);
    for (const database of this.#dead) database.close();
    this.#dead.clear();
    this.#id = undefined;
    if (this.#temporary) await this.#vanish(this.#temporary);
  }

  /** Deletes the database. Throws `CACHE_LOCKED` when another tab keeps it open; it is then deleted once all have closed it. */
  async destroy(): Promise<void> {
    try {
      await this.#inTime(deleteDB(this.#databaseName), () => {});
    } catch (error) {
      throw cacheErrorOf(this.#name, error);
    }
  }

  get #databaseName(): string {
    const name = this.#settings.name ?? this.#temporary?.name;
    if (name === undefined) throw new CacheError("CACHE_CLOSED", `${this.#name} is closed`);
    return name;
  }

  async #open(): Promise<IDBDatabase> {
    if (typeof indexedDB === "undefined") throw new CacheError("CACHE_UNSUPPORTED", `${this.#name}: this runtime has no IndexedDB`);
    if (this.#settings.name !== undefined || this.#temporary) return this.#openNamed();
    await deleteAbandoned();
    this.#temporary = await takeTemporaryName();
    try {
      return await this.#openNamed();
    } catch (error) {
      await this.#vanish(this.#temporary).catch(() => {});
      throw error;
    }
  }

  async #vanish(temporary: TemporaryName): Promise<void> {
    try {
      await this.destroy();
    } finally {
      this.#temporary = undefined;
      temporary.release();
    }
  }

  async #openNamed(): Promise<IDBDatabase> {
    let database: IDBDatabase;
    try {
      database = await this.#inTime(this.#connect(), (late) => late.close());
    } catch (error) {
      throw error instanceof DOMException && error.name === "VersionError" ? await this.#newer(error) : cacheErrorOf(this.#name, error);
    }
    try {
      const { id } = await this.#checked(database);
      if (this.#id !== undefined && this.#id !== id) await this.#restore(database);
      this.#id = id;
    } catch (error) {
      database.close();
      throw cacheErrorOf(this.#name, error);
    }
    this.#database = database;
    return database;
  }

  async #connect(): Promise<IDBDatabase> {
    const opened = await openDB(this.#databaseName, DATABASE_VERSION, {
      upgrade: (created, _old, _new, transaction) => createStores(unwrap(created), unwrap(transaction)),
      // Another tab wants to delete or to change the database: it goes first, once the transactions that run have ended.
      blocking: () => this.#release(database),
      // The browser closed it, as when the user clears the site's data.
      terminated: () => this.#release(database),
    });
    const database = unwrap(opened);
    return database;
  }

  #release(database: IDBDatabase): void {
    database.close();
    this.#dead.delete(database);
    if (this.#database === database) this.#database = undefined;
  }

  /** The format of an open database. Throws `CACHE_CORRUPT` for one that isn't ours, `CACHE_VERSION` for another format. */
  async #checked(database: IDBDatabase): Promise<Format> {
    const format = await formatOf(database);
    if (!format) throw this.#foreign();
    if (format.version !== FORMAT_VERSION) {
      const advice = format.version > FORMAT_VERSION ? "update @cache/idb, or reload the page" : "delete it, or choose another name";
      throw new CacheError(
        "CACHE_VERSION",
        `${this.#name} has format ${format.version}, but this release knows ${FORMAT_VERSION}: ${advice}`,
      );
    }
    return format;
  }

  /** What to say of a database whose IndexedDB version is above ours. */
  async #newer(cause: DOMException): Promise<unknown> {
    let format: Format | undefined;
    try {
      const opened = await openDB(this.#databaseName, undefined, {
        // It vanished meanwhile, and is not to come back by our look.
        upgrade: (_database, _old, _new, transaction) => transaction.abort(),
      });
      const database = unwrap(opened);
      try {
        format = await formatOf(database);
      } finally {
        database.close();
      }
    } catch {
      return cacheErrorOf(this.#name, cause);
    }
    return format ? cacheErrorOf(this.#name, cause) : this.#foreign(cause);
  }

  /** What to say of a database that isn't ours. */
  #foreign(cause?: DOMException): CacheError {
    return new CacheError(
      "CACHE_CORRUPT",
      `${this.#name}: the database exists, but holds something else: choose another name. It was left as it is`,
      { cause },
    );
  }

  /** A promise's outcome, or `CACHE_LOCKED` when it takes longer than `lockTimeout`. What it gives later goes to `late`. */
  #inTime<T>(outcome: Promise<T>, late: (value: T) => void): Promise<T> {
    const { clock, lockTimeout } = this.#settings;
    return new Promise((resolve, reject) => {
      let isLate = false;
      const cancel = clock.schedule(lockTimeout, () => {
        isLate = true;
        reject(
          new CacheError("CACHE_LOCKED", `${this.#name}: other tabs did not let go of the database within ${lockTimeout} ms: close them`),
        );
      });
      outcome.then(
        (value) => {
          cancel();
          return isLate ? late(value) : resolve(value);
        },
        (error: unknown) => {
          cancel();
          reject(error);
        },
      );
    });
  }
}
