import { andThen, run, step, type Steps } from "./continuation.ts";
import type { EncodedKey, IndexEntry, StoredEntry } from "./entry.ts";
import { asyncSchema, CacheError } from "./errors.ts";
import { countLive } from "./live-count.ts";
import type { Evictions } from "./eviction/evictions.ts";
import { LastingCounts } from "./lasting-counts.ts";
import { channels, traceBackground, tracedCommit, tracedRead } from "./diagnostics.ts";
import type { BackgroundError } from "./health.ts";
import { IndexBuilders } from "./migration/index-builders.ts";
import type { TablePass } from "./migration/table-pass.ts";
import { afterThisTurn, nextTurn } from "./next-turn.ts";
import type { Batch, CommitResult, Operation } from "./operation.ts";
import type { Settings } from "./options.ts";
import { gatherTable } from "./cache-statistics.ts";
import { RemovalNews } from "./removal-news.ts";
import { type RowAccess, useLive } from "./row-access.ts";
import { flushReads, slidingOf, stopReads } from "./remembered-reads.ts";
import { SteadyTime } from "./steady-time.ts";
import { type TableStatistics, tableStatistics } from "./statistics.ts";
import type { FoundRow, MaybePromise, Page, RangeQuery, Store, SyncStore, Usage } from "./store.ts";
import { Sweeper } from "./sweeper.ts";
import { DEFAULT_TABLE } from "./table-id.ts";
import type { Catalog } from "./table/catalog.ts";
import { OpenTable } from "./table/open-table.ts";
import type { SecondaryIndex } from "./table/secondary-index.ts";
import { withoutUnique } from "./table/unique.ts";
import { upkeepOf } from "./upkeep.ts";
import { Stopwatch } from "./timing.ts";
import type { Unit, Written } from "./unit.ts";
import { Waits } from "./waits.ts";
import { WriteQueue } from "./write-queue.ts";

/** What all tables of an open cache share: the store and everything between it and the verbs. */
export class Runtime implements RowAccess {
  readonly writesBack = true;
  readonly settings: Settings;
  readonly defaultTable: OpenTable;
  readonly catalog: Catalog;
  readonly sweeper: Sweeper;
  readonly store: Store;
  readonly queue: WriteQueue;
  readonly counts: LastingCounts;
  /** What was reported last. */
  lastError: BackgroundError | undefined;
  readonly flushes: Stopwatch<void> = new Stopwatch();
  readonly #news: RemovalNews;
  /** What keeps it within its budgets, once all tables are open. */
  evictions: Evictions | undefined;
  /** The passes of migrations under way. */
  readonly passes: Set<TablePass> = new Set();
  readonly #tables = new Map<number, OpenTable>();
  readonly #builders = new IndexBuilders(this);
  readonly #time: SteadyTime;
  readonly #waits: Waits;
  readonly #sync: SyncStore | undefined;
  #closing: MaybePromise<void> | undefined;
  #isClosed = false;
  /** Whether this turn has already seen that the catalog is as it was. */
  #isVerified = false;

  /** For an open store. `sync` is that of the face: without it, the store's own commits may take their time. */
  constructor(store: Store, settings: Settings, catalog: Catalog, sync: SyncStore | undefined) {
    this.settings = settings;
    this.store = store;
    this.#time = new SteadyTime(settings.clock);
    this.#waits = new Waits(settings.clock);
    this.catalog = catalog;
    this.#sync = sync;
    this.#news = new RemovalNews(store, (id) => this.#tables.get(id)?.emitter);
    this.defaultTable = new OpenTable(store, DEFAULT_TABLE, settings.defaultTable);
    this.add(this.defaultTable);
    const now = (): number => this.now();
    this.queue = new WriteQueue({
      commit: (batch) => this.commit(batch),
      now,
      upkeep: (at, operations) => upkeepOf(this, at, operations),
      follow: () => this.evictions?.rest(),
      refused: (unit, position) => run(withoutUnique(store, this.now(), (id) => this.table(id), unit, position)),
      premise: (unit) => catalog.premise(unit),
    });
    this.counts = new LastingCounts(this);
    this.sweeper = new Sweeper({
      reclaimers: () => this.tables.map(({ reclaimer }) => reclaimer),
      clock: settings.clock,
      now,
      store,
      // Expired rows are invisible already: no read need wait for their removal.
      write: (unit) => this.write([], unit),
      interval: settings.sweepInterval,
      pause: () => this.pause(),
      runAlone: (sweep) => this.runAlone(this.counts.after(sweep)),
    });
    traceBackground(this);
  }

