import { openCache, openCacheSync } from "@cache/sqlite";
import { join } from "node:path";
import { clears, deleteTurn, getManys, gets, getTurns, ranges, sequentialSets, setTurn } from "../bench-case.ts";
import type { Bench } from "../bench.ts";
import { cacheContender, syncCacheContender } from "../cache-contender.ts";
import { type Contender, fill } from "../contender.ts";
import { compareOpening } from "../opening.ts";
import { short } from "../scale.ts";
import { type VaultRecord, vaultId, vaultRecordLists } from "../vault-record.ts";
import { openSqlite, selectOne, sqliteContender, type SqliteManner } from "./sqlite-contender.ts";

const packed: SqliteManner = { encoding: "msgpackr", transactions: "autocommit" };

/** The other manners, with which a run with all opponents compares, too. */
const manners = {
  packedTogether: { ...packed, transactions: "one transaction" },
  json: { ...packed, encoding: "JSON" },
  jsonTogether: { encoding: "JSON", transactions: "one transaction" },
  tuned: { ...packed, tuning: "tuned like ours" },
  tunedTogether: { ...packed, transactions: "one transaction", tuning: "tuned like ours" },
} as const satisfies Readonly<Record<string, SqliteManner>>;

/** Our SQLite store beside better-sqlite3. */
export async function sqliteSuite(bench: Bench): Promise<void> {
  if (!bench.wantsSome("sqlite.")) return;
  const { entries, allOpponents } = bench.scale;
  const folder = bench.folder("sqlite");
  const path = join(folder, "ours.db");
  const theirPath = join(folder, "theirs.db");
  const open = async () => cacheContender(await openCache<VaultRecord>({ path }));
  const filled = async (contender: Contender): Promise<Contender> => {
    await fill(contender, (length) => vaultRecordLists(0, entries, length));
    return contender;
  };
  await (await filled(await open())).close();
  await (await filled(sqliteContender(theirPath, { ...packed, transactions: "one transaction" }))).close();

  const probe = vaultId(0);
  await compareOpening(bench, `sqlite.open.${short(entries)}`, {
    ours: async () => {
      const cache = await openCache<VaultRecord>({ path });
      await cache.get(probe);
      return () => cache.close();
    },
    theirs: () => {
      const database = openSqlite(theirPath);
      database.prepare(selectOne).get(probe);
      return () => void database.close();
    },
    against: "better-sqlite3",
  });

  const theirs = sqliteContender(theirPath, packed);
  // Each has a file of its own: on one file, what the one wrote would already be in the other's caches and log.
  const others = new Map<string, Contender>();
  if (allOpponents)
    for (const [name, manner] of Object.entries(manners))
      others.set(name, await filled(sqliteContender(join(folder, `${name}.db`), manner)));
  const against = (...names: (keyof typeof manners)[]): Contender[] => [theirs, ...names.flatMap((name) => others.get(name) ?? [])];
  const all = against("packedTogether", "json", "jsonTogether", "tuned", "tunedTogether");

  const sync = syncCacheContender(openCacheSync<VaultRecord>({ path }));
  await bench.compare("sqlite.get.sync", gets(entries, { count: 400 }), sync, against("json", "tuned"));
  await bench.compare("sqlite.get.sync.miss", gets(entries, { count: 400, isMiss: true }), sync, against("tuned"));
  await sync.close();

  const ours = await open();
  await bench.compare("sqlite.get.async", gets(entries, { count: 400 }), ours, against("json", "tuned"));
  await bench.compare("sqlite.get.async.miss", gets(entries, { count: 400, isMiss: true }), ours, against("tuned"));
  await bench.compare("sqlite.get.turn1", getTurns(entries, { length: 1, turns: 200 }), ours, against("tuned"));
  await bench.compare("sqlite.get.turn100", getTurns(entries, { length: 100, turns: 4 }), ours, all);
  await bench.compare("sqlite.getMany.100", getManys(entries, { length: 100, calls: 4 }), ours, all);
  await bench.compare("sqlite.range.100", ranges(entries, { length: 100, count: 10 }), ours, against("json", "tuned"));
  await bench.compare("sqlite.set.turn1000", setTurn(entries, { length: 1000 }), ours, all);
  await bench.compare("sqlite.set.turn1000.fresh", setTurn(entries, { length: 1000, isFresh: true }), ours, all);
  await bench.compare("sqlite.set.sequential", sequentialSets(entries, 300), ours, against("json", "tuned"));
  await bench.compare("sqlite.delete", deleteTurn(1000), ours, against("packedTogether", "tuned", "tunedTogether"));
  await bench.compare(`sqlite.clear.${short(entries)}`, clears(entries), ours, [theirs]);
  for (const contender of [ours, theirs, ...others.values()]) await contender.close();
}
