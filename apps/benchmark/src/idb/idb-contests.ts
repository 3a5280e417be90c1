import { type BenchCase, clears, deleteTurn, getManys, gets, getTurns, ranges, sequentialSets, setTurn } from "../bench-case.ts";
import { short } from "../scale.ts";

/** Who holds records in the page, and in whose manner: each is in the report by its name. */
export const opponents = {
  bare: "IndexedDB, one transaction",
  bareEach: "IndexedDB, a transaction each",
  keyval: "idb-keyval",
  keyvalMany: "idb-keyval, its calls for many",
} as const;

/** One of those. */
export type Opponent = keyof typeof opponents;

/** A contest in the page, ours with some of them. */
export interface IdbContest {
  readonly benchCase: BenchCase;
  readonly against: readonly Opponent[];
}

/** What is measured in the page, by the name of its results, in order. */
export function idbContests(entries: number): Readonly<Record<string, IdbContest>> {
  return {
    "idb.get": { benchCase: gets(entries, { count: 100 }), against: ["keyval", "bareEach"] },
    "idb.get.miss": { benchCase: gets(entries, { count: 100, isMiss: true }), against: ["keyval", "bareEach"] },
    "idb.get.turn1000": { benchCase: getTurns(entries, { length: 1000, turns: 1 }), against: ["keyval", "keyvalMany", "bare"] },
    "idb.getMany.100": { benchCase: getManys(entries, { length: 100, calls: 5 }), against: ["keyvalMany", "bare"] },
    "idb.range.100": { benchCase: ranges(entries, { length: 100, count: 10 }), against: ["bare"] },
    "idb.set.turn1000": { benchCase: setTurn(entries, { length: 1000 }), against: ["bare", "keyvalMany"] },
    "idb.set.turn1000.fresh": { benchCase: setTurn(entries, { length: 1000, isFresh: true }), against: ["bare", "keyvalMany"] },
    "idb.set.sequential": { benchCase: sequentialSets(entries, 50), against: ["bareEach", "keyval"] },
    "idb.delete": { benchCase: deleteTurn(1000), against: ["bare", "keyvalMany"] },
    [`idb.clear.${short(entries)}`]: { benchCase: clears(entries), against: ["bareEach", "keyval"] },
  };
}
