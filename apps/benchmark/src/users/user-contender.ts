import type { MaybePromise } from "../contender.ts";
import type { Timed } from "../rounds.ts";
import { type CityAge, type User, user } from "./user.ts";

/**
 * How many secondary indexes a table of users has: none; a unique one on `email`; or that, one on `city` and `age`, and one on `name`.
 */
export type IndexCount = 0 | 1 | 3;

/** All of them. */
export const indexCounts: readonly IndexCount[] = [0, 1, 3];

/**
 * A table of users, ours or one that is written by hand on an engine. Each method does a whole round of calls in a loop of its own, so that
 * no loop sees more than one contender, and answers a number made of what the calls gave.
 */
export interface UserContender extends Timed {
  /**
   * Stores all in one turn, each instead of the row with its id if there is one. Index entries that no longer hold go, and an email that
   * another user has is refused. Answers how many.
   */
  putTurn(users: readonly User[]): MaybePromise<number>;
  /** Deletes all in one turn, with their index entries; answers how many were named. */
  deleteTurn(ids: readonly number[]): MaybePromise<number>;
  /** Gets a user by each email, one after the other; answers the sum of the ids found. Needs one index. */
  getByEmailEach(emails: readonly string[]): MaybePromise<number>;
  /** From each age on reads so many users of the city, in the order of age; answers the sum of ages. Needs three indexes. */
  rangeEach(starts: readonly CityAge[], length: number): MaybePromise<number>;
  /** The number of rows, then that of each index's entries as far as they can be counted. Takes its time. */
  counts(): MaybePromise<readonly number[]>;
  close(): MaybePromise<void>;
}

/** How many users go in one transaction when a contender is filled. */
const fillListLength = 5000;

/** Stores the first `entries` users, and makes sure that they are there. */
export async function fillUsers<C extends UserContender>(contender: C, entries: number): Promise<C> {
  for (let from = 0; from < entries; from += fillListLength)
    await contender.putTurn(Array.from({ length: Math.min(fillListLength, entries - from) }, (_, at) => user(from + at)));
  await expectRows(contender, entries);
  return contender;
}

/** Makes sure that a contender has so many rows, and as many entries in each index: a measurement of anything else would say nothing. */
export async function expectRows(contender: UserContender, rows: number): Promise<void> {
  const counts = await contender.counts();
  if (counts.length === 0 || counts.some((count) => count !== rows))
    throw new Error(`${contender.name} has ${counts.join(", ")} rows and index entries instead of ${rows}`);
}
