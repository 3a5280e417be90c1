import { andThen, run, step, type Steps } from "./continuation.ts";
import { Emitter } from "./emitter.ts";
import type { EncodedKey, StoredEntry } from "./entry.ts";
import { asyncSchema, CacheError } from "./errors.ts";
import { dueBound, EXPIRY_INDEX } from "./expiry.ts";
import type { Settings } from "./options.ts";
import { Reclaimer } from "./reclaimer.ts";
import { Counters } from "./statistics.ts";
import type { MaybePromise, Page, RangeQuery, Store, SyncStore, Usage } from "./store.ts";
import { Sweeper } from "./sweeper.ts";
import { DEFAULT_TABLE } from "./table-id.ts";
import { ValueCodec } from "./value-codec.ts";
import type { Unit, WrittenKeys } from "./write-group.ts";
import { WriteQueue } from "./write-queue.ts";

/** Rows in a page of keys. */
const KEYS_PER_PAGE = 1024;

/** How often a count of many expired rows begins anew because others write meanwhile. */
const MAX_COUNTS = 8;

/** Gives the event loop a turn. Taken when the module loads, lest a test's fake timers stop the sweeper. */
const afterThisTurn: (job: () => void) => void =
  (globalThis as { setImmediate?: (job: () => void) => void }).setImmediate ?? ((job) => setTimeout(job, 0));

/** What all namespaces of an open cache share: the store and everything between it and the verbs. */
export class Runtime {
  readonly settings: Settings;
  readonly codec: ValueCodec;
  readonly counters: Counters = new Counters();
  readonly emitter: Emitter = new Emitter();
  readonly table: number = DEFAULT_TABLE;
  readonly reclaimer: Reclaimer;
  readonly sweeper: Sweeper;
  readonly #store: Store;
  readonly #queue: WriteQueue;
  readonly #writesSync: boolean;
  #latest = Number.NEGATIVE_INFINITY;
  #closing: MaybePromise<void> | undefined;
  #isClosed = false;

  /** For an open store. `sync` is that of the face: without it, the store's own commits may take their time. */
  constructor(store: Store, settings: Settings, sync: SyncStore | undefined) {
    this.settings = settings;
    this.#store = store;
    this.#writesSync = sync !== undefined;
    this.codec = new ValueCodec(store, this.table);
    this.reclaimer = new Reclaimer(this.table, this.counters, this.emitter);
    const now = (): number => this.now();
    this.#queue = new WriteQueue({
      codec: this.codec,
      commit: sync ? (batch) => sync.commitSync(batch) : (batch) => store.commit(batch),
      now,
      upkeep: (at, operations) => this.reclaimer.upkeep(at, operations),
    });
    this.sweeper = new Sweeper({
      reclaimer: this.reclaimer,
      clock: settings.clock,
      now,
      // Expired rows are invisible already: no read need wait for their removal.
      write: (unit) => this.write([], unit),
      interval: settings.sweepInterval,
      pause: () => (sync ? undefined : new Promise<void>(afterThisTurn)),
      runAlone: (sweep) => this.#runAlone(sweep),
    });
  }

  /** The time, which never goes back: what has expired stays so when the wall clock is set back. */
  now(): number {
    const now = this.settings.clock.now();
    if (now > this.#latest) this.#latest = now;
    return this.#latest;
  }

  /** Throws `CACHE_CLOSED` once `close` was called. */
  assertOpen(): void {
    if (this.#isClosed) throw new CacheError("CACHE_CLOSED", "the cache is closed");
  }

  /**
   * What `use` makes of the row at a key, expired or not, after all writes to it that were called before. `use` runs at once, as the row's
   * bytes may not outlive the store's next call.
   */
  get<T>(key: EncodedKey, use: (stored: StoredEntry | undefined) => MaybePromise<T>): MaybePromise<T> {
    if (this.#queue.idle) {
      const stored = this.#store.get(this.table, key);
      return stored instanceof Promise ? stored.then(use) : use(stored);
    }
    return andThen(this.#queue.settled([key]), () => andThen(this.#store.get(this.table, key), use));
  }

  getMany(keys: readonly EncodedKey[]): MaybePromise<readonly (StoredEntry | undefined)[]> {
    return andThen(this.#queue.settled(keys), () => this.#store.getMany(this.table, keys));
  }

  range(query: RangeQuery): MaybePromise<Page> {
    return andThen(this.#queue.settled(), () => this.#store.range(this.table, query));
  }

  usage(): MaybePromise<Usage> {
    return andThen(this.#queue.settled(), () => this.#store.usage(this.table));
  }

  /** How many rows of the table aren't expired: those there are, less the expired ones that still wait to be reclaimed. */
  size(): MaybePromise<number> {
    return andThen(this.#queue.settled(), () => run(this.#liveRows()));
  }

  *#liveRows(): Steps<number> {
    for (let tries = 1; ; tries++) {
      // Called together, they see one snapshot.
      const usage = this.#store.usage(this.table);
      const expired = run(this.#countPages({ index: EXPIRY_INDEX, lt: dueBound(this.now()) }));
      const { entries, version } = yield* step(usage);
      const gone = yield* step(expired);
      // Later pages may be of a later moment, between which others have written.
      if (gone < KEYS_PER_PAGE || tries === MAX_COUNTS || (yield* step(this.#store.usage(this.table))).version === version)
        return entries - gone;
    }
  }

  /** How many rows a range holds. */
  count(query: Omit<RangeQuery, "limit" | "keysOnly" | "reverse">): MaybePromise<number> {
    return andThen(this.#queue.settled(), () => run(this.#countPages(query)));
  }

  *#countPages(query: Omit<RangeQuery, "limit" | "keysOnly" | "reverse">): Steps<number> {
    let counted = 0;
    for (let gt = query.gt, gte = query.gte; ; gte = undefined) {
      const page: Page = yield* step(this.#store.range(this.table, { ...query, gt, gte, limit: KEYS_PER_PAGE, keysOnly: true }));
      counted += page.rows.length;
      if (!page.next) return counted;
      gt = page.next;
    }
  }

  /** Has a unit committed, after all that were called before. */
  write<T>(keys: WrittenKeys, unit: MaybePromise<Unit<T>>): MaybePromise<T> {
    if (!this.#writesSync) return this.#queue.add(keys, unit);
    if (!(unit instanceof Promise)) return this.#queue.addSync(unit);
    unit.catch(() => {});
    throw asyncSchema();
  }

  close(): MaybePromise<void> {
    this.#isClosed = true;
    this.#closing ??= run(this.#close());
    return this.#closing;
  }

  *#close(): Steps<void> {
    this.sweeper.stop();
    if (this.#writesSync) {
      // The synchronous face was opened with a SyncStore.
      (this.#store as SyncStore).closeSync();
      return;
    }
    if (!this.#queue.idle) yield this.#queue.drained();
    yield this.#store.close();
  }

  #runAlone(work: Steps<unknown>): void {
    try {
      const outcome = run(work);
      if (outcome instanceof Promise) outcome.catch((error: unknown) => this.#report(error));
    } catch (error) {
      this.#report(error);
    }
  }

  #report(error: unknown): void {
    // What a sweep meets while the cache closes is no failure.
    if (!this.#isClosed) this.emitter.emit("error", { error });
  }
}
