import { LINES, META, ROWS } from "./layout.ts";

/** The parts of the database as one transaction sees them. */
export interface Stores {
  readonly rows: IDBObjectStore;
  readonly lines: IDBIndex;
  readonly meta: IDBObjectStore;
}

/** Begins a transaction over the whole database. Throws an `InvalidStateError` when the connection is gone. */
export function beginTransaction(
  database: IDBDatabase,
  mode: "readonly" | "readwrite",
  durability: IDBTransactionDurability,
): IDBTransaction {
  return database.transaction([ROWS, META], mode, { durability });
}

export function storesOf(transaction: IDBTransaction): Stores {
  const rows = transaction.objectStore(ROWS);
  return { rows, lines: rows.index(LINES), meta: transaction.objectStore(META) };
}
