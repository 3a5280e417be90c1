import { CLAIMS, LINES, META, ROWS } from "./layout.ts";
import type { Durability } from "./options.ts";

/** The parts of the database as one transaction sees them. */
export interface Stores {
  readonly rows: IDBObjectStore;
  readonly lines: IDBIndex;
  readonly claims: IDBIndex;
  readonly meta: IDBObjectStore;
}

/** A transaction over the whole database. */
export interface Transaction {
  readonly database: IDBDatabase;
  readonly native: IDBTransaction;
  readonly stores: Stores;
  /** Settles when the transaction has ended: rejects when it was aborted, with the reason, or the connection was closed under it. */
  readonly ended: Promise<void>;
  /** Rejects like `ended`, and never resolves. Work in the transaction may otherwise wait for ever: not every engine ends its requests. */
  readonly failed: Promise<never>;
}

/** Begins a transaction. Throws an `InvalidStateError` when the connection is gone. */
export function begin(database: IDBDatabase, mode: "readonly" | "readwrite", durability: Durability): Transaction {
  const native = database.transaction([ROWS, META], mode, { durability });
  const ended = new Promise<void>((resolve, reject) => {
    const fail = (): void => {
      database.removeEventListener("close", fail);
      reject(native.error ?? new DOMException("the browser ended the transaction", "AbortError"));
    };
    database.addEventListener("close", fail);
    native.addEventListener("abort", fail);
    native.addEventListener("complete", () => {
      database.removeEventListener("close", fail);
      resolve();
    });
  });
  const failed = ended.then(() => new Promise<never>(() => {}));
  // Whoever works in the transaction hears of its failure by one of the two.
  failed.catch(() => {});
  const rows = native.objectStore(ROWS);
  const stores = { rows, lines: rows.index(LINES), claims: rows.index(CLAIMS), meta: native.objectStore(META) };
  return { database, native, stores, ended, failed };
}
