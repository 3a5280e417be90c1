import type { Clock } from "../clock.ts";
import { type EncodedKey, type IndexEntry, storedBytes } from "../entry.ts";
import { dueBound, EXPIRY_INDEX } from "../expiry.ts";
import type { Operation, TrimCandidate, Trimmed, TrimOperation } from "../operation.ts";
import type { OpenTable } from "../table/open-table.ts";
import type { Unit } from "../unit.ts";
import type { Budget, EvictionPolicy, RankedRow, Ranking, Victims } from "./eviction-policy.ts";
import { MAX_HITS, MAX_QUEUES, ORDER_INDEX, type Place, placeBytes, placeOf, queueBound } from "./place.ts";
import { Positions } from "./positions.ts";
import { Recency } from "./recency.ts";

/** The least rows that a commit looks at to find some that nobody has read, and the least that it then removes whoever has read them. */
const MIN_REVIEWS = 32;
const MIN_REMOVALS = 256;

/** The bytes of a row of which a budget in bytes may have as many: more than nearly all have, so that there is rather less room than more. */
const ROW_BYTES = 65_536;

/** A budget, and the tables that share it. */
export interface SharedBudget extends Budget {
  readonly tables: readonly OpenTable[];
}

/** What becomes of a row that was reviewed. */
interface Decision {
  readonly table: number;
  readonly row: RankedRow;
  readonly to: Place | undefined;
}

/** Keeps tables that one policy ranks within their budgets. */
export class Eviction {
  readonly policy: EvictionPolicy;
  readonly ranking: Ranking;
  readonly budgets: readonly SharedBudget[];
  readonly positions: Positions;
  /** Whether the last commit left more rows than the budgets allow, and must not be the last. */
  isOver = false;
  /** Hears of what was removed, or spared, to keep a budget. */
  onTrimmed: ((trimmed: readonly Trimmed[]) => void) | undefined;
  readonly #boundsBytes: boolean;
  /** Whether the policy must hear what becomes of each row. */
  readonly #followsRows: boolean;
  readonly #recency = new Map<number, Recency>();
  readonly #report: (error: unknown) => void;

  /**
   * They are kept in their order: what a small one takes the greater need not. The last is the one that the policy is told of. `report` hears
   * what a policy throws.
   */
  constructor(policy: EvictionPolicy, budgets: readonly SharedBudget[], clock: Clock, report: (error: unknown) => void) {
    const { maxEntries, maxBytes } = budgets.at(-1) ?? { maxEntries: Infinity, maxBytes: Infinity };
    this.policy = policy;
    this.budgets = budgets;
    this.ranking = policy.start({ maxEntries, maxBytes });
    this.positions = new Positions(clock);
    this.#followsRows = this.ranking.moved !== undefined || this.ranking.removed !== undefined;
    this.#boundsBytes = budgets.some((budget) => budget.maxBytes !== Infinity);
    this.#report = report;
    const notesReads = this.ranking.promote !== undefined || this.ranking.review !== undefined;
    const room = Math.min(...budgets.flatMap((budget) => [budget.maxEntries, budget.maxBytes / ROW_BYTES]));
    for (const table of new Set(budgets.flatMap(({ tables }) => tables))) {
      const recency = new Recency(table.id, this.positions, room);
      this.#recency.set(table.id, recency);
      if (notesReads) table.recency = recency;
    }
  }

  /** The reads of a table that aren't in the store yet. */
  recency(table: number): Recency {
    const recency = this.#recency.get(table);
    if (!recency) throw new Error(`table ${table} has no budget`);
    return recency;
  }

  /** The tables that are ranked. */
  get tables(): Iterable<number> {
    return this.#recency.keys();
  }

  /** The entry that gives a row its place: where the policy fails to, the last one in the first queue. */
  entryFor(table: number, key: EncodedKey): IndexEntry {
    return { index: ORDER_INDEX, bytes: this.placed(this.recency(table).hash(key), this.positions.next()) };
  }

  /** The bytes of the place that the policy gives a row at a position. */
  placed(hash: number, position: number): Uint8Array {
    return this.#asked(() => placeBytes(this.ranking.admit(hash, position))) ?? placeBytes({ queue: 0, position, hits: 0 });
  }

