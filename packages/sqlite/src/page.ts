import type { Page, PageRow, RangeQuery } from "@cache/core/spi";
import { boundsOf } from "./bounds.ts";
import { parameter } from "./parameter.ts";
import { isLive, type Statements } from "./statements.ts";
import { storedColumnsAfter, type StoredColumns, StoredRow } from "./stored-row.ts";

/** What of an index line leads to its row. */
const lineKey = "substr(i.line, i.entry_length + 1)";

/** Reads a page of rows in the order of their keys or of an index. */
export function readPage(statements: Statements, table: number, query: RangeQuery): Page {
  return query.index === undefined ? readByKey(statements, table, query) : readByIndex(statements, table, query.index, query);
}

function readByKey(statements: Statements, table: number, query: RangeQuery): Page {
  const { condition, parameters } = boundsOf(query, "r.key");
  const rest = `FROM rows AS r WHERE r.tbl = ${parameter}${condition}${live(query)} ORDER BY r.key${direction(query)} LIMIT ${parameter}`;
  const all = [table, ...parameters, ...liveParameter(query), query.limit];
  const rows = query.keysOnly
    ? statements
        .shaped<[key: Buffer]>(`SELECT r.key ${rest}`)
        .all(...all)
        .map(([key]): PageRow => ({ key }))
    : statements
        .shaped<[...StoredColumns, keyLength: number]>(`SELECT ${storedColumnsAfter("r.key")}, length(r.key) ${rest}`)
        .all(...all)
        .map(([bytes, listLength, expiresAt, version, keyLength]): PageRow => {
          const stored = new StoredRow([bytes, listLength, expiresAt, version], keyLength);
          return { key: front(bytes, 0, keyLength), stored };
        });
  return pageOf(rows, query, rows.at(-1)?.key);
}

function readByIndex(statements: Statements, table: number, index: number, query: RangeQuery): Page {
  const { keysOnly, liveAt } = query;
  const { condition, parameters } = boundsOf(query, "i.line");
  // Lines of an index tell nothing about their rows but the keys; CROSS JOIN keeps their order.
  const join = keysOnly && liveAt === undefined ? "" : ` CROSS JOIN rows AS r ON r.tbl = i.tbl AND r.key = ${lineKey}`;
  const rest = `FROM index_lines AS i${join} WHERE i.tbl = ${parameter} AND i.idx = ${parameter}${condition}${live(query)} ORDER BY i.line${direction(query)} LIMIT ${parameter}`;
  const all = [table, index, ...parameters, ...liveParameter(query), query.limit];
  if (keysOnly) {
    const lines = statements.shaped<[line: Buffer, entryLength: number]>(`SELECT i.line, i.entry_length ${rest}`).all(...all);
    const rows = lines.map(([line, entryLength]): PageRow => ({ key: line.subarray(entryLength), entry: line.subarray(0, entryLength) }));
    return pageOf(rows, query, lines.at(-1)?.[0]);
  }
  const text = `SELECT ${storedColumnsAfter("i.line")}, length(i.line), i.entry_length ${rest}`;
  const lines = statements.shaped<[...StoredColumns, lineLength: number, entryLength: number]>(text).all(...all);
  const rows = lines.map(([bytes, listLength, expiresAt, version, lineLength, entryLength]): PageRow => {
    const stored = new StoredRow([bytes, listLength, expiresAt, version], lineLength);
    return { key: front(bytes, entryLength, lineLength), entry: front(bytes, 0, entryLength), stored };
  });
  const last = lines.at(-1);
  return pageOf(rows, query, last && front(last[0], 0, last[4]));
}

function live({ liveAt }: RangeQuery): string {
  return liveAt === undefined ? "" : ` AND ${isLive}`;
}

function direction({ reverse }: RangeQuery): string {
  return reverse ? " DESC" : "";
}

function liveParameter({ liveAt }: RangeQuery): number[] {
  return liveAt === undefined ? [] : [liveAt];
}

/** A part of the bytes in front of a stored row's value. They are there, or there would be no row. */
function front(bytes: Buffer | null, start: number, end: number): Uint8Array {
  return (bytes as Buffer).subarray(start, end);
}

/** A page that is full may have a next one. */
function pageOf(rows: readonly PageRow[], { limit }: RangeQuery, last: Uint8Array | undefined): Page {
  return rows.length === limit && last ? { rows, next: last } : { rows };
}
