import type { Page, PageRow, RangeQuery } from "@cache/core/spi";
import { findClaimer, findEntries } from "./entry-search.ts";
import { findKeys, findRows, type FoundRow, keyBytes } from "./records.ts";
import { result } from "./requests.ts";
import { unpackRow } from "./row.ts";
import { entryAndKey, entryBytes, expiredRange, keyOf, rowRange } from "./row-key.ts";
import type { Stores } from "./transaction.ts";

/** The most expired rows of a table that a page of keys looks through, beyond its limit. */
const MAX_EXPIRED = 1024;

/** How many rows are loaded at once for the sake of their deadlines alone. */
const LOADED_FOR_DEADLINES = 64;

/** How many rows are looked through for one that is live when the first isn't. */
const ROWS_FOR_ONE = 16;

/** Reads a page of rows in the order of their keys or of an index. */
export async function readPage(stores: Stores, table: number, query: RangeQuery): Promise<Page> {
  const { index, isUnique, isOfEntry, gte, limit, keysOnly = false, liveAt } = query;
  if (index !== undefined && isUnique && isOfEntry && gte && limit === 1 && liveAt !== undefined && !keysOnly) {
    // Live rows that share an entry, as by a clock that was set back, may have lesser keys.
    const page = pageOf(await findClaimer(stores.claims, table, index, gte), query, 2);
    return page.rows.length > 0 ? page : readPage(stores, table, { ...query, isUnique: false });
  }
  const find = (most: number, isAlone = keysOnly): Promise<FoundRow[]> => {
    const asked = { ...query, limit: most, keysOnly: isAlone };
    return index === undefined ? findOwn(stores.rows, table, asked) : findEntries(stores, { ...asked, table, index });
  };
  if (!keysOnly) {
    const page = pageOf(await find(limit), query, limit);
    if (limit > 1 || page.rows.length > 0 || !page.next) return page;
    // The next page would be of another moment.
    const found = await find(ROWS_FOR_ONE);
    const upTo = found.findIndex(({ record }) => unpackRow(record).expiresAt > (liveAt ?? 0)) + 1 || ROWS_FOR_ONE;
    return pageOf(found.slice(0, upTo), query, upTo);
  }
  const expired = liveAt === undefined ? undefined : expiredRange(table, liveAt);
  if (!expired) return pageOf(await find(limit), query, limit);
  // Both are asked for before either answers.
  const [found, gone] = await Promise.all([find(limit), expiredKeys(stores.lines, expired, limit + MAX_EXPIRED)]);
  if (gone) return pageOf(found, query, limit, gone);
  const few = Math.min(limit, LOADED_FOR_DEADLINES);
  return pageOf(await find(few, false), query, few);
}

/** Rows in the order of their keys. */
function findOwn(rows: IDBObjectStore, table: number, query: RangeQuery): Promise<FoundRow[]> {
  const range = rowRange(table, query);
  if (!range) return Promise.resolve([]);
  return (query.keysOnly ? findKeys : findRows)(rows, { range, limit: query.limit, reverse: query.reverse ?? false });
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
