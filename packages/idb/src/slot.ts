import { type DeleteOperation, type SetOperation, storedBytes, type TouchOperation } from "@cache/core/spi";
import type { KnownSizes } from "./known-sizes.ts";
import type { RowSize, WholeRow } from "./row.ts";
import { keyOf } from "./row-key.ts";

/** What becomes of one row. */
export interface Slot {
  readonly rowKey: Uint8Array;
  /** The row's size at this point of the batch; `undefined` when there is none. */
  size: RowSize | undefined;
  /** The row as the step's touches find and leave it; known only where there are any. */
  row: WholeRow | undefined;
  /** The last operation on the row that isn't a touch. */
  last: SetOperation | DeleteOperation | undefined;
  /** The place in the step of the last operation on the row. */
  place: number;
  /** How often the step names the row, and whether it does other things than to set it. */
  uses: number;
  isOnlySet: boolean;
  isTouched: boolean;
  /** Whether the row was there before the step; whether it was written already. */
  isThere: boolean;
  isAdded: boolean;
}

/** A row that nothing is known of yet. */
export function slotOf(rowKey: Uint8Array): Slot {
  return {
    rowKey,
    size: undefined,
    row: undefined,
    place: -1,
    uses: 0,
    isOnlySet: true,
    isTouched: false,
    last: undefined,
    isThere: false,
    isAdded: false,
  };
}

/** Whether the size of a row is remembered, and enough to know. */
export function isKnown(slot: Slot, known: KnownSizes | undefined): boolean {
  slot.size = slot.isTouched ? undefined : known?.of(slot.rowKey);
  slot.isThere = slot.size !== undefined;
  return slot.isThere;
}

/** Sets a row, as far as it is counted. */
export function put(slot: Slot, row: WholeRow): void {
  slot.row = row;
  slot.size = { expiresAt: row.expiresAt, bytes: storedBytes(keyOf(slot.rowKey), row.value, row.entries) };
}

/** A row with what a touch changes. */
export function touched(row: WholeRow, { expiresAt = row.expiresAt, indexes, entries }: TouchOperation): WholeRow {
  return { ...row, expiresAt, entries: [...row.entries.filter(({ index }) => !indexes.includes(index)), ...entries] };
}
