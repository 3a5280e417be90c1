import { type EncodedKey, ORDER_INDEX, orderPage, type Page, type PageRow, type RangeQuery, type StoredEntry } from "@cache/core/spi";
import type { Statement } from "better-sqlite3";
import { type Bounds, conditionOf, lineBounds, rowBounds } from "./bounds.ts";
import { TableGroups } from "./table-groups.ts";
import { INDEX_BYTES, rowOfLine, TABLE_BYTES } from "./layout.ts";
import { parameter } from "./parameter.ts";
import { isLive, type Statements } from "./statements.ts";
import { entriesColumn, type EntriesColumn, ownedBytes, type StoredColumns, storedColumnsWith, StoredRow } from "./stored-row.ts";

/** A row with its key or its index line, as the file has it, behind the value. */
type RowColumns = [...StoredColumns, lengthBehind: number, entries: EntriesColumn];

/** Reads a page of rows in the order of their keys or of an index. */
export function readPage(statements: Statements, table: number, query: RangeQuery): Page {
  if (query.index === undefined) return readByKey(statements, table, query);
  const alone = readByIndex(statements, table, query.index, query);
  if (query.index !== ORDER_INDEX) return alone;
  return orderPage(alone, new TableGroups(statements, table).lines(query), query, (key) => rowOf(statements, table, key));
}

function rowOf(statements: Statements, table: number, key: EncodedKey): StoredEntry | undefined {
  return readByKey(statements, table, { gte: key, lte: key, limit: 1 }).rows[0]?.stored;
}

function readByKey(statements: Statements, table: number, query: RangeQuery): Page {
  const statement = statements.ofShape(shapeOf(query), () => {
    const columns = query.keysOnly ? "hex(r.key)" : `${storedColumnsWith("r.key")}, length(r.key), ${entriesColumn}`;
    return `SELECT ${columns} FROM rows AS r WHERE ${restOf(query, "r.key")}`;
  });
  const parameters = parametersOf(query, rowBounds(table, query));
  const rows = query.keysOnly
    ? read<[key: string]>(statement, parameters, query).map(([key]): PageRow => ({ key: ownedBytes(key).subarray(TABLE_BYTES) }))
    : read<RowColumns>(statement, parameters, query).map(([digits, expiresAt, version, keyLength, entries]): PageRow => {
        const bytes = ownedBytes(digits);
        const start = bytes.length - keyLength;
        return { key: bytes.subarray(start + TABLE_BYTES), stored: new StoredRow(bytes.subarray(0, start), expiresAt, version, entries) };
      });
  return pageOf(rows, query, rows.at(-1)?.key);
}

function readByIndex(statements: Statements, table: number, index: number, query: RangeQuery): Page {
  const { keysOnly, liveAt } = query;
  // Lines of an index tell nothing about their rows but the keys.
  const needsRows = !keysOnly || liveAt !== undefined;
  const statement = statements.ofShape(shapeOf(query), () => {
    const columns = keysOnly ? "hex(i.line)" : `${storedColumnsWith("i.line")}, length(i.line), ${entriesColumn}`;
    return `SELECT ${columns}, i.entry_length FROM index_lines AS i${needsRows ? rowJoin : ""}
      WHERE ${restOf(query, "i.line")}`;
  });
  const parameters = parametersOf(query, lineBounds(table, index, query));
  const rows = keysOnly
    ? read<[line: string, entryLength: number]>(statement, parameters, query).map(
        ([line, entryLength]) => new LineRow(ownedBytes(line).subarray(INDEX_BYTES), entryLength),
      )
    : read<[...RowColumns, entryLength: number]>(statement, parameters, query).map(
        ([digits, expiresAt, version, lineLength, entries, entryLength]) => {
          const bytes = ownedBytes(digits);
          const start = bytes.length - lineLength;
          return new LineRow(
            bytes.subarray(start + INDEX_BYTES),
            entryLength,
            new StoredRow(bytes.subarray(0, start), expiresAt, version, entries),
          );
        },
      );
  return pageOf(rows, query, rows.at(-1)?.line);
}

/** Adds to each line its row. CROSS JOIN keeps the order of lines. */
const rowJoin = ` CROSS JOIN rows AS r ON r.key = ${rowOfLine}`;

/** A row read by an index. Its entry, which few readers want, is cut out when asked for. */
class LineRow implements PageRow {
  readonly key: Uint8Array;
  readonly line: Uint8Array;
  readonly stored: StoredRow | undefined;
  readonly #entryLength: number;

  constructor(line: Uint8Array, entryLength: number, stored?: StoredRow) {
    this.key = line.subarray(entryLength);
    this.line = line;
    this.stored = stored;
    this.#entryLength = entryLength;
  }

  get entry(): Uint8Array {
    return this.line.subarray(0, this.#entryLength);
  }
}

/** Which statement reads a page: one bit for each part of its text that may be there. */
function shapeOf({ index, keysOnly, gt, lt, lte, liveAt, reverse }: RangeQuery): number {
  return (
    (index === undefined ? 0 : 1) +
    (keysOnly ? 2 : 0) +
    (gt ? 4 : 0) +
    (lte && !lt ? 8 : 0) +
    (liveAt === undefined ? 0 : 16) +
    (reverse ? 32 : 0)
  );
}

/** The conditions, order and limit of a page. */
function restOf(query: RangeQuery, order: string): string {
  const live = query.liveAt === undefined ? "" : ` AND ${isLive}`;
  return `${conditionOf(query, order)}${live} ORDER BY ${order}${query.reverse ? " DESC" : ""} LIMIT ${parameter}`;
}

/** The parameters of {@link restOf}. */
function parametersOf({ liveAt, limit }: RangeQuery, bounds: Bounds): (number | Uint8Array)[] {
  return liveAt === undefined ? [...bounds, limit] : [...bounds, liveAt, limit];
}

/** The lines of a page. What they hold is written in the statement's text. */
function read<Columns>(statement: Statement, parameters: (number | Uint8Array)[], { limit }: RangeQuery): Columns[] {
  if (limit > 1) return statement.all(...parameters) as Columns[];
  const only = statement.get(...parameters) as Columns | undefined;
  return only === undefined ? [] : [only];
}

/** A page that is full may have a next one. */
function pageOf(rows: readonly PageRow[], { limit }: RangeQuery, last: Uint8Array | undefined): Page {
  return rows.length === limit && last ? { rows, next: last } : { rows };
}
