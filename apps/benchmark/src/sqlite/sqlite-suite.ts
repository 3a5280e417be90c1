import { openCache, openCacheSync } from "@cache/sqlite";
import { join } from "node:path";
import { clears, deleteTurn, getManys, gets, getTurns, ranges, sequentialSets, setTurn } from "../bench-case.ts";
import type { Bench } from "../bench.ts";
import { cacheContender, syncCacheContender } from "../cache-contender.ts";
import { fill } from "../contender.ts";
import { compareOpening } from "../opening.ts";
import { short } from "../scale.ts";
import { type VaultRecord, vaultId, vaultRecordLists } from "../vault-record.ts";
import { openSqlite, selectOne, sqliteContenders } from "./sqlite-contender.ts";

/** Our SQLite store beside better-sqlite3. */
export async function sqliteSuite(bench: Bench): Promise<void> {
  if (!bench.wantsSome("sqlite.")) return;
  const { entries } = bench.scale;
  const folder = bench.folder("sqlite");
  const path = join(folder, "ours.db");
  const packedPath = join(folder, "packed.db");
  let packed = sqliteContenders(packedPath, "msgpackr");
  const json = sqliteContenders(join(folder, "json.db"), "JSON");
  const open = async () => cacheContender(await openCache<VaultRecord>({ path }));
  let ours = await open();
  for (const contender of [ours, packed.transaction, json.transaction])
    await fill(contender, (length) => vaultRecordLists(0, entries, length));

  await ours.close();
  await packed.autocommit.close();
  const probe = vaultId(0);
  await compareOpening(bench, `sqlite.open.${short(entries)}`, {
    ours: async () => {
      const cache = await openCache<VaultRecord>({ path });
      await cache.get(probe);
      return () => cache.close();
    },
    theirs: () => {
      const database = openSqlite(packedPath);
      database.prepare(selectOne).get(probe);
      return () => void database.close();
    },
    against: packed.autocommit.name,
  });
  packed = sqliteContenders(packedPath, "msgpackr");

  const sync = syncCacheContender(openCacheSync<VaultRecord>({ path }));
  await bench.compare("sqlite.get.sync", gets(entries, { count: 2000 }), sync, [packed.autocommit, json.autocommit]);
  await bench.compare("sqlite.get.sync.miss", gets(entries, { count: 2000, isMiss: true }), sync, [packed.autocommit]);
  await sync.close();

  ours = await open();
  const two = [packed.autocommit, packed.transaction];
  const four = [...two, json.autocommit, json.transaction];
  await bench.compare("sqlite.get.async", gets(entries, { count: 2000 }), ours, [packed.autocommit, json.autocommit]);
  await bench.compare("sqlite.get.async.miss", gets(entries, { count: 2000, isMiss: true }), ours, [packed.autocommit]);
  await bench.compare("sqlite.get.turn1", getTurns(entries, { length: 1, turns: 1000 }), ours, [packed.autocommit]);
  await bench.compare("sqlite.get.turn100", getTurns(entries, { length: 100, turns: 10 }), ours, four);
  await bench.compare("sqlite.getMany.100", getManys(entries, { length: 100, calls: 10 }), ours, four);
  await bench.compare("sqlite.range.100", ranges(entries, { length: 100, count: 20 }), ours, [packed.autocommit, json.autocommit]);
  await bench.compare("sqlite.set.turn1000", setTurn(entries, { length: 1000 }), ours, four);
  await bench.compare("sqlite.set.turn1000.fresh", setTurn(entries, { length: 1000, isFresh: true }), ours, two);
  await bench.compare("sqlite.set.sequential", sequentialSets(entries, 300), ours, [packed.autocommit, json.autocommit]);
  await bench.compare("sqlite.delete", deleteTurn(1000), ours, two);
  await bench.compare(`sqlite.clear.${short(entries)}`, clears(entries), ours, [packed.transaction]);
  for (const contender of [ours, packed.autocommit, json.autocommit]) await contender.close();
}
