import type { Cache, SyncCache } from "@cache/core";
import type { Contender } from "./contender.ts";
import type { VaultRecord } from "./vault-record.ts";

/** A cache on the asynchronous face. */
export function cacheContender(cache: Cache<VaultRecord>): Contender {
  return {
    name: "ours",
    async getEach(ids) {
      let sum = 0;
      for (const id of ids) sum += (await cache.get(id))?.size ?? 0;
      return sum;
    },
    async getTurn(ids) {
      const records = await Promise.all(ids.map((id) => cache.get(id)));
      return records.reduce((sum, record) => sum + (record?.size ?? 0), 0);
    },
    async getMany(lists) {
      let sum = 0;
      for (const ids of lists) for (const record of await cache.getMany(ids)) sum += record?.size ?? 0;
      return sum;
    },
    async setEach(records) {
      for (const record of records) await cache.set(record.vaultId, record);
      return records.length;
    },
    async setTurn(records) {
      await Promise.all(records.map((record) => cache.set(record.vaultId, record)));
      return records.length;
    },
    async rangeEach(starts, length) {
      let sum = 0;
      for (const gte of starts) for await (const [id, record] of cache.entries({ gte, limit: length })) if (id !== "") sum += record.size;
      return sum;
    },
    async deleteTurn(ids) {
      const removed = await Promise.all(ids.map((id) => cache.delete(id)));
      return removed.filter(Boolean).length;
    },
    async clear() {
      await cache.clear();
      return 0;
    },
    close: () => cache.close(),
  };
}

/** A cache on the synchronous face. */
export function syncCacheContender(cache: SyncCache<VaultRecord>): Contender {
  const getEach = (ids: readonly string[]): number => {
    let sum = 0;
    for (const id of ids) sum += cache.get(id)?.size ?? 0;
    return sum;
  };
  const setEach = (records: readonly VaultRecord[]): number => {
    for (const record of records) cache.set(record.vaultId, record);
    return records.length;
  };
  return {
    name: "ours",
    getEach,
    getTurn: getEach,
    getMany(lists) {
      let sum = 0;
      for (const ids of lists) for (const record of cache.getMany(ids)) sum += record?.size ?? 0;
      return sum;
    },
    setEach,
    setTurn(records) {
      cache.setMany(records.map((record) => [record.vaultId, record] as const));
      return records.length;
    },
    rangeEach(starts, length) {
      let sum = 0;
      for (const gte of starts) for (const [id, record] of cache.entries({ gte, limit: length })) if (id !== "") sum += record.size;
      return sum;
    },
    deleteTurn: (ids) => cache.deleteMany(ids).filter(Boolean).length,
    clear() {
      cache.clear();
      return 0;
    },
    close: () => cache.close(),
  };
}
