import type { DeleteOperation, SetOperation, TouchOperation } from "@cache/core/spi";
import { claimAll, inTheWay, isClaiming, raiseUnclaimed } from "./claim.ts";
import type { CommitWork } from "./commit.ts";
import type { KnownSizes, SizeOfRow } from "./known-sizes.ts";
import { asKey } from "./records.ts";
import { added, result } from "./requests.ts";
import { packRow, sizeOf, unpackWhole, type WholeRow } from "./row.ts";
import { rowKeyOf } from "./row-key.ts";
import { isWorthSurvey, readSurveyed, SINGLE_AT_ONCE, type Survey, sortedKeys, survey } from "./row-search.ts";
import { isKnown, put, type Slot, slotOf, touched } from "./slot.ts";

/** An operation on one row. */
export type PointOperation = SetOperation | DeleteOperation | TouchOperation;

/** The bytes of values that may be on their way to the browser's database at once. */
const BYTES_AT_ONCE = 8 * 1024 * 1024;

/** So few rows are not worth finding out whether they are new, and so many tell it of all others. */
const LEAST_ADDED = 64;
const SAMPLE_ROWS = 32;

/** So many rows are written before the old ones are there: their requests are all made at once. */
const MOST_AHEAD = SINGLE_AT_ONCE;

const nothingKnown: Survey = { presence: [], ranges: [] };

/** Successive operations of a batch on single rows: their old rows are found together, and each row is written once. */
export class PointStep {
  readonly #operations: readonly PointOperation[];
  readonly #from: number;
  readonly #slots: readonly Slot[];
  readonly #places: readonly number[];
  /** Rows that most likely aren't there: adding them tells, for the price of a write. */
  #adding: readonly Slot[] = [];
  /** Settles when the old rows are there. They were all asked for. */
  #loading: Promise<void> = Promise.resolve();

  /** Whether any operation brings unique entries. */
  readonly areClaims: boolean;
  /** Whether no row's size is only remembered: all are read. */
  isAllFound = true;

  /** For operations of which the first is the batch's at place `from`. */
  constructor(operations: readonly PointOperation[], from: number) {
    this.#operations = operations;
    this.#from = from;
    const { sorted, places } = sortedKeys(operations.map(({ table, key }) => rowKeyOf(table, key)));
    this.#places = places;
    this.#slots = sorted.map(slotOf);
    for (const [at, operation] of operations.entries()) {
      const slot = this.#slot(at);
      slot.uses++;
      slot.place = at;
      if (operation.type !== "set") slot.isOnlySet = false;
      if (operation.type === "touch") slot.isTouched = true;
      else slot.last = operation;
    }
    this.areClaims = operations.some(isClaiming);
  }