  /** The bytes of the place that the policy gives a row for its reads, if it gives it another. */
  promoted(row: RankedRow): Uint8Array | undefined {
    return this.#asked(() => {
      const to = this.ranking.promote?.(row);
      return to && placeBytes(to);
    });
  }

  /** Whether the budgets of a table have room for a row, if they had to hold nothing else. */
  fits(table: OpenTable, key: EncodedKey, value: Uint8Array, entries: readonly IndexEntry[]): boolean {
    if (!this.#boundsBytes) return true;
    const bytes = storedBytes(key, value, entries);
    return this.budgets.every(({ tables, maxBytes }) => bytes <= maxBytes || !tables.includes(table));
  }

  /** What keeps the budgets beside some operations, the first of a commit, which write to some tables. */
  *upkeep(now: number, tables: ReadonlySet<number>, operations: readonly Operation[]): Generator<Unit<void>> {
    const { length: writes } = operations;
    if (this.ranking.stored) yield this.#storing(operations, writes);
    for (const budget of this.budgets) if (budget.tables.some(({ id }) => tables.has(id))) yield this.trimming(budget, now, writes);
  }

  /** A unit that writes nothing, and tells the policy of the rows that the first operations of its commit have written. */
  #storing(operations: readonly Operation[], writes: number): Unit<void> {
    return {
      operations: [],
      done: (counts) =>
        this.#asked(() => {
          for (let at = 0; at < writes; at++) {
            const operation = operations[at];
            if (operation?.type !== "set" || !this.#recency.has(operation.table)) continue;
            for (const { index, bytes } of operation.entries)
              if (index === ORDER_INDEX) this.ranking.stored?.(placeOf(bytes), counts[at] === 0);
          }
        }),
    };
  }

  /** A unit that removes what a budget has no room for, as far as a commit of so many writes should: all kinds of rows, or `expired` ones. */
  trimming(budget: SharedBudget, now: number, writes: number, which: "all" | "expired" = "all"): Unit<void> {
    const isReviewed = which === "all" && this.ranking.review !== undefined;
    const decisions = new Map<number, Decision>();
    const { tables, maxEntries, maxBytes } = budget;
    const common = {
      type: "trim",
      tables: tables.map(({ id }) => id),
      maxEntries: maxEntries === Infinity ? undefined : maxEntries,
      maxBytes: maxBytes === Infinity ? undefined : maxBytes,
    } as const;
    // What is expired goes before anything live.
    const operations: TrimOperation[] = [{ ...common, index: EXPIRY_INDEX, lt: dueBound(now), limit: Math.max(MIN_REMOVALS, writes * 2) }];
    const limit = Math.max(MIN_REVIEWS, writes * 2);
    const queues = isReviewed ? this.victims() : [];
    for (const { queue, limit: most = limit } of queues)
      operations.push({
        ...common,
        index: ORDER_INDEX,
        gte: queueBound(queue),
        lt: queue + 1 < MAX_QUEUES ? queueBound(queue + 1) : undefined,
        limit: Math.max(1, Math.min(most, limit)),
        review: (candidate) => this.#review(candidate, decisions),
      });
    if (which === "all") operations.push({ ...common, index: ORDER_INDEX, limit: Math.max(MIN_REMOVALS, writes) });
    let all: readonly Trimmed[] = [];
    return {
      operations,
      done: (_counts, _from, trimmed) => {
        all = trimmed;
        // Only what is expired may be without a place, and be left over by the last trim.
        if (trimmed[0]?.more || trimmed.at(-1)?.more) this.isOver = true;
        this.#asked(() => {
          this.#take(trimmed, decisions.values());
          if (isReviewed) this.#noteEmpty(queues, trimmed.slice(1));
        });
      },
      told: () => {
        for (const { rows } of all) for (const row of rows) this.#tell(tables, row);
        this.onTrimmed?.(all);
      },
    };
  }

  /** The queues that lose rows, in order. Where the policy fails to name any, rows go in the order of their queues. */
  victims(): readonly Victims[] {
    return this.#asked(() => this.ranking.victims()) ?? [];
  }

  #review({ table, key, position }: TrimCandidate, decisions: Map<number, Decision>): Uint8Array | undefined {
    const recency = this.recency(table);
    const hash = recency.hash(key);
    const place = placeOf(position);
    const mark = recency.of(hash);
    // What was read before the place was written is in it.
    const isSince = mark !== undefined && mark.lastHit > place.position;
    const row: RankedRow = { place, hash, hits: isSince ? mark.hits : 0, lastHit: isSince ? mark.lastHit : 0 };
    return this.#asked(() => {
      const to = this.ranking.review?.(row, this.positions.following());
      if (mark || this.#followsRows) decisions.set(hash, { table, row, to });
      return to && placeBytes({ ...to, hits: Math.min(to.hits, MAX_HITS) });
    });
  }

  /** What the policy answers, or `undefined` when it fails to: no failure of its own undoes anything. */
  #asked<T>(ask: () => T): T | undefined {
    try {
      return ask();
    } catch (error) {
      this.#report(error);
      return undefined;
    }
  }

  /** Tells the policy what became of the rows that it was asked about, and of others. */
  #take(trimmed: readonly Trimmed[], decisions: Iterable<Decision>): void {
    let others = trimmed.reduce((sum, { rows }) => sum + rows.length, 0);
    for (const { table, row, to } of decisions) {
      if (!to) others--;
      this.ranking.moved?.(row, to);
      this.recency(table).drop(row.hash, row.lastHit, row.hits);
    }
    if (others > 0) this.ranking.removed?.(others);
  }

  /** Tells the policy which queues had less than was asked of them. */
  #noteEmpty(queues: readonly Victims[], trimmed: readonly Trimmed[]): void {
    for (const [at, { queue }] of queues.entries()) {
      const goesOn = trimmed.slice(at + 1).some(({ rows, kept }) => rows.length + kept > 0);
      if (goesOn && trimmed[at]?.more === false) this.ranking.emptied?.(queue);
    }
  }

  #tell(tables: readonly OpenTable[], { table: id, key, wasLive }: Trimmed["rows"][number]): void {
    const table = tables.find((one) => one.id === id);
    if (!table) return;
    const { counters, emitter } = table;
    if (wasLive) counters.evictions++;
    else counters.expirations++;
    const cause = wasLive ? "evict" : "expire";
    if (emitter.hears(cause)) emitter.remove(cause, { key });
  }
}
