import type { Page, PageRow, RangeQuery, StoredEntry } from "@cache/core/spi";
import { boundsOf } from "./bounds.ts";
import { decodeEntries } from "./layout.ts";
import { isLive, type Statements, storedColumns, type StoredColumns } from "./statements.ts";

type KeyColumns = [key: Buffer];
type LineColumns = [line: Buffer, entryLength: number];

/** What of an index line leads to its row. */
const lineKey = "substr(i.line, i.entry_length + 1)";

/** A stored entry from its columns, the first of them at `from`. */
export function storedEntry(columns: StoredColumns): StoredEntry {
  const expiresAt = columns[1];
  return {
    value: columns[0],
    expiresAt: expiresAt === null ? Number.POSITIVE_INFINITY : expiresAt,
    version: columns[2],
    entries: decodeEntries(columns[3]),
  };
}

/** Reads a page of rows in the order of their keys or of an index. */
export function readPage(statements: Statements, table: number, query: RangeQuery): Page {
  return query.index === undefined ? readByKey(statements, table, query) : readByIndex(statements, table, query.index, query);
}

function readByKey(statements: Statements, table: number, query: RangeQuery): Page {
  const { keysOnly, limit, liveAt } = query;
  const { condition, parameters } = boundsOf(query, "r.key");
  const columns = keysOnly ? "r.key" : `r.key, ${storedColumns}`;
  const text = `SELECT ${columns} FROM rows AS r WHERE r.tbl = ?${condition}${live(query)} ORDER BY r.key${direction(query)} LIMIT ?`;
  const lines = statements
    .shaped<[...KeyColumns, ...StoredColumns]>(text)
    .all(table, ...parameters, ...(liveAt === undefined ? [] : [liveAt]), limit);
  const rows = lines.map(([key, ...stored]): PageRow => (keysOnly ? { key } : { key, stored: storedEntry(stored) }));
  return pageOf(rows, limit, rows.at(-1)?.key);
}

function readByIndex(statements: Statements, table: number, index: number, query: RangeQuery): Page {
  const { keysOnly, limit, liveAt } = query;
  const { condition, parameters } = boundsOf(query, "i.line");
  const columns = keysOnly ? "i.line, i.entry_length" : `i.line, i.entry_length, ${storedColumns}`;
  // Lines of an index tell nothing about their rows but the keys; CROSS JOIN keeps their order.
  const join = keysOnly && liveAt === undefined ? "" : ` CROSS JOIN rows AS r ON r.tbl = i.tbl AND r.key = ${lineKey}`;
  const text =
    `SELECT ${columns} FROM index_lines AS i${join} WHERE i.tbl = ? AND i.idx = ?${condition}${live(query)} ` +
    `ORDER BY i.line${direction(query)} LIMIT ?`;
  const lines = statements
    .shaped<[...LineColumns, ...StoredColumns]>(text)
    .all(table, index, ...parameters, ...(liveAt === undefined ? [] : [liveAt]), limit);
  const rows = lines.map(([line, entryLength, ...stored]): PageRow => {
    const key = line.subarray(entryLength);
    const entry = line.subarray(0, entryLength);
    return keysOnly ? { key, entry } : { key, entry, stored: storedEntry(stored) };
  });
  return pageOf(rows, limit, lines.at(-1)?.[0]);
}

function live({ liveAt }: RangeQuery): string {
  return liveAt === undefined ? "" : ` AND ${isLive}`;
}

function direction({ reverse }: RangeQuery): string {
  return reverse ? " DESC" : "";
}

/** A page that is full may have a next one. */
function pageOf(rows: readonly PageRow[], limit: number, last: Uint8Array | undefined): Page {
  return rows.length === limit && last ? { rows, next: last } : { rows };
}
