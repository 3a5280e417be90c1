import type { Timed } from "./rounds.ts";
import type { VaultRecord } from "./vault-record.ts";

/** What is there now, or promised. */
export type MaybePromise<T> = T | Promise<T>;

/**
 * A cache or an engine holding vault records by their ids, and the ways to use it that are measured. Each method does a whole round of calls
 * in a loop of its own, so that no loop sees more than one contender. All methods answer a number made of what the calls gave: it keeps the
 * calls from being optimised away, and must be the same for all contenders.
 */
export interface Contender extends Timed {
  /** Gets one after the other; answers the sum of the sizes found. */
  getEach(ids: readonly string[]): MaybePromise<number>;
  /** Gets all in one turn of the event loop. */
  getTurn(ids: readonly string[]): MaybePromise<number>;
  /** Gets each list with one call. */
  getMany(lists: readonly (readonly string[])[]): MaybePromise<number>;
  /** Stores one after the other, each as safe as it gets before the next; answers how many. */
  setEach(records: readonly VaultRecord[]): MaybePromise<number>;
  /** Stores all in one turn. */
  setTurn(records: readonly VaultRecord[]): MaybePromise<number>;
  /** From each id on reads so many entries in the order of ids, keys and values; answers the sum of sizes. Absent where there is no order. */
  rangeEach?(starts: readonly string[], length: number): MaybePromise<number>;
  /** Deletes all in one turn; answers how many there were. */
  deleteTurn(ids: readonly string[]): MaybePromise<number>;
  /** Removes everything; answers 0. */
  clear(): MaybePromise<number>;
  close(): MaybePromise<void>;
}

/** How many records go in one transaction when a contender is filled. */
const fillListLength = 5000;

/** Stores records list by list, which is nobody's measurement. */
export async function fill(contender: Contender, lists: (listLength: number) => Iterable<readonly VaultRecord[]>): Promise<void> {
  for (const list of lists(fillListLength)) await contender.setTurn(list);
}
