import { type EncodedKey, type FoundRow, type IndexEntry, KeptCopies, MAX_TABLE_ID, type StoredEntry } from "@cache/core/spi";
import type { Database, Statement } from "better-sqlite3";
import { boundKey, boundLow } from "./bound-bytes.ts";
import { lineKey, TABLE_BYTES } from "./layout.ts";
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

type RowKey = [key: Uint8Array];

/** A row with the index line behind its value that leads to it. */
type LineColumns = [...StoredColumns, lineLength: number, entryLength: number];

/** Reads single rows. What `get` and `getBy` give lasts until the next call. */
export class RowReader {
  readonly #row: Statement<RowKey, StoredColumns>;
  readonly #rowWithEntries: Statement<RowKey, [...StoredColumns, entries: EntriesColumn]>;
  readonly #entries: Statement<RowKey, EntriesColumn>;
  readonly #firstFrom = new Map<number, Statement<[line: Uint8Array], LineColumns>>();
  readonly #database: Database;
  readonly #kept = new KeptBytes();
  readonly #keys = new KeptCopies();

  constructor(database: Database) {
    const from = "FROM rows AS r WHERE r.key = ?";
    this.#row = database.prepare<RowKey, StoredColumns>(`SELECT ${storedColumns} ${from}`).raw();
    this.#rowWithEntries = database
      .prepare<RowKey, [...StoredColumns, entries: EntriesColumn]>(`SELECT ${storedColumns}, ${entriesColumn} ${from}`)
      .raw();
    this.#entries = database.prepare<RowKey, EntriesColumn>(`SELECT ${entriesColumn} ${from}`).pluck();
    this.#database = database;
  }

  get(table: number, key: EncodedKey): StoredEntry | undefined {
    const columns = this.#row.get(boundKey.row(table, key));
    return columns && new SingleRow(this, table, key, this.#kept.of(columns[0]), columns);
  }

  getMany(table: number, keys: readonly EncodedKey[]): readonly (StoredEntry | undefined)[] {
    return keys.map((key) => {
      const columns = this.#rowWithEntries.get(boundKey.row(table, key));
      if (!columns) return undefined;
      const [bytes, expiresAt, version, entries] = columns;
      return new StoredRow(ownedBytes(bytes), expiresAt, version, entries);
    });
  }

  /** The first row with an index entry. */
  getBy(table: number, index: number, entry: Uint8Array): FoundRow | undefined {
    const from = boundLow.line(table, index, entry);
    const columns = this.#statementOf(table).get(from);
    if (!columns) return undefined;
    const [bytes, , , lineLength, entryLength] = columns;
    if (entryLength !== entry.length) return undefined;
    const all = this.#kept.of(bytes);
    const start = all.length - lineLength;
    if (!holds(all, start, from)) return undefined;
    const key = this.#keys.of(all, start + from.length, all.length);
    return { key, stored: new SingleRow(this, table, key, this.#kept.firstOf(all, start), columns) };
  }

  /** The statement that reads the first row of a table's indexes from a line on. */
  #statementOf(table: number): Statement<[line: Uint8Array], LineColumns> {
    let statement = this.#firstFrom.get(table);
    if (!statement) {
      statement = this.#database.prepare<[Uint8Array], LineColumns>(firstLineFrom(table)).raw();
      this.#firstFrom.set(table, statement);
    }
    return statement;
  }

  /** The index entries of the row at a key. */
  entriesAt(table: number, key: EncodedKey): readonly IndexEntry[] {
    return entriesFrom(this.#entries.get(boundKey.row(table, key)) ?? null);
  }
}

/**
 * Reads the first line of a table's indexes from a line on, with its row. The table is no parameter, as that takes its time; CROSS JOIN keeps
 * the order of lines. The bound is for look-ups behind a table's last line, which would else go through the lines of all tables after it.
 */
export function firstLineFrom(table: number): string {
  return (
    `SELECT ${storedColumnsWith("i.line")}, length(i.line), i.entry_length ` +
    `FROM index_lines AS i CROSS JOIN rows AS r ON r.key = CAST(${tableLiteral(table)} || ${lineKey} AS BLOB) ` +
    `WHERE i.line >= ?${table < MAX_TABLE_ID ? ` AND i.line < ${tableLiteral(table + 1)}` : ""} ORDER BY i.line`
  );
}

/** What stands before the keys and the index lines of a table. */
function tableLiteral(table: number): string {
  return `x'${table.toString(16).padStart(2 * TABLE_BYTES, "0")}'`;
}

/** Whether the bytes from `start` on begin with these. */
function holds(bytes: Uint8Array, start: number, expected: Uint8Array): boolean {
  for (let at = 0; at < expected.length; at++) if (bytes[start + at] !== expected[at]) return false;
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
