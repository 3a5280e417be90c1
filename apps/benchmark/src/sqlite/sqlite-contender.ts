import SqliteDatabase, { type Database } from "better-sqlite3";
import { Packr } from "msgpackr";
import type { Contender } from "../contender.ts";
import type { VaultRecord } from "../vault-record.ts";

/** A way to use better-sqlite3. */
export interface SqliteManner {
  /** How records become values of a column. */
  readonly encoding: "msgpackr" | "JSON";
  /** Whether each call is a transaction of its own, or those of a turn are one. */
  readonly transactions: "autocommit" | "one transaction";
  /** Whether the engine's page cache, mapping and log are as it ships, or as large as our store makes them. Default `"as shipped"`. */
  readonly tuning?: "as shipped" | "tuned like ours";
}

/** Reads one value. */
export const selectOne = "SELECT value FROM vaults WHERE id = ?";

/** Sets what better-sqlite3's documentation advises: a write-ahead log, flushed to the disk as rarely as ours is. */
export function configure(database: Database, tuning: SqliteManner["tuning"]): void {
  database.pragma("journal_mode = WAL");
  database.pragma("synchronous = NORMAL");
  if (tuning === "tuned like ours") {
    database.pragma("cache_size = -65536");
    database.pragma("mmap_size = 1073741824");
    database.pragma("wal_autocheckpoint = 4096");
  }
}

/** Opens a file of records. */
export function openSqlite(path: string, tuning: SqliteManner["tuning"] = "as shipped"): Database {
  const database = new SqliteDatabase(path);
  configure(database, tuning);
  // Small rows in the key's own tree are the fastest to read, and no slower to write.
  database.exec("CREATE TABLE IF NOT EXISTS vaults (id TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID");
  return database;
}

/** better-sqlite3 as its users call it, with prepared statements. */
export function sqliteContender(path: string, { encoding, transactions, tuning = "as shipped" }: SqliteManner): Contender {
  const database = openSqlite(path, tuning);
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
  const together = <T>(job: (list: readonly T[]) => number): ((list: readonly T[]) => number) =>
    transactions === "one transaction" ? database.transaction(job) : job;

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
  const getTurn = together(getEach);
  return {
    name: `better-sqlite3, ${transactions}, ${encoding}${tuning === "as shipped" ? "" : `, ${tuning}`}`,
    getEach,
    getTurn,
    getMany: (lists) => lists.reduce((sum, ids) => sum + getTurn(ids), 0),
    setEach,
    setTurn: together(setEach),
    rangeEach(starts, length) {
      let sum = 0;
      for (const start of starts) for (const [id, value] of selectRange.all(start, length)) if (id !== "") sum += decode(value).size;
      return sum;
    },
    deleteTurn: together<string>((ids) => ids.reduce((sum, id) => sum + remove.run(id).changes, 0)),
    clear() {
      removeAll.run();
      return 0;
    },
    close: () => void database.close(),
  };
}
