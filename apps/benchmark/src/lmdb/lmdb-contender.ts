import { open, type RootDatabase } from "lmdb";
import type { Contender } from "../contender.ts";
import type { VaultRecord } from "../vault-record.ts";

/** How lmdb-js writes records: with its default encoding, or with record structures that it keeps in the database. */
export type LmdbEncoding = "default" | "shared structures";

/** Opens lmdb-js on a folder, with its own settings: commits are awaited, the disk's flush follows, as with our `relaxed`. */
export function openLmdb(path: string, encoding: LmdbEncoding): RootDatabase<VaultRecord, string> {
  return open<VaultRecord, string>({
    path,
    noSubdir: false,
    ...(encoding === "shared structures" && { sharedStructuresKey: structuresKey }),
  });
}

/** A key that no record has; lmdb-js' documentation recommends a symbol. */
const structuresKey = Symbol.for("structures");

/**
 * lmdb-js as its users call it: gets answer at once, puts of a turn share a transaction. And `awaited`, the same with each single get awaited,
 * though there is nothing to wait for: what promises alone cost.
 */
export function lmdbContenders(path: string, encoding: LmdbEncoding): { plain: Contender; awaited: Contender } {
  const db = openLmdb(path, encoding);
  const getEach = (ids: readonly string[]): number => {
    let sum = 0;
    for (const id of ids) sum += db.get(id)?.size ?? 0;
    return sum;
  };
  const plain: Contender = {
    name: encoding === "default" ? "lmdb-js, default encoding" : "lmdb-js with shared structures",
    getEach,
    getTurn: getEach,
    // Its own `getMany` goes through a worker thread, and takes longer than this where nothing waits for the disk.
    getMany: (lists) => lists.reduce((sum, ids) => sum + getEach(ids), 0),
    async setEach(records) {
      for (const record of records) await db.put(record.vaultId, record);
      return records.length;
    },
    async setTurn(records) {
      await Promise.all(records.map((record) => db.put(record.vaultId, record)));
      return records.length;
    },
    rangeEach(starts, length) {
      let sum = 0;
      for (const start of starts) for (const { key, value } of db.getRange({ start, limit: length })) if (key !== "") sum += value.size;
      return sum;
    },
    async deleteTurn(ids) {
      const removed = await Promise.all(ids.map((id) => db.remove(id)));
      return removed.filter(Boolean).length;
    },
    async clear() {
      await db.clearAsync();
      return 0;
    },
    close: () => db.close(),
  };
  const awaited: Contender = {
    ...plain,
    name: `${plain.name}, awaited`,
    async getEach(ids) {
      let sum = 0;
      for (const id of ids) sum += (await promised(db.get(id)))?.size ?? 0;
      return sum;
    },
  };
  return { plain, awaited };
}

function promised<T>(value: T): Promise<T> {
  return Promise.resolve(value);
}
