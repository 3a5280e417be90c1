import { type BudgetOptions, openCacheSync, type SyncStore, table } from "@cache/core";
import type { MaybePromise } from "../contender.ts";
import type { Timed } from "../rounds.ts";
import { type Item, itemOf, type ItemCache } from "./fill.ts";

/** A table of items, and the ways to use it that are measured. Each answers a number made of what the calls gave. */
export interface ItemContender extends Timed {
  /** Gets one after the other; answers the sum of the sizes found. */
  getEach?(ids: readonly number[]): number;
  /** Stores items under new keys in one turn. */
  setTurn?(ids: readonly number[]): Promise<number>;
  /** Stores items under new keys, each awaited before the next. */
  setEach?(ids: readonly number[]): Promise<number>;
  /** Makes sure that the table has no more rows than before these were stored. */
  makeRoom?(ids: readonly number[]): Promise<void>;
  close(): MaybePromise<void>;
}

/** A table on the synchronous face, with so many items under even keys. */
export function readContender(name: string, store: SyncStore, count: number, budget: BudgetOptions): ItemContender {
  const cache = openCacheSync(store, { tables: { items: table<Item, number>()(budget) }, sweepInterval: false });
  const { items } = cache.tables;
  items.setMany(Array.from({ length: count }, (_, at) => [at * 2, itemOf(at * 2)] as const));
  return {
    name,
    getEach(ids) {
      let sum = 0;
      for (const id of ids) sum += items.get(id)?.size ?? 0;
      return sum;
    },
    close: () => cache.close(),
  };
}

/**
 * A table on the asynchronous face that is written to; without a bound, what came new is deleted by hand between rounds. With `rests`, that is on
 * the disk before a round is timed.
 */
export function writeContender(
  name: string,
  cache: ItemCache,
  { isBounded, rests }: { readonly isBounded: boolean; readonly rests: boolean },
): ItemContender {
  const { items } = cache.tables;
  return {
    name,
    async setTurn(ids) {
      await Promise.all(ids.map((id) => items.set(id, itemOf(id))));
      return ids.length;
    },
    async setEach(ids) {
      for (const id of ids) await items.set(id, itemOf(id));
      return ids.length;
    },
    async makeRoom(ids) {
      if (!isBounded) await items.deleteMany(ids);
    },
    ...(rests && { rest: () => cache.flush() }),
    close: () => cache.close(),
  };
}

/**
 * A table without a bound whose user keeps one: with each set goes the item that was set first, in the same turn. `ids` are those of the items
 * that are there, in the order in which they were set. It is what a budget takes at least, as this user knows the keys by heart.
 */
export function handContender(name: string, cache: ItemCache, ids: readonly number[]): ItemContender {
  const { items } = cache.tables;
  const kept = [...ids];
  return {
    name,
    async setTurn(fresh) {
      const sets = fresh.map((id) => items.set(id, itemOf(id)));
      await Promise.all([...sets, items.deleteMany(kept.splice(0, fresh.length))]);
      kept.push(...fresh);
      return fresh.length;
    },
    async setEach(fresh) {
      for (const id of fresh) {
        await Promise.all([items.set(id, itemOf(id)), items.deleteMany(kept.splice(0, 1))]);
        kept.push(id);
      }
      return fresh.length;
    },
    close: () => cache.close(),
  };
}
