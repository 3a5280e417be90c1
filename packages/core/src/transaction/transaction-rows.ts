import { afterPrefix } from "../byte-order.ts";
import { andThen, run, step, type Steps } from "../continuation.ts";
import type { EncodedKey, IndexEntry, StoredEntry } from "../entry.ts";
import { asyncSchema, CacheError } from "../errors.ts";
import type { SetOperation } from "../operation.ts";
import { countRows, KEYS_PER_PAGE, type RowAccess } from "../row-access.ts";
import type { Runtime } from "../runtime.ts";
import type { TableStatistics } from "../statistics.ts";
import type { FoundRow, MaybePromise, Page, RangeQuery } from "../store.ts";
import type { OpenTable } from "../table/open-table.ts";
import { uniqueChecks } from "../table/unique.ts";
import type { SecondaryIndex } from "../table/secondary-index.ts";
import type { Unit, Written } from "../unit.ts";
import { BaseRows } from "./base-rows.ts";
import { CallOrder } from "./call-order.ts";
import type { ReadSet } from "./read-set.ts";
import { emptyPage, goingOn } from "./row-order.ts";
import { TableOverlay } from "./table-overlay.ts";
import { UnitWriter } from "./unit-writer.ts";

/** More rows of a page than were asked for, since the transaction may have removed some. */
const MAX_EXTRA_ROWS = 64;

/** The rows that a transaction sees: those of the cache, with what it has written itself laid over them. */
export class TransactionRows implements RowAccess {
  readonly writesBack = false;
  readonly #runtime: Runtime;
  readonly #signal: AbortSignal | undefined;
  readonly #base: BaseRows;
  readonly #overlays = new Map<number, TableOverlay>();
  readonly #writer: UnitWriter;
  readonly #order = new CallOrder();
  #isOver = false;

