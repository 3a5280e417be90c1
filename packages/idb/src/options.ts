import { type Clock, systemClock } from "@cache/core";
import { checkOptionNames } from "@cache/core/spi";

/** What a settled write has reached. See {@link IdbOptions.durability}. */
export type Durability = "relaxed" | "strict";

/** Data that stay. */
interface KeptPlace {
  /** The name of the database within the page's origin, made if missing. */
  readonly name: string;
  readonly temporary?: false | undefined;
}

/** Data that vanish. */
interface TemporaryPlace {
  /**
   * Instead of `name`: a database of the store's own, made when the store is opened and deleted when it is closed. One whose tab died is
   * deleted when the next temporary store is opened, in a browser with Web Locks. No other store can have it open.
   */
  readonly temporary: true;
  readonly name?: undefined;
}

/** How an IndexedDB store keeps its data, wherever that is. */
interface KeepingOptions {
  /**
   * What a settled write has reached.
   *
   * - `"relaxed"` (default): every reader in every tab sees it, and it outlives a crash of the browser. If the machine fails, the last writes
   *   may be missing, as a whole and in order.
   * - `"strict"`: the disk, too.
   */
  readonly durability?: Durability | undefined;
  /**
   * Whether to ask the browser not to evict the origin's data when space runs short (`navigator.storage.persist()`). It may ask the user,
   * and may refuse; opening does not wait for it. Default `false`.
   */
  readonly persist?: boolean | undefined;
  /** How long opening and destroying wait for other tabs, in milliseconds, before giving up with `CACHE_LOCKED`. Default 10,000. */
  readonly lockTimeout?: number | undefined;
  /** What `lockTimeout` is measured with. Default: the system. */
  readonly clock?: Clock | undefined;
}

/** Where an IndexedDB store keeps its data, `name` or `temporary`, and how. */
export type IdbOptions = (KeptPlace | TemporaryPlace) & KeepingOptions;

/** The names of the options. */
export const optionNames: readonly string[] = [
  "name",
  "temporary",
  "durability",
  "persist",
  "lockTimeout",
  "clock",
] as const satisfies readonly (keyof IdbOptions)[];

/** Options checked and complete. */
export interface IdbSettings {
  /** Absent: a temporary database. */
  readonly name: string | undefined;
  readonly durability: Durability;
  readonly persist: boolean;
  readonly lockTimeout: number;
  readonly clock: Clock;
}

/** Checks the options of a store. Throws a `TypeError` for unknown names and wrong values. */
export function settingsOf(options: IdbOptions): IdbSettings {
  checkOptionNames("idbStore", options, optionNames);
  const { name, temporary = false, durability = "relaxed", persist = false, lockTimeout = 10_000, clock = systemClock } = options;
  if (typeof temporary !== "boolean") throw new TypeError("temporary must be true or false");
  if (temporary && name !== undefined) throw new TypeError("a temporary store has no name; give one or the other");
  if (!temporary && (typeof name !== "string" || name === "")) throw new TypeError("name must name a database");
  if (durability !== "relaxed" && durability !== "strict") throw new TypeError('durability must be "relaxed" or "strict"');
  if (typeof persist !== "boolean") throw new TypeError("persist must be true or false");
  if (!Number.isInteger(lockTimeout) || lockTimeout < 0)
    throw new TypeError("lockTimeout must be a whole number of milliseconds, 0 or more");
  if (typeof clock.schedule !== "function") throw new TypeError("clock must have now() and schedule()");
  return { name, durability, persist, lockTimeout, clock };
}
