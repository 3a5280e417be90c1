import { type Contender, fill, type MaybePromise } from "./contender.ts";
import { nextTurn } from "./next-turn.ts";
import { randomNumbers } from "./random.ts";
import { vaultId, vaultRecord, vaultRecordLists } from "./vault-record.ts";

/** What a report and a schedule need to know of a case. */
export interface RoundCase {
  /** What the figures are per: `µs/get`. */
  readonly unit: string;
  /** Multiplied by this, a round's milliseconds become the unit. */
  readonly scale: number;
  /** Whether it writes, so that the disk has to come to rest between rounds. */
  readonly writes?: boolean;
  /** Whether a round takes so long that few must do. */
  readonly isLong?: boolean;
}

/** What is measured of each contender, in rounds. */
export interface BenchCase<C = Contender> extends RoundCase {
  /** What a round needs, done before the clock starts; answers what is timed. The same round brings the same work to all. */
  readonly prepare: (contender: C, round: number) => MaybePromise<() => MaybePromise<number>>;
  /** What a round must answer, where that is known. */
  readonly answerOf?: (round: number) => number;
}

/** The first numbers of records that are never in a cache, of those that are there for a moment, and of those that come new. */
const absentFrom = 2 ** 30;
const passingFrom = 2 ** 29;
const freshFrom = 2 ** 28;

const getsPerRound = 1000;

/** Figures per call of a round of `count`, in microseconds. */
export function microseconds(what: string, count: number): Pick<RoundCase, "unit" | "scale"> {
  return { unit: `µs/${what}`, scale: 1000 / count };
}

function ids(round: number, count: number, entries: number, from = 0): string[] {
  return randomNumbers(round, count, entries).map((number) => vaultId(from + number));
}

/** Random gets, one after the other; with `isMiss`, of what isn't there. */
export function gets(entries: number, { isMiss = false, count = getsPerRound }: { isMiss?: boolean; count?: number } = {}): BenchCase {
  return {
    ...microseconds("get", count),
    prepare: (contender, round) => {
      const asked = ids(round, count, entries, isMiss ? absentFrom : 0);
      return () => contender.getEach(asked);
    },
  };
}

/** Random gets, so many in each turn of the event loop. The turns' ends are timed, too: whatever a contender puts off to there counts. */
export function getTurns(
  entries: number,
  { length, turns, isMiss = false }: { length: number; turns: number; isMiss?: boolean },
): BenchCase {
  return {
    ...microseconds("get", length * turns),
    prepare: (contender, round) => {
      const lists = Array.from({ length: turns }, (_, turn) => ids(round * turns + turn, length, entries, isMiss ? absentFrom : 0));
      return async () => {
        let sum = 0;
        for (const list of lists) {
          sum += await contender.getTurn(list);
          await nextTurn();
        }
        return sum;
      };
    },
  };
}

/** `getMany` of random ids, so many in a call. */
export function getManys(entries: number, { length, calls }: { length: number; calls: number }): BenchCase {
  return {
    ...microseconds("entry", length * calls),
    prepare: (contender, round) => {
      const lists = Array.from({ length: calls }, (_, call) => ids(round * calls + call, length, entries));
      return () => contender.getMany(lists);
    },
  };
}

/** Overwrites of random entries, each awaited before the next. */
export function sequentialSets(entries: number, count: number): BenchCase {
  return {
    ...microseconds("set", count),
    writes: true,
    prepare: (contender, round) => {
      const records = randomNumbers(round, count, entries).map((number) => vaultRecord(number, round + 1));
      return () => contender.setEach(records);
    },
  };
}

/** So many sets in one turn, awaited together: overwrites of random entries, or with `isFresh` entries that weren't there. */
export function setTurn(entries: number, { length, isFresh = false }: { length: number; isFresh?: boolean }): BenchCase {
  const fresh = (round: number): number[] => Array.from({ length }, (_, at) => freshFrom + round * length + at);
  return {
    ...microseconds("set", length),
    writes: true,
    prepare: async (contender, round) => {
      // What was fresh in the last round leaves, so that all rounds find as many entries.
      if (isFresh && round > 0) await contender.deleteTurn(fresh(round - 1).map(vaultId));
      const numbers = isFresh ? fresh(round) : randomNumbers(round, length, entries);
      const records = numbers.map((number) => vaultRecord(number, round + 1));
      return () => contender.setTurn(records);
    },
  };
}

/** Ranges of so many entries from random ids on. */
export function ranges(entries: number, { length, count }: { length: number; count: number }): BenchCase {
  return {
    ...microseconds("range", count),
    prepare: (contender, round) => {
      const starts = ids(round, count, entries);
      return () => contender.rangeEach?.(starts, length) ?? 0;
    },
  };
}

/** So many deletions in one turn of entries that are there. */
export function deleteTurn(length: number): BenchCase {
  return {
    ...microseconds("delete", length),
    writes: true,
    prepare: async (contender, round) => {
      const records = Array.from({ length }, (_, at) => vaultRecord(passingFrom + round * length + at));
      await contender.setTurn(records);
      const removed = records.map((record) => record.vaultId);
      return () => contender.deleteTurn(removed);
    },
  };
}

/** `clear` of a full cache. Contenders must be full before the first round. */
export function clears(entries: number): BenchCase {
  return {
    unit: "ms/clear",
    scale: 1,
    writes: true,
    isLong: true,
    prepare: async (contender, round) => {
      if (round > 0) await fill(contender, (listLength) => vaultRecordLists(0, entries, listLength));
      return () => contender.clear();
    },
  };
}
