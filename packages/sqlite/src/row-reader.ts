import type { EncodedKey, FoundRow, IndexEntry, StoredEntry } from "@cache/core/spi";
import type { Database, Statement } from "better-sqlite3";
import { boundKey, boundLow } from "./bound-bytes.ts";
import { indexColumn } from "./layout.ts";
import { lineKey } from "./statements.ts";
import {
  deadlineOf,
  entriesColumn,
  type EntriesColumn,
  entriesFrom,
  KeptBytes,
  ownedBytes,
  storedColumns,
  type StoredColumns,
  storedColumnsWith,
  StoredRow,
} from "./stored-row.ts";

type RowKey = [table: number, key: Uint8Array];

/** A row with the index line behind its value that leads to it. */
type LineColumns = [...StoredColumns, lineLength: number, entryLength: number];

/** Reads single rows. What `get` and `getBy` give lasts until the next call. */
export class RowReader {
  readonly #database: Database;
  readonly #row: Statement<RowKey, StoredColumns>;
  readonly #rowWithEntries: Statement<RowKey, [...StoredColumns, entries: EntriesColumn]>;
  readonly #entries: Statement<RowKey, EntriesColumn>;
  readonly #firstFrom = new Map<number, Statement<[entry: Uint8Array], LineColumns>>();
  readonly #kept = new KeptBytes();

  constructor(database: Database) {
    const from = "FROM rows AS r WHERE r.tbl = ? AND r.key = ?";
    this.#database = database;
    this.#row = database.prepare<RowKey, StoredColumns>(`SELECT ${storedColumns} ${from}`).raw();
    this.#rowWithEntries = database
      .prepare<RowKey, [...StoredColumns, entries: EntriesColumn]>(`SELECT ${storedColumns}, ${entriesColumn} ${from}`)
      .raw();
    this.#entries = database.prepare<RowKey, EntriesColumn>(`SELECT ${entriesColumn} ${from}`).pluck();
  }

  get(table: number, key: EncodedKey): StoredEntry | undefined {
    const columns = this.#row.get(table, boundKey.of(key));
    return columns && new SingleRow(this, table, key, this.#kept.of(columns[0]), columns);
  }

  getMany(table: number, keys: readonly EncodedKey[]): readonly (StoredEntry | undefined)[] {
    return keys.map((key) => {
      const columns = this.#rowWithEntries.get(table, boundKey.of(key));
      if (!columns) return undefined;
      const [bytes, expiresAt, version, entries] = columns;
      return new StoredRow(ownedBytes(bytes), expiresAt, version, entries);
    });
  }

  /** The first row with an index entry. */
  getBy(table: number, index: number, entry: Uint8Array): FoundRow | undefined {
    const columns = this.#statementFrom(table, index).get(boundLow.of(entry));
    if (!columns) return undefined;
    const [bytes, , , lineLength, entryLength] = columns;
    const all = this.#kept.of(bytes);
    const start = all.length - lineLength;
    if (!holds(all, start, entryLength, entry)) return undefined;
    const key = all.slice(start + entryLength);
    return { key, stored: new SingleRow(this, table, key, this.#kept.firstOf(all, start), columns) };
  }

  /** The index entries of the row that was read last. */
  entriesAt(table: number, key: EncodedKey): readonly IndexEntry[] {
    return entriesFrom(this.#entries.get(table, boundKey.of(key)) ?? null);
  }

  /**
   * The statement that reads the first row of an index from an entry on. There is no upper bound, and the numbers are in the text: each
   * parameter takes its time, and what comes first is mostly the one.
   */
  #statementFrom(table: number, index: number): Statement<[entry: Uint8Array], LineColumns> {
    const column = indexColumn(table, index);
    let statement = this.#firstFrom.get(column);
    if (!statement) {
      // CROSS JOIN keeps the order of lines.
      statement = this.#database
        .prepare<[Uint8Array], LineColumns>(
          `SELECT ${storedColumnsWith("i.line")}, length(i.line), i.entry_length
           FROM index_lines AS i CROSS JOIN rows AS r ON r.tbl = ${table} AND r.key = ${lineKey}
           WHERE i.idx = ${column} AND i.line >= ? ORDER BY i.line`,
        )
        .raw();
      this.#firstFrom.set(column, statement);
    }
    return statement;
  }
}

/** Whether the bytes from `start` on, `length` of them, are just these. */
function holds(bytes: Uint8Array, start: number, length: number, expected: Uint8Array): boolean {
  if (length !== expected.length) return false;
  for (let at = 0; at < length; at++) if (bytes[start + at] !== expected[at]) return false;
  return true;
}

/** A row that was read alone. Its index entries, which hardly any reader of it wants, are read when asked for. */
class SingleRow implements StoredEntry {
  readonly value: Uint8Array;
  readonly expiresAt: number;
  readonly version: number;
  readonly #rows: RowReader;
  readonly #table: number;
  readonly #key: EncodedKey;

  constructor(
    rows: RowReader,
    table: number,
    key: EncodedKey,
    value: Uint8Array,
    [, expiresAt, version]: readonly [...StoredColumns, ...unknown[]],
  ) {
    this.value = value;
    this.expiresAt = deadlineOf(expiresAt);
    this.version = version;
    this.#rows = rows;
    this.#table = table;
    this.#key = key;
  }

  get entries(): readonly IndexEntry[] {
    return this.#rows.entriesAt(this.#table, this.#key);
  }
}
