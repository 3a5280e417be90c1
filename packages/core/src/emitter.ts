import type { EncodedKey } from "./entry.ts";
import type { CacheEvents, RemovalCause } from "./events.ts";
import { decodeKey } from "./key-decoder.ts";
import { extendsKey } from "./key-range.ts";
import type { RemovalNews } from "./removal-news.ts";

/** An event as the cache's own parts tell it: keys still encoded, whole. */
export interface Notice {
  /** The entry's key. */
  readonly key?: EncodedKey;
  /** The bytes with which all removed keys begin; none for all. */
  readonly removed?: EncodedKey;
  readonly value?: unknown;
  readonly expiresAt?: number | undefined;
  readonly error?: unknown;
  readonly cause?: RemovalCause;
}

type Name = keyof CacheEvents;

/** All events, and whether they tell of removals. */
const isRemoval: Readonly<Record<Name, boolean>> = {
  hit: false,
  miss: false,
  set: false,
  remove: true,
  delete: true,
  replace: true,
  expire: true,
  evict: true,
  clear: true,
  error: false,
};
type Hear = (notice: Notice) => void;

/** Passes notices on to those who listen, each seeing only the keys of its namespace. */
export class Emitter {
  readonly #listeners = new Map<Name, Set<Hear>>();
  /** How other caches on the same data are told of removals, and from which table they are. */
  #news: { readonly all: RemovalNews; readonly table: number } | undefined;

  /** Has other caches that listen told of a table's removals from now on. */
  announce(all: RemovalNews, table: number): void {
    this.#news = { all, table };
  }

  /** Whether anybody listens: what makes a notice worth the trouble. */
  has(name: Name): boolean {
    return this.#listeners.size > 0 && this.#listeners.has(name);
  }

  /** Whether anybody listens to removals for a cause, here or maybe in another cache. */
  hears(cause: RemovalCause): boolean {
    return this.has(cause) || this.has("remove") || this.#news?.all.isHeard === true;
  }

  /** Tells those who listen to removals, or to those for this cause, here and in other caches. */
  remove(cause: RemovalCause, notice: Notice): void {
    this.#news?.all.tell(this.#news.table, cause, notice);
    this.removedElsewhere(cause, notice);
  }

  /** Tells those who listen here of a removal that others know of. */
  removedElsewhere(cause: RemovalCause, notice: Notice): void {
    this.emit(cause, notice);
    this.emit("remove", { ...notice, cause });
  }

  /** Tells all listeners. What one throws harms neither the others nor the cache's work: the listeners of `error` hear of it. */
  emit(name: Name, notice: Notice): void {
    const hearers = this.#listeners.get(name);
    if (!hearers) return;
    // Those who begin to listen meanwhile do so from the next event on, lest it go round for ever.
    for (const hear of Array.from(hearers)) {
      if (!hearers.has(hear)) continue;
      try {
        hear(notice);
      } catch (error) {
        // An error in hearing of errors ends here, lest it go round for ever.
        if (name !== "error") this.emit("error", { error });
      }
    }
  }

  /** Adds a listener for the keys that begin with `namespace`. Returns what removes it. Throws a `TypeError` for an event that there isn't. */
  on<Value, K, N extends Name>(name: N, namespace: EncodedKey, listener: (event: CacheEvents<Value, K>[N]) => void): () => void {
    if (!Object.hasOwn(isRemoval, name))
      throw new TypeError(`there is no event "${name}"; there are: ${Object.keys(isRemoval).join(", ")}`);
    if (typeof listener !== "function") throw new TypeError("a listener must be a function");
    const hear: Hear = (notice) => {
      const event = eventIn(name, namespace, notice);
      // `eventIn` builds the event of this name; values are what this cache's codec gives, keys what was written.
      if (event) listener(event as CacheEvents<Value, K>[N]);
    };
    let hearers = this.#listeners.get(name);
    if (!hearers) this.#listeners.set(name, (hearers = new Set()));
    hearers.add(hear);
    if (isRemoval[name]) this.#news?.all.changeListeners(1);
    return () => {
      if (!hearers.delete(hear)) return;
      if (isRemoval[name]) this.#news?.all.changeListeners(-1);
      // Stopped twice, it must not stop those who began to listen since.
      if (hearers.size === 0 && this.#listeners.get(name) === hearers) this.#listeners.delete(name);
    };
  }
}

function eventIn(name: Name, namespace: EncodedKey, { key, removed, value, expiresAt, error, cause }: Notice): object | undefined {
  if (name === "error") return { error };
  const because = cause && { cause };
  if (key) {
    if (!isInside(key, namespace)) return undefined;
    const told = decodeKey(key, namespace.length);
    return name === "set" ? { key: told, value, expiresAt } : { key: told, ...because };
  }
  if (!removed) return undefined;
  if (isInside(removed, namespace)) return { prefix: decodeKey(removed, namespace.length), ...because };
  return extendsKey(namespace, removed) ? { ...because } : undefined;
}

function isInside(key: EncodedKey, namespace: EncodedKey): boolean {
  return key.length > namespace.length && extendsKey(key, namespace);
}
