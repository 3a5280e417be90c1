import { idbStore } from "@cache/idb";
import type { MaybePromise } from "../contender.ts";
import { timedRound } from "../rounds.ts";
import { cacheUserContender } from "../users/cache-user-contender.ts";
import { freshOf } from "../users/user-cases.ts";
import { expectRows, fillUsers, type IndexCount, type UserContender } from "../users/user-contender.ts";
import { bareUserContender } from "./bare-user-contender.ts";
import { dexieUserContender } from "./dexie-user-contender.ts";
import type { PageWindow } from "./page-contests.ts";
import { putsPerTurn, tableContests, type TableOpponent } from "./table-contests.ts";

const openers: Readonly<Record<TableOpponent | "ours", (name: string, indexes: IndexCount) => MaybePromise<UserContender>>> = {
  ours: (name, indexes) => cacheUserContender(idbStore({ name }), indexes),
  dexie: dexieUserContender,
  bare: bareUserContender,
};

let entries = 0;
let contests: ReturnType<typeof tableContests> = {};
const contenders = new Map<string, UserContender>();
/** Those who have put rows in a contest, of which the last fresh ones are there. */
const writers = new Set<UserContender>();

const page = globalThis as PageWindow<TableOpponent>;
page.pageBench = {
  async prepare(count) {
    entries = count;
    contests = tableContests(count);
  },
  async round(name, who, round) {
    const contest = contests[name];
    if (!contest) throw new Error(`no contest ${name}, or not prepared`);
    const { benchCase, indexes } = contest;
    const database = `${who}-${indexes}`;
    let contender = contenders.get(database);
    if (!contender) {
      contender = await fillUsers(await openers[who](database, indexes), entries);
      contenders.set(database, contender);
    }
    if (benchCase.writes) writers.add(contender);
    return timedRound(benchCase, contender, round);
  },
  async finish() {
    for (const contender of contenders.values()) {
      await expectRows(contender, entries + (writers.has(contender) ? freshOf(putsPerTurn) : 0));
      await contender.close();
    }
  },
};
