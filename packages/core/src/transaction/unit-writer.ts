import { andThen, step, type Steps } from "../continuation.ts";
import type { EncodedKey, StoredEntry } from "../entry.ts";
import { CacheError } from "../errors.ts";
import type { ByteRange, Check, Operation, Trimmed, TrimmedRow, TrimOperation } from "../operation.ts";
import { KEYS_PER_PAGE } from "../row-access.ts";
import type { MaybePromise, Page, RangeQuery } from "../store.ts";
import type { Unit } from "../unit.ts";
import type { BaseRows } from "./base-rows.ts";
import { goingOn } from "./row-order.ts";
import { TableOverlay } from "./table-overlay.ts";

/** What a writer needs of the transaction it writes for. */
export interface UnitWriterOptions {
  readonly now: () => number;
  /** A page of rows as the transaction sees them. */
  readonly range: (table: number, query: RangeQuery) => Steps<Page>;
  /** How many live rows the transaction sees in a range of a table. */
  readonly count: (table: number, range: ByteRange) => Steps<number>;
}

/** Carries out units of writes on a transaction's overlays, with the answers that a commit would give. */
export class UnitWriter {
  readonly #base: BaseRows;
  readonly #overlays: Map<number, TableOverlay>;
  readonly #options: UnitWriterOptions;
  readonly #told: (() => void)[] = [];
  #failure: { readonly error: unknown } | undefined;

  constructor(base: BaseRows, overlays: Map<number, TableOverlay>, options: UnitWriterOptions) {
    this.#base = base;
    this.#overlays = overlays;
    this.#options = options;
  }

