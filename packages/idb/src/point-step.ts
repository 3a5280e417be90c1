import { type DeleteOperation, type SetOperation, storedBytes, type StoredEntry, type TouchOperation } from "@cache/core/spi";
import type { CommitWork } from "./commit.ts";
import { result } from "./requests.ts";
import { packRow, type RowSize, sizeOf, unpackRow } from "./row.ts";
import { keyOf, rowKeyOf } from "./row-key.ts";
import { asKey, isWorthSurvey, readSurveyed, type Survey, sortedKeys, survey } from "./row-search.ts";

/** An operation on one row. */
export type PointOperation = SetOperation | DeleteOperation | TouchOperation;

/** The bytes of values that may be on their way to the browser's database at once. */
const BYTES_AT_ONCE = 8 * 1024 * 1024;

/** So few rows are not worth finding out whether they are new, and so many tell it of all others. */
const LEAST_ADDED = 64;
const SAMPLE_ROWS = 32;

const nothingKnown: Survey = { presence: [], ranges: [] };

/** What becomes of one row. */
interface Slot {
  readonly rowKey: Uint8Array;
  /** The row's size at this point of the batch; `undefined` when there is none. */
  size: RowSize | undefined;
  /** The row, if it must be known whole. */
  row: StoredEntry | undefined;
  /** How often the step names the row, and whether it does other things than to set it. */
  uses: number;
  isOnlySet: boolean;
  isTouched: boolean;
  /** Whether the row was there before the step; whether it is to be written, or to be removed; whether it was written already. */
  isThere: boolean;
  isChanged: boolean;
  isAdded: boolean;
}

/** Successive operations of a batch on single rows: their old rows are found together, and each row is written once. */
export class PointStep {
  readonly #operations: readonly PointOperation[];
  readonly #from: number;
  readonly #slots: readonly Slot[];
  readonly #places: readonly number[];
  /** Rows that most likely aren't there: adding them tells, for the price of a write. */
  #adding: readonly Slot[] = [];

  /** For operations of which the first is the batch's at place `from`. */
  constructor(operations: readonly PointOperation[], from: number) {
    this.#operations = operations;
    this.#from = from;
    const { sorted, places } = sortedKeys(operations.map(({ table, key }) => rowKeyOf(table, key)));
    this.#places = places;
    this.#slots = sorted.map(slotOf);
    for (const [at, { type }] of operations.entries()) {
      const slot = this.#slot(at);
      slot.uses++;
      if (type !== "set") slot.isOnlySet = false;
      if (type === "touch") slot.isTouched = true;
    }
  }

