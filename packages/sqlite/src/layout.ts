import { CacheError, type IndexEntry } from "@cache/core/spi";
import { boundList } from "./bound-bytes.ts";

/*
 * The on-disk format, version 1: one SQLite file. Tables of the cache are numbers in the first column of each table here, so that they need
 * no creation.
 *
 *   rows          one line per row: its deadline (NULL for never), version and `storedBytes`, its index entries (NULL for none), and its
 *                 value, or the id of the blob that holds it
 *   blobs         values above INLINE_BYTES. A B-tree without rowids holds whole rows in its inner pages, too: small rows make it the
 *                 fastest to read, large ones deep and wasteful
 *   index_lines   the lines of the indexes, in order: an entry's bytes followed by its row's key, and where the one ends. Which index of
 *                 which table they belong to is one number, table × 65,536 + index: each column more makes lines longer, and slower to find
 *   usage         how full each table is, and the version of the last commit that changed its rows; the line of COMMITS has the version of
 *                 the last commit of all, in the same page, so that a commit writes one page less
 *   state         one line: whether the file has to be checked
 *
 * A list of index entries is one byte string: index₂ length₂ bytes for each entry, the greatest byte of a number first.
 */

/** The version of the format above, in the file's `user_version`. */
export const FORMAT_VERSION = 1;

/** "@csq": what the file's `application_id` says. */
export const APPLICATION_ID = 0x40637371;

/** The longest value that is kept beside its key, in bytes. Measured: at 100 and 200 bytes reads gain, at 300 writes lose more. */
export const INLINE_BYTES = 200;

/** What stands for a table's number in the line of `usage` that counts commits. */
export const COMMITS = -1;

/** Makes the tables of the format in an empty file. */
export const SCHEMA: string = `
CREATE TABLE rows (
  tbl INTEGER NOT NULL,
  key BLOB NOT NULL,
  expires_at INTEGER,
  version INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  entries BLOB,
  blob INTEGER,
  value BLOB,
  PRIMARY KEY (tbl, key)
) WITHOUT ROWID;
CREATE TABLE blobs (id INTEGER PRIMARY KEY, value BLOB NOT NULL);
CREATE TABLE index_lines (
  idx INTEGER NOT NULL,
  line BLOB NOT NULL,
  entry_length INTEGER NOT NULL,
  PRIMARY KEY (idx, line)
) WITHOUT ROWID;
CREATE TABLE usage (tbl INTEGER PRIMARY KEY, entries INTEGER NOT NULL, bytes INTEGER NOT NULL, version INTEGER NOT NULL);
INSERT INTO usage VALUES (${COMMITS}, 0, 0, 0);
CREATE TABLE state (suspect INTEGER NOT NULL);
INSERT INTO state VALUES (0);
PRAGMA application_id = ${APPLICATION_ID};
PRAGMA user_version = ${FORMAT_VERSION};
`;

/** What stands before an entry's bytes: index and length. */
const ENTRY_HEADER_BYTES = 4;

const none: readonly IndexEntry[] = Object.freeze([]);

/** The greatest number of an index. */
export const LAST_INDEX = 0xffff;

/** What stands for an index of a table in `index_lines`. */
export function indexColumn(table: number, index: number): number {
  return table * (LAST_INDEX + 1) + index;
}

/** A list of index entries as one byte string; `null` for none. Valid until the next list is encoded. */
export function encodeEntries(entries: readonly IndexEntry[]): Buffer | null {
  if (entries.length === 0) return null;
  let length = 0;
  for (const { bytes } of entries) length += ENTRY_HEADER_BYTES + bytes.length;
  const list = boundList.room(length);
  let at = 0;
  for (const { index, bytes } of entries) {
    at = list.writeUInt16BE(index, at);
    at = list.writeUInt16BE(bytes.length, at);
    list.set(bytes, at);
    at += bytes.length;
  }
  return list;
}

/** The entries of a list. Their bytes are views of it. Throws `CACHE_CORRUPT` for what isn't a list. */
export function decodeEntries(list: Buffer | null): readonly IndexEntry[] {
  if (list === null) return none;
  const entries: IndexEntry[] = [];
  for (let at = 0; at < list.length;) {
    const start = at + ENTRY_HEADER_BYTES;
    const end = start <= list.length ? start + list.readUInt16BE(at + 2) : Number.POSITIVE_INFINITY;
    if (end > list.length) throw new CacheError("CACHE_CORRUPT", "a row's list of index entries is damaged");
    entries.push({ index: list.readUInt16BE(at), bytes: list.subarray(start, end) });
    at = end;
  }
  return entries;
}

/** A deadline as a column holds it. */
export function deadlineColumn(expiresAt: number): number | null {
  return expiresAt === Number.POSITIVE_INFINITY ? null : expiresAt;
}
