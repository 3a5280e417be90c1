import { openCache } from "@cache/idb";
import { cacheContender } from "../cache-contender.ts";
import { type Contender, fill } from "../contender.ts";
import { timedRound } from "../rounds.ts";
import { type VaultRecord, vaultRecordLists } from "../vault-record.ts";
import { bareContender, openDatabase } from "./bare-contender.ts";
import { idbContests, type Opponent, opponents } from "./idb-contests.ts";
import { keyvalContender } from "./keyval-contender.ts";
import type { PageWindow } from "./page-contests.ts";

const page = globalThis as PageWindow<Opponent>;
let contests: ReturnType<typeof idbContests> = {};
let contenders: Readonly<Record<Opponent | "ours", Contender>> | undefined;

page.pageBench = {
  async prepare(entries) {
    contests = idbContests(entries);
    const ours = cacheContender(await openCache<VaultRecord>({ name: "ours" }));
    const bare = bareContender(await openDatabase("bare"));
    const keyval = keyvalContender("keyval");
    for (const contender of [ours, bare, keyval]) await fill(contender, (length) => vaultRecordLists(0, entries, length));
    const getAll = async (ids: readonly string[]): Promise<number> => keyval.getMany([ids]);
    contenders = {
      ours,
      bare,
      bareEach: { ...bare, name: opponents.bareEach },
      keyval,
      keyvalMany: { ...keyval, name: opponents.keyvalMany, getTurn: getAll },
    };
  },
  round(name, contender, round) {
    const contest = contests[name];
    if (!contest || !contenders) throw new Error(`no contest ${name}, or not prepared`);
    return timedRound(contest.benchCase, contenders[contender], round);
  },
};
