import { cityAgeRanges, getsByEmail, putTurn, type UserCase } from "../users/user-cases.ts";
import type { IndexCount } from "../users/user-contender.ts";

/** Who has tables in the page: each is in the report by its name. */
export const tableOpponents = { dexie: "Dexie", bare: "IndexedDB, native indexes" } as const;

/** One of those. */
export type TableOpponent = keyof typeof tableOpponents;

/** A contest of tables with so many indexes, ours with all others. */
export interface TableContest {
  readonly benchCase: UserCase;
  readonly indexes: IndexCount;
  readonly against: readonly TableOpponent[];
}

/** What is measured of tables in the page, by the name of its results, in order: what changes rows comes last. */
export function tableContests(entries: number): Readonly<Record<string, TableContest>> {
  const contest = (benchCase: UserCase, indexes: IndexCount): TableContest => ({ benchCase, indexes, against: ["dexie", "bare"] });
  return {
    "idb.put.indexes0": contest(putTurn(entries, putsPerTurn), 0),
    "idb.put.indexes1": contest(putTurn(entries, putsPerTurn), 1),
    "idb.query.indexed": contest(getsByEmail(entries, 100), 3),
    "idb.query.range100": contest(cityAgeRanges(entries, { length: 100, count: 10 }), 3),
    "idb.put.indexes3": contest(putTurn(entries, putsPerTurn), 3),
  };
}

/** How many puts there are in a turn. */
export const putsPerTurn = 1000;
