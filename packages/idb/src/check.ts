import { type Check, compareBytes } from "@cache/core/spi";
import { findRows } from "./records.ts";
import { result } from "./requests.ts";
import { sizeOf, unpackRow } from "./row.ts";
import { asKey } from "./row-search.ts";
import { entryAndKey, lineRange, rowKeyOf, sameEntryRange } from "./row-key.ts";
import type { Stores } from "./transaction.ts";
import type { Tallies } from "./tally.ts";

/** How many rows with the entry of a unique check are looked at at once. There is rarely more than one. */
const PAGE_ROWS = 16;

/** Whether a check of single rows holds. All its requests are made before it waits, so that it sees the store as it was. */
export async function holds(check: Check, stores: Stores, tallies: Promise<Tallies>, now: number): Promise<boolean> {
  if (check.type === "table") return (await tallies).of(check.table).version <= check.version;
  const rowKey = rowKeyOf(check.table, check.key);
  if (check.type === "unique") return !(await isTaken(stores, check.table, check.index, check.bytes, rowKey, now));
  const record: unknown = await result<unknown>(stores.rows.get(asKey(rowKey)));
  const row = record === undefined ? undefined : unpackRow(rowKey, record);
  if (!row || row.expiresAt <= now) return check.version === undefined;
  return row.version === check.version && (check.expiresAt === undefined || row.expiresAt === check.expiresAt);
}

/** Whether a live row other than the one under `own` has an entry. */
async function isTaken(stores: Stores, table: number, index: number, entry: Uint8Array, own: Uint8Array, now: number): Promise<boolean> {
  let range: IDBKeyRange | undefined = sameEntryRange(table, index, entry);
  while (range) {
    const found = await findRows(stores.lines, range, PAGE_ROWS, false);
    for (const { rowKey, record } of found) if (sizeOf(rowKey, record).expiresAt > now && compareBytes(rowKey, own) !== 0) return true;
    const last = found.length === PAGE_ROWS ? found.at(-1) : undefined;
    range = last && restOf(range, table, index, entryAndKey(last.position));
  }
  return false;
}

/** The part of a range of lines after one. */
function restOf({ upper }: IDBKeyRange, table: number, index: number, gt: Uint8Array): IDBKeyRange | undefined {
  const rest = lineRange(table, index, { gt });
  return rest && IDBKeyRange.bound(rest.lower, upper, true, true);
}
