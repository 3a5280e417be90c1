import type { DeleteRangeOperation } from "@cache/core/spi";
import type { CommitWork } from "./commit.ts";
import { findRows } from "./records.ts";
import { result } from "./requests.ts";
import { sizeOf } from "./row.ts";
import { expiredRange, keyOf, rowRange } from "./row-key.ts";
import type { Tally } from "./tally.ts";

/** The rows that are loaded at once for their sizes: few at first, more while they are small. */
const FIRST_ROWS = 16;
const MAX_ROWS = 512;
const MAX_BYTES = 1024 * 1024;

/** Removes a range of rows. */
export async function deleteRange(operation: DeleteRangeOperation, place: number, work: CommitWork): Promise<void> {
  const { stores, tallies, version, counts } = work;
  const tally = tallies.of(operation.table);
  tally.version = version;
  const range = rowRange(operation.table, operation);
  if (!range) return;
  const { gt, gte, lt, lte } = operation;
  counts[place] = (gt ?? gte ?? lt ?? lte) === undefined ? await forgetAll(operation, tally, work) : await forget(operation, tally, work);
  stores.rows.delete(range);
}

/** Takes a whole table out of its tally; tells how many rows were live. */
async function forgetAll({ table }: DeleteRangeOperation, tally: Tally, { stores, now }: CommitWork): Promise<number> {
  const range = expiredRange(table, now);
  // Counts only what is expired and not yet reclaimed, by the index.
  const expired = range ? await result(stores.lines.count(range)) : 0;
  const live = tally.entries - expired;
  tally.entries = 0;
  tally.bytes = 0;
  return live;
}

/** Takes the rows of a range out of their table's tally; tells how many were live. */
async function forget(operation: DeleteRangeOperation, tally: Tally, { stores, now }: CommitWork): Promise<number> {
  let live = 0;
  let range = rowRange(operation.table, operation);
  let limit = FIRST_ROWS;
  while (range) {
    const found = await findRows(stores.rows, { range, limit });
    let bytes = 0;
    for (const { rowKey, record } of found) {
      const size = sizeOf(rowKey, record);
      bytes += size.bytes;
      if (size.expiresAt > now) live++;
    }
    tally.entries -= found.length;
    tally.bytes -= bytes;
    const last = found.length === limit ? found.at(-1) : undefined;
    range = last && rowRange(operation.table, { gt: keyOf(last.rowKey), lt: operation.lt, lte: operation.lte });
    limit = nextLimit(limit, bytes);
  }
  return live;
}

function nextLimit(limit: number, bytes: number): number {
  return bytes * 4 <= MAX_BYTES ? Math.min(limit * 4, MAX_ROWS) : Math.max(1, Math.floor((limit * MAX_BYTES) / bytes));
}
