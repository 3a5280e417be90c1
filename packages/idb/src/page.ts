import type { Page, PageRow, RangeQuery } from "@cache/core/spi";
import { findKeys, findLines, findRows, type FoundRow, keyBytes } from "./records.ts";
import { result } from "./requests.ts";
import { unpackRow } from "./row.ts";
import { entryAndKey, entryBytes, expiredRange, keyOf, lineRange, rowRange } from "./row-key.ts";
import type { Stores } from "./transaction.ts";

/** The most expired rows of a table that a page of keys looks through, beyond its limit. */
const MAX_EXPIRED = 1024;

/** How many rows are loaded at once for the sake of their deadlines alone. */
const LOADED_FOR_DEADLINES = 64;

/** Reads a page of rows in the order of their keys or of an index. */
export async function readPage(stores: Stores, table: number, query: RangeQuery): Promise<Page> {
  const { index, reverse = false, limit, keysOnly = false, liveAt } = query;
  const range = index === undefined ? rowRange(table, query) : lineRange(table, index, query);
  if (!range) return { rows: [] };
  const rows = (most: number): Promise<FoundRow[]> =>
    index === undefined
      ? findRows(stores.rows, { range, limit: most, reverse })
      : findLines(stores.lines, { index, range, limit: most, reverse });
  const keys = (): Promise<FoundRow[]> => findKeys(index === undefined ? stores.rows : stores.lines, { range, limit, reverse });
  if (!keysOnly) return pageOf(await rows(limit), query, limit);
  const expired = liveAt === undefined ? undefined : expiredRange(table, liveAt);
  if (!expired) return pageOf(await keys(), query, limit);
  // Both are asked for before either answers.
  const [found, gone] = await Promise.all([keys(), expiredKeys(stores.lines, expired, limit + MAX_EXPIRED)]);
  if (gone) return pageOf(found, query, limit, gone);
  const few = Math.min(limit, LOADED_FOR_DEADLINES);
  return pageOf(await rows(few), query, few);
}

/** The rows whose deadlines are in a range, as texts; `undefined` when they are more than `most`. */
async function expiredKeys(lines: IDBIndex, range: IDBKeyRange, most: number): Promise<ReadonlySet<string> | undefined> {
  const keys = await result(lines.getAllKeys(range, most + 1));
  return keys.length > most ? undefined : new Set(keys.map((key) => textOf(keyBytes(key))));
}

/** A page of the rows found, less those that are not live. It goes on after the last one found if there may be more. */
function pageOf(found: readonly FoundRow[], query: RangeQuery, limit: number, gone?: ReadonlySet<string>): Page {
  const { index, keysOnly = false, liveAt = Number.NEGATIVE_INFINITY } = query;
  const rows: PageRow[] = [];
  for (const { position, rowKey, record } of found) {
    if (gone && gone.size > 0 && gone.has(textOf(rowKey))) continue;
    const stored = record === undefined ? undefined : unpackRow(record);
    if (stored && stored.expiresAt <= liveAt) continue;
    rows.push({
      key: keyOf(rowKey),
      ...(index !== undefined && { entry: entryOf(position, rowKey, keysOnly) }),
      ...(!keysOnly && { stored }),
    });
  }
  const last = found.length === limit ? found.at(-1) : undefined;
  // A copy: it may outlive the page, and would keep the whole record.
  return last ? { rows, next: index === undefined ? keyOf(last.rowKey) : entryAndKey(last.position).slice() } : { rows };
}

/** The entry that a row was found by: a copy where it is all that is to be kept of a record. */
function entryOf(position: Uint8Array, rowKey: Uint8Array, isAlone: boolean): Uint8Array {
  const entry = entryBytes(position, keyOf(rowKey).length);
  return isAlone ? entry.slice() : entry;
}

/** Bytes as a text, for sets. */
function textOf(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}
