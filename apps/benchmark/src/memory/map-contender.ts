import { Packr } from "msgpackr";
import type { Contender } from "../contender.ts";
import type { VaultRecord } from "../vault-record.ts";

/** A `Map` of records packed with shared structures, like ours: it keeps neither order nor counts nor deadlines. */
export function mapContender(): Contender {
  const packr = new Packr({ structures: [] });
  const map = new Map<string, Uint8Array>();
  const getEach = (ids: readonly string[]): number => {
    let sum = 0;
    for (const id of ids) {
      const bytes = map.get(id);
      // It was packed below.
      if (bytes) sum += (packr.unpack(bytes) as VaultRecord).size;
    }
    return sum;
  };
  const setEach = (records: readonly VaultRecord[]): number => {
    for (const record of records) map.set(record.vaultId, packr.pack(record));
    return records.length;
  };
  return {
    name: "Map of msgpackr records",
    getEach,
    getTurn: getEach,
    getMany: (lists) => lists.reduce((sum, ids) => sum + getEach(ids), 0),
    setEach,
    setTurn: setEach,
    deleteTurn: (ids) => ids.filter((id) => map.delete(id)).length,
    clear() {
      map.clear();
      return 0;
    },
    close: () => map.clear(),
  };
}
