import type { Key, KeyPart, KeyRange } from "@cache/core";
import { beginsWith, compareKeys, partsOf } from "./key-order.ts";

/** A namespace's path: the parts with which its keys begin; none for the whole cache. */
export type Scope = readonly KeyPart[];

interface ModelEntry {
  readonly parts: readonly KeyPart[];
  readonly value: unknown;
  expiresAt: number;
  readonly tags: readonly string[];
}

/** An entry as a reader in some namespace sees it. */
export interface SeenEntry {
  readonly key: Key;
  readonly value: unknown;
  /** Epoch milliseconds, `Infinity` for never. */
  readonly expiresAt: number;
  /** In the order of keys. */
  readonly tags: readonly string[];
}

/**
 * What a cache should do, as simply as it can be said: a sorted list of entries, and a clock. It shares no code with core or any store: not
 * the order of keys, nor how prefixes, deadlines or namespaces work.
 */
export class Model {
  /** Those that have expired included, until they are removed. */
  #entries: ModelEntry[] = [];
  #now: number;
  readonly #staleFor: number;

  /** `staleFor` is for how many milliseconds entries can be had that have expired. */
  constructor(now: number, staleFor: number = 0) {
    this.#now = now;
    this.#staleFor = staleFor;
  }

  get now(): number {
    return this.#now;
  }

  /** The same entries once more. */
  copy(): Model {
    const copy = new Model(this.#now, this.#staleFor);
    copy.#entries = this.#entries.map((entry) => ({ ...entry }));
    return copy;
  }

  /** Takes the entries of a copy over. */
  take(copy: Model): void {
    this.#entries = copy.#entries;
  }

  /** Moves the time on. */
  advance(ms: number): void {
    this.#now += ms;
  }

  /** Removes all that may go; tells how many entries are left, those that have expired included. */
  sweep(): number {
    this.#entries = this.#entries.filter((entry) => !this.#mayGo(entry));
    return this.#entries.length;
  }

  set(scope: Scope, key: Key, value: unknown, ttl: number = Infinity, tags: readonly string[] = []): void {
    this.delete(scope, key);
    const parts = [...scope, ...partsOf(key)];
    const behind = this.#entries.findIndex((entry) => compareKeys(entry.parts, parts) > 0);
    this.#entries.splice(behind === -1 ? this.#entries.length : behind, 0, {
      parts,
      value,
      expiresAt: this.#now + ttl,
      tags: sortedTags(tags),
    });
  }

  get(scope: Scope, key: Key): SeenEntry | undefined {
    const entry = this.#find(scope, key);
    return entry && seen(entry, scope);
  }

  /** An entry that may have expired. What may go has gone when `given`, which was given for it, is nothing. */
  getStale(scope: Scope, key: Key, given: unknown): (SeenEntry & { readonly isStale: boolean }) | undefined {
    const entry = this.#findAny(scope, key);
    if (!entry) return undefined;
    if (given === undefined && this.#mayGo(entry)) {
      this.delete(scope, key);
      return undefined;
    }
    return { ...seen(entry, scope), isStale: !this.#isLive(entry) };
  }

  delete(scope: Scope, key: Key): boolean {
    const entry = this.#findAny(scope, key);
    return this.#remove((one) => one === entry) === 1;
  }

  expire(scope: Scope, key: Key): boolean {
    const entry = this.#find(scope, key);
    return this.#expire((one) => one === entry) === 1;
  }

  /** Makes the entries of a namespace expire that have a tag. */
  expireTag(scope: Scope, tag: string): number {
    return this.#expire((entry) => isInside(entry.parts, scope) && entry.tags.includes(tag));
  }

  deletePrefix(scope: Scope, prefix: Key): number {
    return this.#remove(({ parts }) => beginsWith(parts, [...scope, ...partsOf(prefix)]));
  }

  /** Removes the entries of a namespace that have any of some tags. */
  invalidate(scope: Scope, tags: readonly string[]): number {
    return this.#remove((entry) => isInside(entry.parts, scope) && tags.some((tag) => entry.tags.includes(tag)));
  }

  clear(scope: Scope): void {
    this.#remove(({ parts }) => isInside(parts, scope));
  }

  touch(scope: Scope, key: Key, ttl: number = Infinity): boolean {
    const entry = this.#find(scope, key);
    if (entry) entry.expiresAt = this.#now + ttl;
    return entry !== undefined;
  }

  /** The entries of a namespace in a range, in order. */
  list(scope: Scope, { gt, gte, lt, lte, prefix }: KeyRange = {}): SeenEntry[] {
    return this.#entries
      .filter((entry) => this.#isLive(entry) && isInside(entry.parts, scope))
      .filter(({ parts }) => {
        const own = parts.slice(scope.length);
        return (
          (gt === undefined || compareKeys(own, partsOf(gt)) > 0) &&
          (gte === undefined || compareKeys(own, partsOf(gte)) >= 0) &&
          (lt === undefined || compareKeys(own, partsOf(lt)) < 0) &&
          (lte === undefined || compareKeys(own, partsOf(lte)) <= 0) &&
          (prefix === undefined || beginsWith(own, partsOf(prefix)))
        );
      })
      .map((entry) => seen(entry, scope));
  }

  #isLive({ expiresAt }: ModelEntry): boolean {
    return expiresAt > this.#now;
  }

  /** Whether an entry has been expired for so long that whoever likes may remove it. */
  #mayGo({ expiresAt }: ModelEntry): boolean {
    return expiresAt + this.#staleFor <= this.#now;
  }

  #find(scope: Scope, key: Key): ModelEntry | undefined {
    const entry = this.#findAny(scope, key);
    return entry && this.#isLive(entry) ? entry : undefined;
  }

  #findAny(scope: Scope, key: Key): ModelEntry | undefined {
    const parts = [...scope, ...partsOf(key)];
    return this.#entries.find((entry) => compareKeys(entry.parts, parts) === 0);
  }

  /** Removes entries, live or not; tells how many were live. */
  #remove(isDoomed: (entry: ModelEntry) => boolean): number {
    const live = this.#entries.filter((entry) => this.#isLive(entry) && isDoomed(entry)).length;
    this.#entries = this.#entries.filter((entry) => !isDoomed(entry));
    return live;
  }

  /** Makes live entries expire; tells how many. */
  #expire(isDoomed: (entry: ModelEntry) => boolean): number {
    const doomed = this.#entries.filter((entry) => this.#isLive(entry) && isDoomed(entry));
    for (const entry of doomed) entry.expiresAt = this.#now;
    return doomed.length;
  }
}

/** Tags each once, and in order. */
export function sortedTags(tags: readonly string[]): readonly string[] {
  return [...new Set(tags)].toSorted((a, b) => compareKeys([a], [b]));
}

function isInside(parts: readonly KeyPart[], scope: Scope): boolean {
  return parts.length > scope.length && beginsWith(parts, scope);
}

function seen({ parts, value, expiresAt, tags }: ModelEntry, scope: Scope): SeenEntry {
  const own = parts.slice(scope.length);
  const [first = null] = own;
  return { key: own.length === 1 && !Array.isArray(first) ? first : own, value, expiresAt, tags };
}
