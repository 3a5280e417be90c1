import { openCache, openCacheSync } from "@cache/core";
import { memoryStore } from "@cache/core/memory";
import { gets, setTurn } from "../bench-case.ts";
import type { Bench } from "../bench.ts";
import { cacheContender, syncCacheContender } from "../cache-contender.ts";
import { fill } from "../contender.ts";
import { type VaultRecord, vaultRecordLists } from "../vault-record.ts";
import { mapContender } from "./map-contender.ts";

/** Our memory store beside a `Map` of packed records: what core itself costs, with no engine underneath. */
export async function memorySuite(bench: Bench): Promise<void> {
  if (!bench.wantsSome("memory.")) return;
  const { memoryEntries: entries } = bench.scale;
  const sync = syncCacheContender(openCacheSync<VaultRecord>(memoryStore()));
  const ours = cacheContender(await openCache<VaultRecord>(memoryStore()));
  const map = mapContender();
  for (const contender of [sync, ours, map]) await fill(contender, (length) => vaultRecordLists(0, entries, length));
  await bench.compare("memory.get.sync", gets(entries), sync, [map]);
  await bench.compare("memory.get.async", gets(entries), ours, [map]);
  await bench.compare("memory.set.turn1000", setTurn(entries, { length: 1000 }), ours, [map]);
  for (const contender of [sync, ours, map]) await contender.close();
}
