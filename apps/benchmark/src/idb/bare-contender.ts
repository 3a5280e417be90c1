import type { Contender } from "../contender.ts";
import type { VaultRecord } from "../vault-record.ts";
import { committed, outcome } from "./transaction.ts";

const storeName = "vaults";

/** Opens a database of records with an object store and nothing else. */
export async function openDatabase(name: string): Promise<IDBDatabase> {
  const request = indexedDB.open(name, 1);
  request.addEventListener("upgradeneeded", () => request.result.createObjectStore(storeName));
  return outcome(request);
}

/**
 * IndexedDB without a library: records as they are, by structured clone, and the calls of a turn in one transaction. Like ours, it doesn't
 * wait for the disk, and nothing is awaited in a transaction but its own requests.
 */
export function bareContender(database: IDBDatabase): Contender {
  const reading = (): IDBObjectStore => database.transaction(storeName, "readonly").objectStore(storeName);
  const writing = (): IDBObjectStore => database.transaction(storeName, "readwrite", { durability: "relaxed" }).objectStore(storeName);
  const get = (store: IDBObjectStore, id: string): Promise<VaultRecord | undefined> => outcome(store.get(id));
  const getTurn = async (ids: readonly string[]): Promise<number> => {
    const store = reading();
    const records = await Promise.all(ids.map((id) => get(store, id)));
    return records.reduce((sum, record) => sum + (record?.size ?? 0), 0);
  };
  return {
    name: "IndexedDB, one transaction",
    async getEach(ids) {
      let sum = 0;
      for (const id of ids) sum += (await get(reading(), id))?.size ?? 0;
      return sum;
    },
    getTurn,
    async getMany(lists) {
      let sum = 0;
      for (const ids of lists) sum += await getTurn(ids);
      return sum;
    },
    async setEach(records) {
      for (const record of records) {
        const store = writing();
        store.put(record, record.vaultId);
        await committed(store.transaction);
      }
      return records.length;
    },
    async setTurn(records) {
      const store = writing();
      for (const record of records) store.put(record, record.vaultId);
      await committed(store.transaction);
      return records.length;
    },
    async rangeEach(starts, length) {
      let sum = 0;
      for (const start of starts) {
        const store = reading();
        const range = IDBKeyRange.lowerBound(start);
        const [keys, records] = await Promise.all([
          outcome(store.getAllKeys(range, length)),
          outcome<VaultRecord[]>(store.getAll(range, length)),
        ]);
        for (const [at, record] of records.entries()) if (keys[at] !== "") sum += record.size;
      }
      return sum;
    },
    async deleteTurn(ids) {
      const store = writing();
      for (const id of ids) store.delete(id);
      await committed(store.transaction);
      return ids.length;
    },
    async clear() {
      const store = writing();
      store.clear();
      await committed(store.transaction);
      return 0;
    },
    close: () => database.close(),
  };
}
