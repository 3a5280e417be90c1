/*
 * The on-disk format, version 4: one SQLite file. Tables of the cache are numbers here, so that they need no creation.
 *
 *   rows          one line per row: its key behind its table₂, its deadline (NULL for never), version and `storedBytes`, its index entries
 *                 (NULL for none), and its value, or the id of the blob that holds it. One byte string is found much sooner than a number
 *                 and a byte string: on its way down the tree, SQLite compares what it looks for with some twenty others
 *   blobs         values above INLINE_BYTES. A B-tree without rowids holds whole rows in its inner pages, too: small rows make it the
 *                 fastest to read, large ones deep and wasteful
 *   index_lines   the lines of the indexes, in order: table₂ index₂, an entry's bytes, its row's key; and how long the entry is
 *   line_groups   lines of the order index of rows without blobs, as many together as can: table₂ group₈, and the lines; see `line-groups.ts` of
 *                 core
 *   usage         how full each table is, and the version of the last commit that changed its rows; the line of COMMITS has the version of
 *                 the last commit of all, in the same page, so that a commit writes one page less
 *   state         one line: whether the file has to be checked
 *
 * A list of index entries is one byte string: index₂ length₂ bytes for each entry. The greatest byte of a number comes first.
 */

/** The version of the format above, in the file's `user_version`. */
export const FORMAT_VERSION = 4;

/** "@csq": what the file's `application_id` says. */
export const APPLICATION_ID = 0x40637371;

/** The longest value that is kept beside its key, in bytes. Measured: at 100 and 200 bytes reads gain, at 300 writes lose more. */
export const INLINE_BYTES = 200;

/** What stands for a table's number in the line of `usage` that counts commits. */
export const COMMITS = -1;

/** Makes the tables of the format in an empty file. */
export const SCHEMA: string = `
CREATE TABLE rows (
  key BLOB NOT NULL PRIMARY KEY,
  expires_at INTEGER,
  version INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  entries BLOB,
  blob INTEGER,
  value BLOB
) WITHOUT ROWID;
CREATE TABLE blobs (id INTEGER PRIMARY KEY, value BLOB NOT NULL);
CREATE TABLE index_lines (
  line BLOB NOT NULL PRIMARY KEY,
  entry_length INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE line_groups (line_group BLOB NOT NULL PRIMARY KEY, lines BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE usage (tbl INTEGER PRIMARY KEY, entries INTEGER NOT NULL, bytes INTEGER NOT NULL, version INTEGER NOT NULL);
INSERT INTO usage VALUES (${COMMITS}, 0, 0, 0);
CREATE TABLE state (suspect INTEGER NOT NULL);
INSERT INTO state VALUES (0);
PRAGMA application_id = ${APPLICATION_ID};
PRAGMA user_version = ${FORMAT_VERSION};
`;

/** How many bytes stand before a row's key. */
export const TABLE_BYTES = 2;

/** How many bytes stand before an index entry in its line. */
export const INDEX_BYTES = 4;

/** How many bytes stand before an index entry in a list. */
export const ENTRY_HEADER_BYTES = 4;

/** What of a line of `index_lines` called `i` is the key of its row. */
export const lineKey: string = `substr(i.line, i.entry_length + ${INDEX_BYTES + 1})`;

/** The key in `rows` that a line of `index_lines` called `i` leads to. */
export const rowOfLine: string = `CAST(substr(i.line, 1, ${TABLE_BYTES}) || ${lineKey} AS BLOB)`;

/** Whether a line of `index_lines` called `i` is of the only index entry of its row, called `r`. */
export const isOnlyEntry: string =
  `length(r.entries) = i.entry_length + ${ENTRY_HEADER_BYTES} AND ` +
  `substr(r.entries, ${ENTRY_HEADER_BYTES + 1}) = substr(i.line, ${INDEX_BYTES + 1}, i.entry_length)`;

/** A deadline as a column holds it. */
export function deadlineColumn(expiresAt: number): number | null {
  return expiresAt === Number.POSITIVE_INFINITY ? null : expiresAt;
}
