import { type BenchCase, microseconds } from "../bench-case.ts";
import { randomNumbers, scramble } from "../random.ts";
import { cityAge, email, randomCityAge, user } from "./user.ts";
import type { UserContender } from "./user-contender.ts";

/** A case of tables of users. */
export type UserCase = BenchCase<UserContender>;

/** The first id of users that come new. */
const freshFrom = 2 ** 28;

/** How many users come new in a turn of {@link putTurn} with so many puts. They are there until the next. */
export function freshOf(length: number): number {
  return Math.ceil(length / 2);
}

/** So many puts in one turn: half of new users, half of users that are there and whose age is another now. */
export function putTurn(entries: number, length: number): UserCase {
  const freshIds = (round: number): number[] => Array.from({ length: freshOf(length) }, (_, at) => freshFrom + round * length + at);
  return {
    ...microseconds("put", length),
    writes: true,
    answerOf: () => length,
    prepare: async (contender, round) => {
      // What was fresh in the last round leaves, so that all rounds find as many rows.
      if (round > 0) await contender.deleteTurn(freshIds(round - 1));
      const fresh = freshIds(round).map((id) => user(id));
      const changed = randomNumbers(round, length - fresh.length, entries).map((id) => user(id, round + 1));
      const users = fresh.flatMap((one, at) => [one, ...changed.slice(at, at + 1)]);
      return () => contender.putTurn(users);
    },
  };
}

/** So many gets by the unique index, one after the other. */
export function getsByEmail(entries: number, count: number): UserCase {
  const ids = (round: number): number[] => randomNumbers(round, count, entries);
  return {
    ...microseconds("get", count),
    answerOf: (round) => sum(ids(round)),
    prepare: (contender, round) => {
      const emails = ids(round).map(email);
      return () => contender.getByEmailEach(emails);
    },
  };
}

/**
 * So many queries of the composite index: one city from some age on, `length` rows each, keys and values. No row may have changed since the
 * contenders were filled.
 */
export function cityAgeRanges(entries: number, { length, count }: { length: number; count: number }): UserCase {
  const starts = (round: number) => Array.from({ length: count }, (_, at) => randomCityAge(scramble(round * count + at)));
  let agesByCity: Map<string, number[]> | undefined;
  return {
    ...microseconds("range", count),
    answerOf: (round) => {
      agesByCity ??= sortedAges(entries);
      let expected = 0;
      for (const [city, age] of starts(round)) {
        const found =
          agesByCity
            .get(city)
            ?.filter((other) => other >= age)
            .slice(0, length) ?? [];
        if (found.length < length) throw new Error(`${entries} users are too few for ranges of ${length}`);
        expected += sum(found);
      }
      return expected;
    },
    prepare: (contender, round) => {
      const asked = starts(round);
      return () => contender.rangeEach(asked, length);
    },
  };
}

function sortedAges(entries: number): Map<string, number[]> {
  const ages = new Map<string, number[]>();
  for (let id = 0; id < entries; id++) {
    const [city, age] = cityAge(id);
    const list = ages.get(city);
    if (list) list.push(age);
    else ages.set(city, [age]);
  }
  for (const list of ages.values()) list.sort((a, b) => a - b);
  return ages;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
