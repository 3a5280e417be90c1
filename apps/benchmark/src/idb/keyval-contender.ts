import { clear, createStore, delMany, get, getMany, set, setMany } from "idb-keyval";
import type { Contender } from "../contender.ts";
import type { VaultRecord } from "../vault-record.ts";

/** idb-keyval: a transaction for each call, of which some take many keys. */
export function keyvalContender(name: string): Contender {
  const store = createStore(name, "keyval");
  return {
    name: "idb-keyval",
    async getEach(ids) {
      let sum = 0;
      for (const id of ids) sum += (await get<VaultRecord>(id, store))?.size ?? 0;
      return sum;
    },
    async getTurn(ids) {
      const records = await Promise.all(ids.map((id) => get<VaultRecord>(id, store)));
      return records.reduce((sum, record) => sum + (record?.size ?? 0), 0);
    },
    async getMany(lists) {
      let sum = 0;
      for (const ids of lists) for (const record of await getMany<VaultRecord | undefined>([...ids], store)) sum += record?.size ?? 0;
      return sum;
    },
    async setEach(records) {
      for (const record of records) await set(record.vaultId, record, store);
      return records.length;
    },
    async setTurn(records) {
      await setMany(
        records.map((record) => [record.vaultId, record]),
        store,
      );
      return records.length;
    },
    async deleteTurn(ids) {
      await delMany([...ids], store);
      return ids.length;
    },
    async clear() {
      await clear(store);
      return 0;
    },
    // It has no way to close.
    close: () => undefined,
  };
}