  /** Commits a batch beside the queue. */
  commit(batch: Batch): MaybePromise<CommitResult> {
    // Later reads see a later moment.
    this.#isVerified = false;
    const commit = (): MaybePromise<CommitResult> => (this.#sync ? this.#sync.commitSync(batch) : this.store.commit(batch));
    return channels.commit.hasSubscribers ? tracedCommit(this.store.name, batch, commit) : commit();
  }

  /** Whether the cache answers at once. */
  get isSync(): boolean {
    return this.#sync !== undefined;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** The default table and all declared ones. */
  get tables(): readonly OpenTable[] {
    return [...this.#tables.values()];
  }

  add(table: OpenTable): void {
    this.#tables.set(table.id, table);
    table.emitter.announce(this.#news, table.id);
    if (table.settings.sliding) table.sliding = slidingOf(this, table.id);
  }

  /** Has unfinished indexes of a table built in the background. */
  build(table: OpenTable): void {
    this.#builders.of(table).start();
  }

  /** Whether a table is open. */
  has(id: number): boolean {
    return this.#tables.has(id);
  }

  /** The open table with an id. */
  table(id: number): OpenTable {
    const table = this.#tables.get(id);
    if (!table) throw new Error(`no table with id ${id} is open`);
    return table;
  }

  now(): number {
    return this.#time.now();
  }

  assertOpen(): void {
    if (this.#isClosed) throw new CacheError("CACHE_CLOSED", "the cache is closed");
  }

  get<T>(table: number, key: EncodedKey, use: (stored: StoredEntry | undefined) => MaybePromise<T>): MaybePromise<T> {
    return channels.get.hasSubscribers ? this.#traced(table, 1, () => this.#get(table, key, use)) : this.#get(table, key, use);
  }

  #get<T>(table: number, key: EncodedKey, use: (stored: StoredEntry | undefined) => MaybePromise<T>): MaybePromise<T> {
    if (this.queue.idle) {
      const stored = this.store.get(table, key);
      return stored instanceof Promise ? stored.then(use) : use(stored);
    }
    return andThen(this.queue.settled(table, [key]), () => andThen(this.store.get(table, key), use));
  }

  getMany(table: number, keys: readonly EncodedKey[]): MaybePromise<readonly (StoredEntry | undefined)[]> {
    return channels.get.hasSubscribers ? this.#traced(table, keys.length, () => this.#getMany(table, keys)) : this.#getMany(table, keys);
  }

  #getMany(table: number, keys: readonly EncodedKey[]): ReturnType<Store["getMany"]> {
    return andThen(this.queue.settled(table, keys), () => this.store.getMany(table, keys));
  }

  getBy<T>(table: number, entry: IndexEntry, use: (row: FoundRow | undefined) => MaybePromise<T>): MaybePromise<T> {
    if (this.queue.idle) return useLive(this, table, entry, use);
    return andThen(this.queue.settled(table), () => useLive(this, table, entry, use));
  }

  /** Nothing relies on it outside of a transaction. */
  tellDeadline(): void {}

  #traced<T>(table: number, keys: number, read: () => MaybePromise<T>): MaybePromise<T> {
    return tracedRead(this.store.name, this.#tables.get(table)?.settings.name, keys, read);
  }

  range(table: number, query: RangeQuery): MaybePromise<Page> {
    return andThen(this.queue.settled(table), () => this.store.range(table, query));
  }

  usage(table: number): MaybePromise<Usage> {
    return andThen(this.queue.settled(table), () => this.store.usage(table));
  }

  statistics(table: OpenTable): MaybePromise<TableStatistics> {
    return andThen(run(gatherTable(this, table)), tableStatistics);
  }

  size(table: number): MaybePromise<number> {
    return andThen(this.queue.settled(table), () => run(countLive(this.store, table, () => this.now())));
  }

  write<T>(written: readonly Written[], unit: MaybePromise<Unit<T>>): MaybePromise<T> {
    if (!this.#sync) return this.queue.add(written, unit);
    if (!(unit instanceof Promise)) return this.queue.addSync(unit);
    unit.catch(() => {});
    throw asyncSchema();
  }

  /**
   * Looks, once a turn, whether others have changed how tables are declared: what this cache knows of their indexes may then be wrong. Point
   * reads need it not, as rows tell their own version.
   */
  #verify(table: OpenTable): MaybePromise<void> {
    if (this.#isVerified) return this.catalog.assertCurrent(table.id);
    return andThen(this.catalog.refresh(), () => {
      this.#isVerified = true;
      afterThisTurn(() => {
        this.#isVerified = false;
      });
      this.catalog.assertCurrent(table.id);
    });
  }

  prepare(table: OpenTable, index: SecondaryIndex | undefined): MaybePromise<void> {
    if (this.#isVerified && index?.state === "ready") return this.catalog.assertCurrent(table.id);
    return andThen(this.#verify(table), () => {
      if (index && index.state !== "ready") return this.#builders.of(table).finished(index);
    });
  }

  /** Waits until all writes called so far are committed. */
  drained(): MaybePromise<void> {
    return this.queue.idle ? undefined : this.queue.drained();
  }

  flush(): MaybePromise<void> {
    return run(this.flushes.measure(this.#flush()));
  }

  *#flush(): Steps<void> {
    yield* flushReads(this);
    yield* this.counts.save();
    if (this.#sync) return this.#sync.flushSync();
    yield* step(this.drained());
    yield* step(this.store.flush());
  }

  /** Commits operations that rely on nothing, beside the queue. */
  *commitAlone(...operations: readonly Operation[]): Steps<void> {
    yield* step(this.commit({ now: this.now(), checks: [], operations }));
  }

  /** Waits so many milliseconds of the cache's clock, or until the cache closes. */
  wait(ms: number): Promise<void> {
    return this.#waits.wait(ms);
  }

  /** Gives other work a turn; on the synchronous face there is none. */
  pause(): MaybePromise<void> {
    return this.#sync ? undefined : nextTurn();
  }

  close(): MaybePromise<void> {
    this.#isClosed = true;
    this.#closing ??= run(this.#close());
    return this.#closing;
  }

  *#close(): Steps<void> {
    yield* this.sweeper.stop();
    stopReads(this);
    this.#waits.end();
    yield* this.#builders.stop();
    // Once what they have called is committed, they know how far they are.
    yield* step(this.drained());
    for (const pass of this.passes) yield* pass.release();
    yield* flushReads(this);
    yield* this.counts.save();
    if (!this.#sync) yield* step(this.drained());
    this.#news.stop();
    if (this.#sync) this.#sync.closeSync();
    else yield this.store.close();
  }

  /** Runs what nobody waits for; failures go to the listeners of `error`. */
  runAlone(work: Steps<unknown>): void {
    try {
      const outcome = run(work);
      if (outcome instanceof Promise) outcome.catch((error: unknown) => this.report(error));
    } catch (error) {
      this.report(error);
    }
  }

  /** The same for what writes down what was read. */
  readonly flushAlone = (work: Steps<void>): void => this.runAlone(this.flushes.measure(this.counts.after(work)));

  /** Tells the listeners of `error` of a failure in the background. */
  readonly report = (error: unknown): void => {
    // What background work meets while the cache closes is no failure.
    if (this.#isClosed) return;
    this.lastError = { at: this.now(), error };
    this.defaultTable.emitter.emit("error", { error });
  };
}
