import type { CacheEvents } from "./events.ts";
import type { Ttl } from "./expiry.ts";
import type { KeyPrefix, KeyRange } from "./key-range.ts";
import type { Key, KeyPart } from "./key.ts";

/** How a cache answers: with promises, or at once. */
export type Face = "async" | "sync";

/** What a verb returns on a face: a promise of it, or the thing itself. */
export type Reply<F extends Face, T> = F extends "sync" ? T : Promise<T>;

/** What an iteration returns on a face. */
export type Iteration<F extends Face, T> = F extends "sync" ? IterableIterator<T> : AsyncIterableIterator<T>;

/** Settings of one read. */
export interface GetOptions {
  /** Gives the read up: it then fails with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /**
   * Whether to give an entry that has expired, too, as long as it is still there; see `staleFor`. In a transaction, whatever others then write to
   * the table before the commit is a conflict. Default `false`.
   */
  readonly stale?: boolean | undefined;
}

/** Settings of one write. */
export interface SetOptions {
  /** How long the entry lives from now on; absent means the cache's own `ttl`. `Infinity` means for ever. */
  readonly ttl?: Ttl | undefined;
  /**
   * What the entry is found by besides its key: any strings of well-formed text. One that is given twice counts once, and their order means
   * nothing. Absent means none: a write replaces the old entry whole, tags included.
   */
  readonly tags?: readonly string[] | undefined;
}

/** Which entries an iteration passes over, and in which order. */
export interface IterationOptions<K = Key> extends KeyRange<K> {
  /** Only entries that have this tag. */
  readonly tag?: string | undefined;
  /** From the greatest key to the least. */
  readonly reverse?: boolean | undefined;
  /** The most entries to give, 0 or more. */
  readonly limit?: number | undefined;
  /** Ends the iteration with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/** A value with its metadata. */
export interface Entry<Value, K = Key> {
  readonly key: K;
  readonly value: Value;
  /** When the entry expires, in epoch milliseconds; `undefined` when it never does. */
  readonly expiresAt: number | undefined;
  /** In the order of keys; empty when it has none. */
  readonly tags: readonly string[];
  /** Grows with every commit of the store: two entries with the same key and version are the same. */
  readonly version: number;
  /** Whether it has expired: only where the read asked for such entries, too. */
  readonly isStale: boolean;
}

/**
 * The verbs over a set of entries: all of a cache's, those under a prefix, or a table's. A miss is `undefined`; `has` and `getEntry` tell a
 * stored `undefined` from it. Expired entries are nowhere to be seen, but for `get`, `getMany` and `getEntry` with `stale: true`.
 *
 * Every verb throws a `TypeError` for a key that is none, `CACHE_KEY_TOO_LONG`, `CACHE_CLOSED`, and what the store throws; those that
 * decode values throw `CACHE_CORRUPT` for damaged ones unless the cache was opened with `onCorrupt: "miss"`.
 */
export interface EntryVerbs<Value, K, F extends Face> {
  get(key: K, options?: GetOptions): Reply<F, Value | undefined>;
  /** Values in the keys' order, `undefined` where there is none, all from one snapshot. */
  getMany(keys: Iterable<K>, options?: GetOptions): Reply<F, (Value | undefined)[]>;
  getEntry(key: K, options?: GetOptions): Reply<F, Entry<Value, K> | undefined>;
  has(key: K, options?: Pick<GetOptions, "signal">): Reply<F, boolean>;
  hasMany(keys: Iterable<K>, options?: Pick<GetOptions, "signal">): Reply<F, boolean[]>;

  /** Removes an entry; tells whether there was one. */
  delete(key: K): Reply<F, boolean>;
  /** Removes several entries in one commit; tells for each whether it was there. */
  deleteMany(keys: Iterable<K>): Reply<F, boolean[]>;
  /** Removes all entries whose keys begin with these parts, in one commit; tells how many there were. */
  deletePrefix(prefix: KeyPrefix<K>): Reply<F, number>;
  /** Removes all entries. */
  clear(): Reply<F, void>;

  /** Gives an entry a new lifetime, counted from now: `ttl`, or that of the cache or table. Tells whether there was one. */
  touch(key: K, ttl?: Ttl): Reply<F, boolean>;
  /** Makes an entry expire at once; tells whether there was one. As long as `staleFor` says it can still be had with `stale: true`. */
  expire(key: K): Reply<F, boolean>;

  /**
   * Removes all entries that have a tag; tells how many there were. On the cache itself and in a transaction these are the entries of all
   * declared tables, too; in a namespace or on a table its own.
   *
   * Up to 1,024 of them go in one commit, more in further ones. All that had the tag when this was called are gone when it settles; those that
   * are written with the tag meanwhile may be. Throws a `TypeError` for a tag that is none, `CACHE_KEY_TOO_LONG`.
   */
  invalidateTag(tag: string): Reply<F, number>;
  /** Removes all entries that have any of some tags, as `invalidateTag` does; the first 1,024 of each tag in one commit. */
  invalidateTags(tags: readonly string[]): Reply<F, number>;
  /**
   * Makes all entries that have a tag expire at once, as `expire` does; tells how many there were. Which entries, and how many in one commit,
   * is as with `invalidateTag`. Throws `CACHE_CONFLICT` where others keep changing them all the while.
   */
  expireTag(tag: string): Reply<F, number>;

  /** Keys in order, without loading values. */
  keys(options?: IterationOptions<K>): Iteration<F, K>;
  /** Values in the order of their keys. */
  values(options?: IterationOptions<K>): Iteration<F, Value>;
  /**
   * Keys and values in order. An iteration reads page by page: what is written meanwhile may or may not be met, but every entry that stays
   * as it is comes exactly once.
   */
  entries(options?: IterationOptions<K>): Iteration<F, [key: K, value: Value]>;
  /** How many entries there are in a range; reads their keys. */
  count(range?: KeyRange<K>): Reply<F, number>;
  /**
   * How many entries there are. Of a whole cache or table it is kept, and costs the same however many there are (beyond those that are
   * expired and not yet reclaimed); of a namespace it is counted.
   */
  readonly size: Reply<F, number>;

  /** Calls a listener for each event on these keys; keys in events are those of this namespace or table. Returns what stops it. Throws a `TypeError`. */
  on<Name extends keyof CacheEvents<Value, K>>(name: Name, listener: (event: CacheEvents<Value, K>[Name]) => void): () => void;
}

/** The entries of any key: all of a cache's default table, or those under a prefix. */
export interface Namespace<Value = unknown, F extends Face = "async", Input = Value> extends EntryVerbs<Value, Key, F> {
  /** Stores a value, replacing what was there, deadline included. Refuses what the schema refuses with `CACHE_SCHEMA_INVALID`. */
  set(key: Key, value: Input, options?: SetOptions): Reply<F, void>;
  /** Stores several values, all or none. The options of an entry win over those of the call. */
  setMany(entries: Iterable<readonly [key: Key, value: Input, options?: SetOptions]>, options?: SetOptions): Reply<F, void>;
  /** The entries whose keys begin with these parts, and go on: the rest is the key in the namespace. Nests. */
  namespace<Narrow extends Value = Value>(...prefix: readonly [KeyPart, ...KeyPart[]]): Namespace<Narrow, F, Narrow & Input>;
}
