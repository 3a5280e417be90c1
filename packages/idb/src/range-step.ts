import { compareBytes, type DeleteRangeOperation, type TrimOperation } from "@cache/core/spi";
import type { CommitWork } from "./commit.ts";
import { findRows } from "./records.ts";
import { result } from "./requests.ts";
import { sizeOf } from "./row.ts";
import { asKey } from "./row-search.ts";
import { entryAndKey, entryBytes, expiredRange, keyOf, lineRange, rowRange } from "./row-key.ts";
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
    const found = await findRows(stores.rows, range, limit, false);
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

/** Removes rows in the order of an index for as long as there is reason to. */
export async function trim(operation: TrimOperation, place: number, work: CommitWork): Promise<void> {
  const { table, index, lt, maxEntries = Infinity, maxBytes = Infinity } = operation;
  const { stores, tallies, version, counts, trimmed } = work;
  const tally = tallies.of(table);
  tally.version = version;
  const removed: Uint8Array[] = [];
  const end = (more: boolean): void => {
    counts[place] = removed.length;
    trimmed.push({ operation: place, keys: removed, more });
  };
  let range = lineRange(table, index, {});
  let limit = FIRST_ROWS;
  while (range) {
    const found = await findRows(stores.lines, range, limit, false);
    const gone: Uint8Array[] = [];
    let bytes = 0;
    for (const { position, rowKey, record } of found) {
      // A row with several entries in the index was removed at its first.
      if (gone.some((other) => compareBytes(other, rowKey) === 0)) continue;
      const isDue = lt !== undefined && compareBytes(entryBytes(position, rowKey), lt) < 0;
      if (!isDue && tally.entries <= maxEntries && tally.bytes <= maxBytes) return end(false);
      if (removed.length === operation.limit) return end(true);
      const size = sizeOf(rowKey, record);
      bytes += size.bytes;
      tally.entries--;
      tally.bytes -= size.bytes;
      stores.rows.delete(asKey(rowKey));
      gone.push(rowKey);
      removed.push(keyOf(rowKey));
    }
    const last = found.length === limit ? found.at(-1) : undefined;
    range = last && lineRange(table, index, { gt: entryAndKey(last.position) });
    limit = nextLimit(limit, bytes);
  }
  end(false);
}

function nextLimit(limit: number, bytes: number): number {
  return bytes * 4 <= MAX_BYTES ? Math.min(limit * 4, MAX_ROWS) : Math.max(1, Math.floor((limit * MAX_BYTES) / bytes));
}
