import { openCache, openCacheSync } from "@cache/lmdb";
import { clears, deleteTurn, getManys, gets, getTurns, ranges, sequentialSets, setTurn } from "../bench-case.ts";
import type { Bench } from "../bench.ts";
import { cacheContender, syncCacheContender } from "../cache-contender.ts";
import { type Contender, fill } from "../contender.ts";
import { compareOpening } from "../opening.ts";
import { short } from "../scale.ts";
import { type VaultRecord, vaultId, vaultRecordLists } from "../vault-record.ts";
import { lmdbContenders, openLmdb } from "./lmdb-contender.ts";
import { compareRecordBytes } from "./record-bytes.ts";

/** Our LMDB store beside lmdb-js. */
export async function lmdbSuite(bench: Bench): Promise<void> {
  if (!bench.wantsSome("lmdb.") && !bench.wants("record.bytes")) return;
  const { entries, allOpponents } = bench.scale;
  const path = bench.folder("lmdb-ours");
  const sharedPath = bench.folder("lmdb-shared");
  let shared = lmdbContenders(sharedPath, "shared structures");
  const standard = lmdbContenders(bench.folder("lmdb-default"), "default").plain;
  const open = async (): Promise<Contender> => {
    const cache = await openCache<VaultRecord>({ path });
    return { ...cacheContender(cache), rest: () => cache.flush() };
  };
  let ours = await open();
  for (const contender of [ours, shared.plain, ...(allOpponents ? [standard] : [])])
    await fill(contender, (length) => vaultRecordLists(0, entries, length));

  await ours.close();
  await shared.plain.close();
  compareRecordBytes(bench, path, sharedPath);
  const probe = vaultId(0);
  await compareOpening(bench, `lmdb.open.${short(entries)}`, {
    ours: async () => {
      const cache = await openCache<VaultRecord>({ path });
      await cache.get(probe);
      return () => cache.close();
    },
    theirs: () => {
      const db = openLmdb(sharedPath, "shared structures");
      db.get(probe);
      return () => db.close();
    },
    against: shared.plain.name,
  });
  shared = lmdbContenders(sharedPath, "shared structures");

  const sync = syncCacheContender(openCacheSync<VaultRecord>({ path }));
  await bench.compare("lmdb.get.sync", gets(entries), sync, [shared.plain, standard]);
  await bench.compare("lmdb.get.sync.miss", gets(entries, { isMiss: true }), sync, [shared.plain, standard]);
  await sync.close();

  ours = await open();
  const both = [shared.plain, standard];
  await bench.compare("lmdb.get.async", gets(entries), ours, [shared.plain, standard, shared.awaited]);
  await bench.compare("lmdb.get.async.miss", gets(entries, { isMiss: true }), ours, both);
  await bench.compare("lmdb.get.turn1", getTurns(entries, { length: 1, turns: 500 }), ours, both);
  await bench.compare("lmdb.get.turn100", getTurns(entries, { length: 100, turns: 10 }), ours, both);
  await bench.compare("lmdb.getMany.100", getManys(entries, { length: 100, calls: 10 }), ours, both);
  await bench.compare("lmdb.range.100", ranges(entries, { length: 100, count: 10 }), ours, both);
  await bench.compare("lmdb.set.turn1000", setTurn(entries, { length: 1000 }), ours, both);
  await bench.compare("lmdb.set.turn1000.fresh", setTurn(entries, { length: 1000, isFresh: true }), ours, both);
  await bench.compare("lmdb.set.sequential", sequentialSets(entries, 20), ours, both);
  await bench.compare("lmdb.delete", deleteTurn(1000), ours, both);
  await bench.compare(`lmdb.clear.${short(entries)}`, clears(entries), ours, [shared.plain]);
  for (const contender of [ours, shared.plain, standard]) await contender.close();
}
