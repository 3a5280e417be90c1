import { type FoundRow, type Page, type PageRow, type RangeQuery } from "@cache/core/spi";
import type { Statement } from "better-sqlite3";
import { boundHigh, boundLow } from "./bound-bytes.ts";
import { boundsOf } from "./bounds.ts";
import { indexColumn } from "./layout.ts";
import { parameter } from "./parameter.ts";
import { isLive, lineKey, type Statements } from "./statements.ts";
import { storedColumnsAfter, type StoredColumns, StoredRow } from "./stored-row.ts";

type Parameters = (number | Uint8Array)[];

/** Reads a page of rows in the order of their keys or of an index. */
export function readPage(statements: Statements, table: number, query: RangeQuery): Page {
  return query.index === undefined ? readByKey(statements, table, query) : readByIndex(statements, table, query.index, query);
}

function readByKey(statements: Statements, table: number, query: RangeQuery): Page {
  const statement = statements.ofShape(shapeOf(query), () => {
    const columns = query.keysOnly ? "r.key" : `${storedColumnsAfter("r.key")}, length(r.key)`;
    return `SELECT ${columns} FROM rows AS r WHERE r.tbl = ${parameter}${restOf(query, "r.key")}`;
  });
  const parameters = [table, ...parametersOf(query)];
  const rows = query.keysOnly
    ? read<[key: Buffer]>(statement, parameters, query).map(([key]): PageRow => ({ key }))
    : read<[...StoredColumns, keyLength: number]>(statement, parameters, query).map((columns): PageRow => {
        const keyLength = columns[4];
        return { key: front(columns, 0, keyLength), stored: new StoredRow(columns, keyLength) };
      });
  return pageOf(rows, query, rows.at(-1)?.key);
}

function readByIndex(statements: Statements, table: number, index: number, query: RangeQuery): Page {
  const { keysOnly, liveAt } = query;
  // Lines of an index tell nothing about their rows but the keys.
  const needsRows = !keysOnly || liveAt !== undefined;
  const statement = statements.ofShape(shapeOf(query), () => {
    const columns = keysOnly ? "i.line, i.entry_length" : lineColumns;
    return `SELECT ${columns} FROM index_lines AS i${needsRows ? rowJoin : ""} WHERE i.idx = ${parameter}${restOf(query, "i.line")}`;
  });
  const parameters = [...(needsRows ? [table] : []), indexColumn(table, index), ...parametersOf(query)];
  if (keysOnly) {
    const lines = read<[line: Buffer, entryLength: number]>(statement, parameters, query);
    const rows = lines.map(([line, entryLength]): PageRow => ({ key: line.subarray(entryLength), entry: line.subarray(0, entryLength) }));
    return pageOf(rows, query, lines.at(-1)?.[0]);
  }
  const lines = read<LineColumns>(statement, parameters, query);
  const last = lines.at(-1);
  return pageOf(
    lines.map((columns) => new LineRow(columns)),
    query,
    last && front(last, 0, last[4]),
  );
}

/** Reads the first row with an index entry. */
export function readByEntry(statements: Statements, table: number, index: number, entry: Uint8Array): FoundRow | undefined {
  const statement = statements.ofShape(
    FIRST_FROM_ENTRY,
    () =>
      `SELECT ${lineColumns} FROM index_lines AS i${rowJoin} WHERE i.idx = ${parameter} AND i.line >= ${parameter} ORDER BY i.line LIMIT 1`,
  );
  // Without an upper bound: each parameter takes its time, and what comes first is mostly the one.
  const columns = statement.get(table, indexColumn(table, index), boundLow.of(entry)) as LineColumns | undefined;
  const row = columns && new LineRow(columns);
  return row?.isOf(entry) ? row : undefined;
}

/** A row with the index line in front that leads to it. */
type LineColumns = [...StoredColumns, lineLength: number, entryLength: number];

const lineColumns = `${storedColumnsAfter("i.line")}, length(i.line), i.entry_length`;

/** Adds to each line its row. CROSS JOIN keeps the order of lines. */
const rowJoin = ` CROSS JOIN rows AS r ON r.tbl = ${parameter} AND r.key = ${lineKey}`;

/** The shape of the statement that reads by an entry, beyond all of {@link shapeOf}. */
const FIRST_FROM_ENTRY = 256;

/** A row read by an index. Its entry, which few readers want, is cut out when asked for. */
class LineRow implements PageRow, FoundRow {
  readonly key: Uint8Array;
  readonly stored: StoredRow;
  readonly #columns: LineColumns;

  constructor(columns: LineColumns) {
    const [, , , , lineLength, entryLength] = columns;
    this.stored = new StoredRow(columns, lineLength);
    this.key = front(columns, entryLength, lineLength);
    this.#columns = columns;
  }

  get entry(): Uint8Array {
    return front(this.#columns, 0, this.#columns[5]);
  }

  /** Whether it was found by this very entry. */
  isOf(entry: Uint8Array): boolean {
    const [bytes, , , , , length] = this.#columns;
    if (length !== entry.length) return false;
    for (let at = 0; at < length; at++) if (bytes?.[at] !== entry[at]) return false;
    return true;
  }
}

/** Which statement reads a page: one bit for each part of its text that may be there. */
function shapeOf({ index, keysOnly, gt, gte, lt, lte, liveAt, reverse }: RangeQuery): number {
  return (
    (index === undefined ? 0 : 1) +
    (keysOnly ? 2 : 0) +
    (gt ? 4 : gte ? 8 : 0) +
    (lt ? 16 : lte ? 32 : 0) +
    (liveAt === undefined ? 0 : 64) +
    (reverse ? 128 : 0)
  );
}

/** The conditions, order and limit of a page. */
function restOf(query: RangeQuery, order: string): string {
  const live = query.liveAt === undefined ? "" : ` AND ${isLive}`;
  return `${boundsOf(query, order).condition}${live} ORDER BY ${order}${query.reverse ? " DESC" : ""} LIMIT ${parameter}`;
}

/** The parameters of {@link restOf}. */
function parametersOf({ gt, gte, lt, lte, liveAt, limit }: RangeQuery): Parameters {
  const low = gt ?? gte;
  const high = lt ?? lte;
  const parameters: Parameters = [];
  if (low) parameters.push(boundLow.of(low));
  if (high) parameters.push(boundHigh.of(high));
  if (liveAt !== undefined) parameters.push(liveAt);
  parameters.push(limit);
  return parameters;
}

/** The lines of a page. What they hold is written in the statement's text. */
function read<Columns>(statement: Statement, parameters: Parameters, { limit }: RangeQuery): Columns[] {
  if (limit > 1) return statement.all(...parameters) as Columns[];
  const only = statement.get(...parameters) as Columns | undefined;
  return only === undefined ? [] : [only];
}

/** A part of the bytes in front of a stored row's value. They are there, or there would be no row. */
function front([bytes]: readonly [bytes: Buffer | null, ...unknown[]], start: number, end: number): Uint8Array {
  return (bytes as Buffer).subarray(start, end);
}

/** A page that is full may have a next one. */
function pageOf(rows: readonly PageRow[], { limit }: RangeQuery, last: Uint8Array | undefined): Page {
  return rows.length === limit && last ? { rows, next: last } : { rows };
}