  /** Counts and tells what all units have to tell. */
  told(): void {
    for (const tell of this.#told) tell();
  }

  /** Throws what made a unit fail half-way: without the rest of it, the transaction can't be committed. */
  assertWhole(): void {
    if (this.#failure) throw this.#failure.error;
  }

  /** The rows at some keys, as the transaction sees them. */
  rows(table: number, keys: readonly EncodedKey[], stale?: boolean): MaybePromise<readonly (StoredEntry | undefined)[]> {
    const overlay = this.#overlays.get(table);
    if (!overlay) return this.#base.getMany(table, keys, stale);
    const own = keys.map((key) => overlay.find(key));
    const others = keys.filter((_, at) => own[at] === undefined);
    if (others.length === 0) return own.map((row) => row ?? undefined);
    return andThen(this.#base.getMany(table, others, stale), (stored) => {
      const left = stored.values();
      return own.map((row) => (row === undefined ? left.next().value : (row ?? undefined)));
    });
  }

  /** Carries a unit out. Its checks of unique entries are left out: whether they hold is seen when all is written. */
  *write<T>(unit: Unit<T>): Steps<T> {
    const now = this.#options.now();
    if (unit.checks) yield* this.#assertHold(unit.checks, now);
    if (unit.before !== undefined) {
      if (now >= unit.before) throw refused();
      this.#base.reads.until(unit.before);
    }
    const stored = yield* this.#readAhead(unit.operations);
    const counts: number[] = [];
    const trimmed: Trimmed[] = [];
    try {
      for (const [at, operation] of unit.operations.entries()) {
        if (operation.type === "trim") {
          const rows = yield* this.#trim(operation, now);
          trimmed.push({ operation: at, rows, kept: 0, more: false });
          counts.push(rows.length);
        } else counts.push(yield* this.#carryOut(operation, now, stored));
      }
    } catch (error) {
      this.#failure ??= { error };
      throw error;
    }
    if (unit.told) this.#told.push(unit.told);
    return unit.done(counts, 0, trimmed, 0);
  }

  *#assertHold(checks: readonly Check[], now: number): Steps<void> {
    const rows = checks.filter((check) => check.type === "version");
    for (const check of checks) if (check.type === "table") this.#base.reads.table(check.table, check.version);
    for (const table of new Set(rows.map((check) => check.table))) {
      const own = rows.filter((check) => check.table === table);
      const found = yield* step(
        this.rows(
          table,
          own.map(({ key }) => key),
        ),
      );
      for (const [at, { key, version, expiresAt }] of own.entries()) {
        const row = found[at];
        const live = row && row.expiresAt > now ? row : undefined;
        if (live?.version !== version || (expiresAt !== undefined && live?.expiresAt !== expiresAt)) throw refused();
        const isStored = this.#overlays.get(table)?.find(key) === undefined;
        if (expiresAt !== undefined && isStored) this.#base.reads.deadline(table, key, expiresAt);
      }
    }
  }

  /** Reads the stored rows that operations may find, all in one go. */
  *#readAhead(operations: Unit<unknown>["operations"]): Steps<ReadonlyMap<Operation, StoredEntry | undefined>> {
    const stored = new Map<Operation, StoredEntry | undefined>();
    const unknown = new Map<number, (Operation & { readonly key: EncodedKey })[]>();
    for (const operation of operations) {
      if (operation.type !== "delete" && operation.type !== "touch") continue;
      const { table, key } = operation;
      if (this.#overlays.get(table)?.find(key) !== undefined) continue;
      const others = unknown.get(table);
      if (others) others.push(operation);
      else unknown.set(table, [operation]);
    }
    for (const [table, finding] of unknown) {
      const keys = finding.map(({ key }) => key);
      const rows = yield* step(this.#base.getMany(table, keys));
      for (const [at, operation] of finding.entries()) stored.set(operation, rows[at]);
    }
    return stored;
  }

  /** Carries out an operation; gives its count. That of `set` takes a look at what was there, and is left at 0: only the commit tells. */
  *#carryOut(
    operation: Exclude<Operation, TrimOperation>,
    now: number,
    stored: ReadonlyMap<Operation, StoredEntry | undefined>,
  ): Steps<number> {
    const overlay = this.#overlay(operation.table);
    switch (operation.type) {
      case "set":
        overlay.set(operation);
        return 0;
      case "delete":
      case "touch": {
        const own = overlay.find(operation.key);
        const row = own === undefined ? stored.get(operation) : own;
        const isLive = row && row.expiresAt > now;
        if (operation.type === "delete") overlay.delete(operation);
        else if (isLive) overlay.touch(operation, row);
        return isLive ? 1 : 0;
      }
      case "deleteRange": {
        const { table, gt, gte, lt, lte } = operation;
        const count = yield* this.#options.count(table, { gt, gte, lt, lte });
        overlay.deleteRange(operation);
        return count;
      }
    }
  }

  /** Removes all rows that a trim meets, however many: they go in the transaction's commit. */
  *#trim({ tables, index, gte, lt, maxEntries, maxBytes, review }: TrimOperation, now: number): Steps<readonly TrimmedRow[]> {
    if (maxEntries !== undefined || maxBytes !== undefined || review) throw new Error("only upkeep keeps bounds");
    const removed: TrimmedRow[] = [];
    for (const table of tables)
      // What is still there once the live ones are gone has expired.
      for (const liveAt of [now, undefined])
        for (let query: RangeQuery = { index, gte, lt, limit: KEYS_PER_PAGE, keysOnly: true, liveAt }; ;) {
          const { rows, next } = yield* this.#options.range(table, query);
          for (const { key } of rows) {
            this.#overlay(table).delete({ type: "delete", table, key });
            removed.push({ table, key, wasLive: liveAt !== undefined });
          }
          if (!next) break;
          query = goingOn(query, next);
        }
    return removed;
  }

  #overlay(table: number): TableOverlay {
    let overlay = this.#overlays.get(table);
    if (!overlay) this.#overlays.set(table, (overlay = new TableOverlay()));
    return overlay;
  }
}

function refused(): CacheError {
  return new CacheError("CACHE_CONFLICT", "a row isn't as this write relies on; try again");
}