  constructor(runtime: Runtime, signal: AbortSignal | undefined) {
    this.#runtime = runtime;
    this.#signal = signal;
    this.#base = new BaseRows(runtime);
    this.#writer = new UnitWriter(this.#base, this.#overlays, {
      now: () => this.now(),
      range: (table, query) => this.#range(table, query),
      count: (table, range) => {
        const isWhole = Object.values(range).every((bound) => bound === undefined);
        return isWhole ? this.#size(table) : countRows((query) => run(this.#range(table, query)), { ...range, liveAt: this.now() });
      },
    });
  }

  get reads(): ReadSet {
    return this.#base.reads;
  }

  /** Whether nothing will come of it: it was given up, or is run again. */
  get isAbandoned(): boolean {
    return this.reads.isStale || this.#signal?.aborted === true;
  }

  /** What commits the transaction. Throws `CACHE_UNIQUE` when two of its rows have the same unique entry. */
  unit(): Unit<void> {
    this.#writer.assertWhole();
    const now = this.now();
    const written = Array.from(this.#overlays, ([table, { operations }]) => ({ table, operations }));
    const unique = written.map(({ table, operations }) => {
      // A row that was written and then made to expire claims nothing.
      const set = operations.filter((operation) => operation.type === "set").filter(({ expiresAt }) => expiresAt > now);
      return set.length > 0 ? uniqueChecks(this.#runtime.table(table), set) : [];
    });
    const { checks, before } = this.reads;
    const operations = written.flatMap((one) => one.operations);
    const replaced: SetOperation[] = [];
    return {
      operations,
      // What was read comes first: a unique entry may be taken just because that has changed.
      checks: [checks, ...unique].flat(),
      before,
      done: (counts, from) => {
        for (const [at, operation] of operations.entries())
          if (operation.type === "set" && counts[from + at] === 1 && this.#overlays.get(operation.table)?.overwrites(operation.key))
            replaced.push(operation);
      },
      told: () => {
        for (const { table, key } of replaced) this.#runtime.table(table).emitter.remove("replace", { key });
        this.#writer.told();
      },
    };
  }

  now(): number {
    return this.#runtime.now();
  }

  assertOpen(): void {
    this.#signal?.throwIfAborted();
    if (this.#isOver) throw new CacheError("CACHE_CLOSED", "the transaction has ended");
    this.#runtime.assertOpen();
  }

  /** Refuses all calls from now on, and waits for those under way. Throws what made a write fail that nobody had waited for. */
  end(): MaybePromise<void> {
    this.#isOver = true;
    return this.#order.settled();
  }

  get<T>(table: number, key: EncodedKey, use: (stored: StoredEntry | undefined) => MaybePromise<T>, stale?: boolean): MaybePromise<T> {
    return this.#order.read(() => {
      const own = this.#overlays.get(table)?.find(key);
      return own === undefined ? this.#base.get(table, key, use, stale) : use(own ?? undefined);
    });
  }

  getMany(table: number, keys: readonly EncodedKey[], stale?: boolean): MaybePromise<readonly (StoredEntry | undefined)[]> {
    return this.#order.read(() => this.#writer.rows(table, keys, stale));
  }

  getBy<T>(table: number, { index, bytes }: IndexEntry, use: (row: FoundRow | undefined) => MaybePromise<T>): MaybePromise<T> {
    const query = { index, gte: bytes, lt: afterPrefix(bytes), limit: 1, liveAt: this.now() };
    return this.#order.read(() => andThen(run(this.#first(table, query)), use));
  }

  /** The first row of a range. Pages before it may be empty: of rows that are expired, or gone. */
  *#first(table: number, query: RangeQuery): Steps<FoundRow | undefined> {
    for (let rest = query; ;) {
      const { rows, next }: Page = yield* this.#range(table, rest);
      const [{ key, stored } = {}] = rows;
      if (key && stored) return { key, stored };
      if (!next) return undefined;
      rest = { ...query, gte: undefined, gt: next };
    }
  }

  tellDeadline(table: number, key: EncodedKey, expiresAt: number): void {
    if (this.#overlays.get(table)?.find(key) === undefined) this.reads.deadline(table, key, expiresAt);
  }

  range(table: number, query: RangeQuery): MaybePromise<Page> {
    return this.#order.read(() => run(this.#range(table, query)));
  }

  /** The figures of a table without the transaction, which doesn't rely on them. */
  statistics(table: OpenTable): MaybePromise<TableStatistics> {
    return this.#runtime.statistics(table);
  }

  size(table: number): MaybePromise<number> {
    return this.#order.read(() => run(this.#size(table)));
  }

  prepare(table: OpenTable, index: SecondaryIndex | undefined): MaybePromise<void> {
    return this.#order.read(() => this.#runtime.prepare(table, index));
  }

  write<T>(_written: readonly Written[], unit: MaybePromise<Unit<T>>): MaybePromise<T> {
    // What becomes of it while others before it are waited for is no concern of the process.
    if (unit instanceof Promise) unit.catch(() => {});
    if (unit instanceof Promise && this.#runtime.isSync) throw asyncSchema();
    return this.#order.write(() => andThen(unit, (made) => run(this.#writer.write(made))));
  }

  *#range(table: number, query: RangeQuery): Steps<Page> {
    const overlay = this.#overlays.get(table);
    for (let bounds = query; ;) {
      let page = emptyPage;
      if (!overlay) page = yield* step(this.#base.range(table, bounds));
      else {
        const limit = bounds.limit + Math.min(overlay.changed, MAX_EXTRA_ROWS);
        if (!overlay.hidesAll(bounds)) page = yield* step(this.#base.range(table, { ...bounds, limit }));
        page = overlay.merge(page, bounds);
      }
      // Who asks for one row must not take a page of removed ones for none.
      if (page.rows.length > 0 || !page.next) return page;
      bounds = goingOn(bounds, page.next);
    }
  }

  *#size(table: number): Steps<number> {
    const overlay = this.#overlays.get(table);
    if (!overlay) return yield* step(this.#base.size(table));
    const now = this.now();
    if (overlay.hidesAll({ limit: 1 })) return overlay.live(now);
    if (overlay.hasGone || overlay.changed > KEYS_PER_PAGE)
      return yield* countRows((query) => run(this.#range(table, query)), { liveAt: now });
    const stored = yield* step(this.#base.size(table));
    const covered = yield* step(this.#base.getMany(table, overlay.keys));
    return stored - covered.filter((row) => row && row.expiresAt > now).length + overlay.live(now);
  }
}
