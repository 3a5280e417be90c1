import SqliteDatabase, { type Database } from "better-sqlite3";
import { Packr } from "msgpackr";
import type { Contender } from "../contender.ts";
import type { VaultRecord } from "../vault-record.ts";

/** How records become values of a column. */
export type SqliteEncoding = "msgpackr" | "JSON";

/** Reads one value. */
export const selectOne = "SELECT value FROM vaults WHERE id = ?";

/** Opens a file with the settings that our store uses: what differs is not the engine's tuning. */
export function openSqlite(path: string): Database {
  const database = new SqliteDatabase(path);
  database.pragma("journal_mode = WAL");
  database.pragma("synchronous = NORMAL");
  database.pragma("cache_size = -65536");
  database.pragma("mmap_size = 1073741824");
  database.pragma("wal_autocheckpoint = 4096");
  database.pragma("temp_store = MEMORY");
  database.exec("CREATE TABLE IF NOT EXISTS vaults (id TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID");
  return database;
}

/**
 * better-sqlite3 as its users call it, with prepared statements and small rows in the key's own tree: each call a transaction of its own
 * (`autocommit`), or those of a turn in one (`transaction`). Both are on the same file.
 */
export function sqliteContenders(path: string, encoding: SqliteEncoding): { autocommit: Contender; transaction: Contender } {
  const database = openSqlite(path);
  const packr = new Packr({ useRecords: false });
  const encode: (record: VaultRecord) => Uint8Array | string =
    encoding === "JSON" ? (record) => JSON.stringify(record) : (record) => packr.pack(record);
  // It is what `encode` made.
  const decode = (encoding === "JSON" ? JSON.parse : (bytes: Uint8Array) => packr.unpack(bytes)) as (value: unknown) => VaultRecord;
  const select = database.prepare<[string]>(selectOne).pluck();
  const selectRange = database
    .prepare<[string, number], [string, unknown]>("SELECT id, value FROM vaults WHERE id >= ? ORDER BY id LIMIT ?")
    .raw();
  const upsert = database.prepare<[string, Uint8Array | string]>(
    "INSERT INTO vaults (id, value) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET value = excluded.value",
  );
  const remove = database.prepare<[string]>("DELETE FROM vaults WHERE id = ?");
  const removeAll = database.prepare("DELETE FROM vaults");

  const getEach = (ids: readonly string[]): number => {
    let sum = 0;
    for (const id of ids) {
      const value = select.get(id);
      if (value !== undefined) sum += decode(value).size;
    }
    return sum;
  };
  const setEach = (records: readonly VaultRecord[]): number => {
    for (const record of records) upsert.run(record.vaultId, encode(record));
    return records.length;
  };
  const deleteTurn = (ids: readonly string[]): number => ids.reduce((sum, id) => sum + remove.run(id).changes, 0);
  const autocommit: Contender = {
    name: `better-sqlite3, autocommit, ${encoding}`,
    getEach,
    getTurn: getEach,
    getMany: (lists) => lists.reduce((sum, ids) => sum + getEach(ids), 0),
    setEach,
    setTurn: setEach,
    rangeEach(starts, length) {
      let sum = 0;
      for (const start of starts) for (const [id, value] of selectRange.all(start, length)) if (id !== "") sum += decode(value).size;
      return sum;
    },
    deleteTurn,
    clear() {
      removeAll.run();
      return 0;
    },
    close: () => void database.close(),
  };
  const getAll = database.transaction(getEach);
  const transaction: Contender = {
    ...autocommit,
    name: `better-sqlite3, one transaction, ${encoding}`,
    getTurn: getAll,
    getMany: (lists) => lists.reduce((sum, ids) => sum + getAll(ids), 0),
    setTurn: database.transaction(setEach),
    deleteTurn: database.transaction(deleteTurn),
  };
  return { autocommit, transaction };
}
