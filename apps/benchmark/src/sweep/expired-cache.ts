import { type Cache, openCache, type Store, systemClock } from "@cache/core";
import { vaultRecordLists } from "../vault-record.ts";

const HOUR_MS = 3_600_000;
const LIST_LENGTH = 1000;

/** Opens a cache with so many entries, all of which have expired when it returns. */
export async function expiredCache(store: Store, count: number): Promise<Cache> {
  let ahead = 0;
  const clock = { ...systemClock, now: () => Date.now() + ahead };
  const cache = await openCache(store, { clock, sweepInterval: false });
  for (const records of vaultRecordLists(0, count, LIST_LENGTH))
    await cache.setMany(
      records.map((record) => [record.vaultId, record]),
      { ttl: HOUR_MS },
    );
  ahead = HOUR_MS;
  return cache;
}
