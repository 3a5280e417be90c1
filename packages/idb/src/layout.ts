/*
 * The format, version 3. A database of two object stores with keys of their own; its IndexedDB version is 1 for ever, because tables and
 * indexes are data. Numbers in keys and rows are unsigned, the greatest byte first; a number in subscript is a length in bytes.
 *
 *   rows                   table₂ key                           → a row
 *   rows, index "lines"    table₂ 0 expiresAt₆                  the deadline of a row that has one
 *                          table₂ 1 index₂ entry key            an index entry of a row, unless it is claimed
 *   rows, index "claims"   table₂ 1 index₂ entry                an index entry that no other row claims
 *   meta                   "format"                             → { name: "@cache/idb", version: 3, id }
 *                          a number n                           → the tallies of the tables 64n to 64n + 63
 *
 * A row is bytes: flags₁ version₆ [expiresAt₆] [keyLength₂ [key]] value. Its flags tell which of the optional parts it has: 1 for the deadline, 2 for
 * the length of its key, which rows with index entries have, so that whoever finds them by an entry knows their keys, and 4 for the key itself. A row
 * with lines is { row: those bytes, lines: a list of bytes }; IndexedDB itself keeps the index in step with `lines`. Entries that are marked as
 * unique have no lines but claims, of which its flag 4 tells: they are listed under `claims`, whose index is unique, so that a row that another
 * one is in the way of is refused. In a row that was expired when another one wanted its entries, and in one that was written unasked whether
 * another live one has them, they have lines like others, and their claims are listed under `unclaimed`, which has no index. `id` is drawn at
 * random when the database is made: one that was deleted and made anew has another.
 */

/** The version of the format above, and what its record is called. */
export const FORMAT_VERSION = 3;
const FORMAT_NAME = "@cache/idb";

/** IndexedDB's own version of the database. A later release that wants another structure must raise it. */
export const DATABASE_VERSION = 1;

export const ROWS = "rows";
export const LINES = "lines";
export const CLAIMS = "claims";
export const META = "meta";
export const FORMAT_KEY = "format";

/** The record under {@link FORMAT_KEY}. */
export interface Format {
  readonly name: string;
  readonly version: number;
  readonly id: string;
}

/** Whether a record is that of a format of this kind, of whatever version. */
export function isFormat(record: unknown): record is Format {
  return typeof record === "object" && record !== null && "name" in record && record.name === FORMAT_NAME && "version" in record;
}

/** Makes the object stores of a new database. */
export function createStores(database: IDBDatabase, transaction: IDBTransaction): void {
  const rows = database.createObjectStore(ROWS);
  rows.createIndex(LINES, LINES, { multiEntry: true });
  rows.createIndex(CLAIMS, CLAIMS, { multiEntry: true, unique: true });
  database.createObjectStore(META);
  const format: Format = { name: FORMAT_NAME, version: FORMAT_VERSION, id: crypto.randomUUID() };
  transaction.objectStore(META).put(format, FORMAT_KEY);
}

/** How many tables share a record of tallies. */
export const TABLES_PER_BLOCK = 64;

/** How many commits the first block of tallies remembers by their tokens. */
export const TOKENS_KEPT = 16;

/** The tallies of some tables. The record of block 0 also counts the commits of the whole database. */
export interface TallyBlock {
  /** How many commits there were; 0 in other blocks than the first. */
  readonly commits: number;
  /** What the last commits called themselves, the newest first; empty in other blocks than the first. */
  readonly tokens: readonly number[];
  /**
   * Five numbers for each table that was ever written to: its id, entries, bytes and version, and the moment from which on no row with
   * unclaimed entries is live.
   */
  readonly tallies: readonly number[];
}