  /** Finds the old rows, as far as that is cheaper than to try and add the new ones. */
  async find(rows: IDBObjectStore): Promise<void> {
    const slots = this.#slots;
    if (!isWorthSurvey(slots.length)) return this.#load(rows, slots, nothingKnown);
    const known = await survey(
      rows,
      slots.map(({ rowKey }) => rowKey),
    );
    const unknown = slots.filter(({ isOnlySet, uses }, place) => isOnlySet && uses === 1 && known.presence[place] === undefined);
    if (unknown.length < LEAST_ADDED) return this.#load(rows, slots, known);
    // Whether the rows are new is best asked of a few of them.
    const distance = Math.floor(unknown.length / SAMPLE_ROWS);
    const sample = new Set(unknown.filter((_, place) => place % distance === 0));
    await this.#load(rows, [...sample], nothingKnown);
    const isThere = [...sample].filter((slot) => slot.isThere).length;
    if (isThere * 2 < sample.size) this.#adding = unknown.filter((slot) => !sample.has(slot));
    const isSettled = new Set([...sample, ...this.#adding]);
    await this.#load(rows, slots, known, (place) => isSettled.has(slots[place] as Slot));
  }

  /** Carries the operations out. The rows were found, or are now. */
  async write({ stores: { rows }, tallies, now, version, counts }: CommitWork): Promise<void> {
    if (this.#adding.length > 0) await this.#add(rows, version);
    for (const [at, operation] of this.#operations.entries()) {
      const slot = this.#slot(at);
      const tally = tallies.of(operation.table);
      const isLive = slot.size !== undefined && slot.size.expiresAt > now;
      tally.entries -= slot.size ? 1 : 0;
      tally.bytes -= slot.size?.bytes ?? 0;
      if (operation.type === "touch") {
        if (isLive) put(slot, touched(slot.row as StoredEntry, operation));
      } else if (operation.type === "set") put(slot, { ...operation, version });
      else remove(slot);
      if (operation.type !== "touch") tally.version = version;
      tally.entries += slot.size ? 1 : 0;
      tally.bytes += slot.size?.bytes ?? 0;
      counts[this.#from + at] = isLive ? 1 : 0;
    }
    let bytes = 0;
    for (const slot of this.#slots) {
      if (!slot.isChanged || slot.isAdded) continue;
      if (!slot.row) {
        if (slot.isThere) rows.delete(asKey(slot.rowKey));
        continue;
      }
      const request = rows.put(packRow(slot.rowKey, slot.row), asKey(slot.rowKey));
      bytes += slot.row.value.length;
      if (bytes < BYTES_AT_ONCE) continue;
      await result(request);
      bytes = 0;
    }
  }

  #slot(operation: number): Slot {
    return this.#slots[this.#places[operation] as number] as Slot;
  }

  async #load(rows: IDBObjectStore, slots: readonly Slot[], known: Survey, skip?: (place: number) => boolean): Promise<void> {
    const keys = slots.map(({ rowKey }) => rowKey);
    await readSurveyed(rows, keys, known, {
      ...(skip && { skip }),
      take: (record, key) => {
        const slot = slots[key] as Slot;
        slot.isThere = true;
        slot.size = sizeOf(slot.rowKey, record);
        if (slot.isTouched) slot.row = unpackRow(slot.rowKey, record);
      },
    });
  }

  /** Adds the rows that may be new; those that turn out to be there are found, and set like others. */
  async #add(rows: IDBObjectStore, version: number): Promise<void> {
    const operations = new Map(this.#operations.map((operation, at) => [this.#slot(at), operation]));
    const old: Slot[] = [];
    let last: Promise<unknown> = Promise.resolve();
    let bytes = 0;
    for (const slot of this.#adding) {
      // A row is only added when all that the step does is to set it.
      const { value, expiresAt, entries } = operations.get(slot) as SetOperation;
      last = added(rows.add(packRow(slot.rowKey, { value, expiresAt, version, entries }), asKey(slot.rowKey)), (isNew) => {
        slot.isAdded = isNew;
        if (!isNew) old.push(slot);
      });
      bytes += value.length;
      if (bytes < BYTES_AT_ONCE) continue;
      await last;
      bytes = 0;
    }
    await last;
    await this.#load(rows, old, nothingKnown);
  }
}

function slotOf(rowKey: Uint8Array): Slot {
  return {
    rowKey,
    size: undefined,
    row: undefined,
    uses: 0,
    isOnlySet: true,
    isTouched: false,
    isThere: false,
    isChanged: false,
    isAdded: false,
  };
}

function put(slot: Slot, row: StoredEntry): void {
  slot.row = row;
  slot.size = { expiresAt: row.expiresAt, bytes: storedBytes(keyOf(slot.rowKey), row.value, row.entries) };
  slot.isChanged = true;
}

function remove(slot: Slot): void {
  slot.row = undefined;
  slot.size = undefined;
  slot.isChanged = true;
}

/** A row with what a touch changes. */
function touched(row: StoredEntry, { expiresAt = row.expiresAt, indexes, entries }: TouchOperation): StoredEntry {
  return { ...row, expiresAt, entries: [...row.entries.filter(({ index }) => !indexes.includes(index)), ...entries] };
}

/** Settles once it is known whether a row was added, or there already: which ends neither the promise nor the transaction. */
function added(request: IDBRequest, then: (isNew: boolean) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    request.addEventListener("success", () => {
      then(true);
      resolve();
    });
    request.addEventListener("error", (event) => {
      if (request.error?.name !== "ConstraintError") {
        reject(request.error ?? new Error("a row could not be added"));
        return;
      }
      event.preventDefault();
      event.stopPropagation();
      then(false);
      resolve();
    });
  });
}
