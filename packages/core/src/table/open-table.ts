import type { StandardSchemaV1 } from "@standard-schema/spec";
import type { EncodedKey, IndexEntry } from "../entry.ts";
import { Emitter } from "../emitter.ts";
import { CacheError } from "../errors.ts";
import { deadline, expiryEntries, type Life } from "../expiry.ts";
import type { Eviction } from "../eviction/eviction.ts";
import type { Recency } from "../eviction/recency.ts";
import type { Migration } from "../migration/migration-steps.ts";
import { Reclaimer } from "../reclaimer.ts";
import { Counters } from "../statistics.ts";
import type { Store } from "../store.ts";
import { addTags, type EncodedTags, noTags } from "../tag.ts";
import { ValueCodec } from "../value-codec.ts";
import type { Sliding } from "../sliding.ts";
import type { BudgetSettings } from "../eviction/budget-settings.ts";
import type { PrimaryKey } from "./primary-key.ts";
import type { SecondaryIndex } from "./secondary-index.ts";

/** The settings of an open table, checked and complete. */
export interface TableSettings {
  /** `undefined` for the default table. */
  readonly name: string | undefined;
  /** Milliseconds, `Infinity` for ever. */
  readonly ttl: number;
  /** Whether rows that expire live on from each read. */
  readonly sliding: boolean;
  /** How many milliseconds rows are kept after they have expired; `Infinity` for ever. */
  readonly staleFor: number;
  readonly schema: StandardSchemaV1 | undefined;
  readonly validateOnRead: boolean;
  readonly onCorrupt: "throw" | "miss";
  readonly budget: BudgetSettings;
  /** The version of the values' shape. */
  readonly version: number;
  readonly migration: Migration | undefined;
  /** Where keys come from; `undefined` when they are given. */
  readonly primaryKey: PrimaryKey | undefined;
}

/** A table of an open cache: what all its verbs, on the cache and in transactions, share. */
export class OpenTable {
  readonly id: number;
  readonly settings: TableSettings;
  readonly indexes: ReadonlyMap<string, SecondaryIndex>;
  /** The numbers of the unique ones. */
  readonly uniqueIndexes: ReadonlySet<number>;
  readonly codec: ValueCodec;
  readonly counters: Counters = new Counters();
  readonly emitter: Emitter = new Emitter();
  readonly reclaimer: Reclaimer;
  /** What keeps the table within its budgets, if it has any. */
  eviction: Eviction | undefined;
  /** What takes note of reads, if the table's policy cares for them. */
  recency: Recency | undefined;
  /** What makes rows live on from each read, if they do. */
  sliding: Sliding | undefined;
  readonly #inOrder: readonly SecondaryIndex[];

  constructor(store: Store, id: number, settings: TableSettings, indexes: readonly SecondaryIndex[] = []) {
    this.id = id;
    this.settings = settings;
    this.indexes = new Map(indexes.map((index) => [index.name, index]));
    this.uniqueIndexes = new Set(indexes.filter(({ isUnique }) => isUnique).map(({ number }) => number));
    this.#inOrder = indexes;
    this.codec = new ValueCodec(store, id, settings.version);
    this.reclaimer = new Reclaimer(id, this.counters, this.emitter, settings.staleFor);
  }

  /** The name, for messages. */
  get title(): string {
    const { name } = this.settings;
    return name === undefined ? "the default table" : `table "${name}"`;
  }

  /** The life of a row that is written now with a `ttl` in milliseconds. */
  lifeFrom(now: number, ttl: number): Life {
    const expiresAt = deadline(now, ttl);
    return { expiresAt, lifetime: this.settings.sliding && expiresAt !== Number.POSITIVE_INFINITY ? Math.ceil(ttl) : 0 };
  }

  /** Whether its budgets have room for a row, if they had to hold nothing else. Throws `CACHE_TOO_LARGE` where that is the option. */
  keeps(key: EncodedKey, value: Uint8Array, entries: readonly IndexEntry[]): boolean {
    if (!this.eviction || this.eviction.fits(this, key, value, entries)) return true;
    if (this.settings.budget.tooLarge === "skip") return false;
    throw new CacheError("CACHE_TOO_LARGE", `an entry counts for more bytes than ${this.title} may keep; allow more, or keep it elsewhere`);
  }

  /** All index entries of a row. Throws what is thrown for values that can't be indexed, and `CACHE_KEY_TOO_LONG`. */
  entriesOf(key: EncodedKey, value: unknown, expiresAt: number, tags: EncodedTags = noTags): readonly IndexEntry[] {
    const system = this.systemEntriesOf(key, expiresAt, tags);
    if (this.#inOrder.length === 0) return system;
    const entries = [...system];
    for (const index of this.#inOrder) index.addEntries(entries, key, value);
    return entries;
  }

  /** A row's entries in the system's indexes, which don't come from its value. */
  systemEntriesOf(key: EncodedKey, expiresAt: number, tags: EncodedTags): readonly IndexEntry[] {
    const own = expiryEntries(expiresAt);
    const place = this.eviction?.entryFor(this.id, key);
    if (!place && tags.length === 0) return own;
    // Made in its length: a list that grows gets room for many more, and each write makes one.
    const entries = place ? [...own, place] : [...own];
    addTags(entries, key, tags);
    return entries;
  }
}
