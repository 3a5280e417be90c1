import { andThen, run, step, type Steps } from "./continuation.ts";
import type { EncodedKey, StoredEntry } from "./entry.ts";
import { encodeKey } from "./key-encoder.ts";
import type { Batch, CommitResult } from "./operation.ts";
import { Counters } from "./statistics.ts";
import type { MaybePromise, Store } from "./store.ts";
import { setSystemRow, systemRowIs } from "./system-row.ts";
import { SYSTEM_TABLE } from "./table-id.ts";
import type { Catalog } from "./table/catalog.ts";
import type { OpenTable } from "./table/open-table.ts";
import { sealPlain, unsealPlain } from "./value-codec.ts";

/** How often an addition is tried while others add theirs; then it waits for the next time. */
const MAX_TRIES = 16;

/** What keeping counts needs of the cache. */
export interface CountedCache {
  readonly store: Store;
  readonly catalog: Catalog;
  readonly tables: readonly OpenTable[];
  now(): number;
  commit(batch: Batch): MaybePromise<CommitResult>;
  /** Hears why an addition failed. */
  readonly report: (error: unknown) => void;
}

/** The counts of all processes, a row of the system table for each table, to which each process adds what it has counted. */
export class LastingCounts {
  readonly #cache: CountedCache;
  /** How much of each table's counts is in the store. */
  readonly #saved = new Map<number, Counters>();
  #saving: Promise<void> | undefined;

  constructor(cache: CountedCache) {
    this.#cache = cache;
  }

  /** The counts of a table by all processes, those of this one that aren't in the store yet included. */
  *of(table: OpenTable): Steps<Counters> {
    yield* this.#settled();
    const { store } = this.#cache;
    // Now, and not once the row is there: what is added to it meanwhile isn't to be counted twice.
    const unsaved = this.#unsaved(table);
    const found = yield* step(andThen(store.get(SYSTEM_TABLE, countsKey(table.id)), countersOf));
    return Counters.sum([found, unsaved]);
  }

  /** Adds to the store what was counted since the last time. Never throws: counts are worth nobody's failure. */
  *save(): Steps<void> {
    yield* this.#settled();
    const saving = run(this.#save());
    if (!(saving instanceof Promise)) return;
    this.#saving = saving;
    yield* step(saving);
    this.#saving = undefined;
  }

  /** Does something, and then adds what was counted, too. */
  *after(work: Steps<unknown>): Steps<void> {
    yield* work;
    yield* this.save();
  }

  /** Waits until nothing is being added. */
  *#settled(): Steps<void> {
    while (this.#saving) yield* step(this.#saving);
  }

  /** The tables of which there is something to add. */
  #counted(): readonly OpenTable[] {
    return this.#cache.tables.filter((table) => !this.#unsaved(table).isZero);
  }

  *#save(): Steps<void> {
    try {
      for (let tries = 0; tries < MAX_TRIES && this.#counted().length > 0; tries++) if (yield* this.#add()) return;
    } catch (error) {
      this.#cache.report(error);
    }
  }

  /** Tries to add to the rows of the tables; tells whether nobody else did meanwhile. */
  *#add(): Steps<boolean> {
    const { catalog, store } = this.#cache;
    yield* step(catalog.refresh());
    // Of a table that was dropped nothing is to be left.
    const counted = this.#counted().filter(({ id }) => !catalog.isSuperseded(id));
    if (counted.length === 0) return true;
    const keys = counted.map(({ id }) => countsKey(id));
    const rows = yield* step(store.getMany(SYSTEM_TABLE, keys));
    const unsaved = counted.map((table) => this.#unsaved(table));
    const result = yield* step(
      this.#cache.commit({
        now: this.#cache.now(),
        checks: [catalog.check, ...keys.map((key, at) => systemRowIs(key, rows[at]?.version))],
        operations: keys.map((key, at) => {
          const value = sealPlain(Counters.sum([countersOf(rows[at]), unsaved[at] ?? new Counters()]).list());
          return setSystemRow(key, value);
        }),
      }),
    );
    if (result.ok)
      for (const [at, { id, counters }] of counted.entries()) {
        const saved = this.#saved.get(id) ?? new Counters();
        this.#saved.set(id, Counters.sum([saved, unsaved[at] ?? counters]));
      }
    return result.ok;
  }

  #unsaved({ id, counters }: OpenTable): Counters {
    return counters.since(this.#saved.get(id) ?? new Counters());
  }
}

/** Where the system table keeps the counts of a table. */
export function countsKey(table: number): EncodedKey {
  return encodeKey(["counts", table]);
}

/** What a row says; nothing when it is damaged, as nobody's work should stop for it. */
function countersOf(stored: StoredEntry | undefined): Counters {
  if (!stored) return new Counters();
  try {
    // Sealed by `save`, and the checksum holds.
    return Counters.of(unsealPlain(stored.value) as number[]);
  } catch {
    return new Counters();
  }
}