  /**
   * Finds out which old rows to read, as far as that is cheaper than to try and add the new ones, and asks for them. The sizes that are known
   * must be those before the step.
   */
  async find(rows: IDBObjectStore, known?: KnownSizes): Promise<void> {
    this.#adding = [];
    const slots = this.#slots.filter((slot) => !isKnown(slot, known));
    this.isAllFound = slots.length === this.#slots.length;
    if (!isWorthSurvey(slots.length)) return this.#ask(this.#load(rows, slots, nothingKnown));
    const surveyed = await survey(
      rows,
      slots.map(({ rowKey }) => rowKey),
    );
    const unknown = slots.filter(({ isOnlySet, uses }, place) => isOnlySet && uses === 1 && surveyed.presence[place] === undefined);
    if (unknown.length < LEAST_ADDED) return this.#ask(this.#load(rows, slots, surveyed));
    // Whether the rows are new is best asked of a few of them.
    const distance = Math.floor(unknown.length / SAMPLE_ROWS);
    const sample = new Set(unknown.filter((_, place) => place % distance === 0));
    await this.#load(rows, [...sample], nothingKnown);
    const isThere = [...sample].filter((slot) => slot.isThere).length;
    if (isThere * 2 < sample.size) this.#adding = unknown.filter((slot) => !sample.has(slot));
    const isSettled = new Set([...sample, ...this.#adding]);
    this.#ask(this.#load(rows, slots, surveyed, (place) => isSettled.has(slots[place] as Slot)));
  }

  /** Carries the operations out. The old rows were asked for. */
  async write(work: CommitWork): Promise<void> {
    // What is written seldom depends on the old rows, which are only counted: they are asked for before it is written, and answered meanwhile.
    const isAhead = this.#adding.length === 0 && this.#slots.length <= MOST_AHEAD && this.#slots.every(({ isTouched }) => !isTouched);
    if (isAhead) await this.#writeRows(work, () => true);
    await this.#loading;
    if (this.#adding.length > 0) await this.#add(work);
    this.#count(work);
    if (!isAhead) await this.#writeRows(work, ({ isThere }) => isThere);
    if (work.isCareful) await claimAll(this.#slots, work);
  }

  /** What the step has left of its rows. */
  sizes(): readonly SizeOfRow[] {
    return this.#slots.map(({ rowKey, size }) => [rowKey, size]);
  }

  /** Takes the operations into account, one after the other. */
  #count({ tallies, now, version, counts }: CommitWork): void {
    for (const [at, operation] of this.#operations.entries()) {
      const slot = this.#slot(at);
      const tally = tallies.of(operation.table);
      const isLive = slot.size !== undefined && slot.size.expiresAt > now;
      tally.entries -= slot.size ? 1 : 0;
      tally.bytes -= slot.size?.bytes ?? 0;
      const deadline = slot.size?.expiresAt ?? 0;
      if (operation.type === "touch") {
        if (isLive) put(slot, touched(slot.row as WholeRow, operation));
      } else if (operation.type === "set") put(slot, { ...operation, version });
      else slot.row = slot.size = undefined;
      if (operation.type !== "touch" || (slot.size && slot.size.expiresAt < deadline)) tally.version = version;
      tally.entries += slot.size ? 1 : 0;
      tally.bytes += slot.size?.bytes ?? 0;
      counts[this.#from + at] = isLive ? 1 : 0;
    }
  }

  /**
   * Writes what becomes of each row: where unique entries are claimed, in the order of the operations, and each time that a row is set, lest
   * it get what only a later operation gives up. What was added went before, and gave nothing up.
   */
  async #writeRows(work: CommitWork, mayBeThere: (slot: Slot) => boolean): Promise<void> {
    const { stores, version, isCareful } = work;
    const { rows } = stores;
    const slots = this.areClaims ? this.#operations.map((_, at) => this.#slot(at)) : this.#slots;
    let bytes = 0;
    for (const [at, slot] of slots.entries()) {
      const isLast = !this.areClaims || slot.place === at;
      const operation = isLast ? slot.last : this.#operations[at];
      if (slot.isAdded || (!isLast && (isCareful || operation?.type !== "set"))) continue;
      const { rowKey } = slot;
      const set: WholeRow | undefined = operation?.type === "set" ? { ...operation, version } : undefined;
      const row = isLast && slot.isTouched ? slot.row : set;
      if (!row) {
        if (slot.uses > 1 || mayBeThere(slot)) rows.delete(asKey(rowKey));
        continue;
      }
      if (row.isUnclaimed) raiseUnclaimed(work, rowKey, row);
      const request = rows.put(packRow(rowKey, isCareful ? { ...row, isUnclaimed: true } : row), asKey(rowKey));
      bytes += row.value.length;
      if (bytes < BYTES_AT_ONCE) continue;
      await result(request);
      bytes = 0;
    }
  }

  #slot(operation: number): Slot {
    return this.#slots[this.#places[operation] as number] as Slot;
  }

  /** Goes on while rows are read. */
  #ask(loading: Promise<void>): void {
    this.#loading = loading;
    // Whoever waits hears of it.
    loading.catch(() => {});
  }

  async #load(rows: IDBObjectStore, slots: readonly Slot[], known: Survey, skip?: (place: number) => boolean): Promise<void> {
    const keys = slots.map(({ rowKey }) => rowKey);
    await readSurveyed(rows, keys, known, {
      ...(skip && { skip }),
      take: (record, key) => {
        const slot = slots[key] as Slot;
        slot.isThere = true;
        slot.size = sizeOf(slot.rowKey, record);
        if (slot.isTouched) slot.row = unpackWhole(record);
      },
    });
  }

  /** Adds the rows that may be new; those that turn out to be there are found, and set like others. */
  async #add({ stores, version, isCareful }: CommitWork): Promise<void> {
    const { rows } = stores;
    const old: Slot[] = [];
    let last: Promise<unknown> = Promise.resolve();
    let bytes = 0;
    for (const slot of this.#adding) {
      // A row is only added when all that the step does is to set it.
      const row = { ...(slot.last as SetOperation), version, isUnclaimed: isCareful };
      last = added(rows.add(packRow(slot.rowKey, row), asKey(slot.rowKey)), (isNew) => {
        slot.isAdded = isNew;
        if (!isNew) old.push(slot);
      });
      bytes += row.value.length;
      if (bytes < BYTES_AT_ONCE) continue;
      await last;
      bytes = 0;
    }
    await last;
    await this.#load(rows, old, nothingKnown);
    // What else can have refused them is a row with the same unique entry.
    if (old.some(({ isThere }) => !isThere)) throw inTheWay();
  }
}
