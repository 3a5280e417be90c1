import type { Database, Statement } from "better-sqlite3";
import { COMMITS } from "./layout.ts";
import { parameter } from "./parameter.ts";
import { storedColumns, type StoredColumns } from "./stored-row.ts";

/** What a change needs to know of the row that it replaces or removes. */
export type RowTrace = [bytes: number, expiresAt: number | null, entries: Buffer | null, blob: number | null];

/** What a line of `rows` called `r` satisfies while it is live; takes the moment. */
export const isLive: string = `(r.expires_at IS NULL OR r.expires_at > ${parameter})`;

type RowKey = [table: number, key: Uint8Array];
type LiveRowKey = [table: number, key: Uint8Array, now: number];
type UsageColumns = [entries: number, bytes: number, version: number];
type LineColumns = [line: Buffer, entryLength: number];
type LinesOf = [table: number, index: number, limit: number];

/** A row whole. */
type RowColumns = [
  expiresAt: number | null,
  version: number,
  bytes: number,
  entries: Buffer | null,
  blob: number | null,
  value: Uint8Array | null,
  table: number,
  key: Uint8Array,
];

/** The statements of a connection, each prepared once. */
export class Statements {
  readonly begin: Statement<[]>;
  readonly beginImmediate: Statement<[]>;
  readonly commit: Statement<[]>;
  readonly rollback: Statement<[]>;

  readonly row: Statement<RowKey, StoredColumns>;
  readonly liveVersion: Statement<LiveRowKey, number>;
  readonly usage: Statement<[table: number], UsageColumns>;

  readonly trace: Statement<RowKey, RowTrace>;
  readonly touchRow: Statement<[expiresAt: number | null, bytes: number, entries: Buffer | null, table: number, key: Uint8Array]>;
  /** Gives the trace of the row it removed. */
  readonly deleteRow: Statement<RowKey, RowTrace>;

  readonly insertBlob: Statement<[value: Uint8Array]>;
  readonly updateBlob: Statement<[value: Uint8Array, id: number]>;
  readonly deleteBlob: Statement<[id: number]>;

  readonly insertLine: Statement<[table: number, index: number, line: Uint8Array, entryLength: number]>;
  readonly deleteLine: Statement<[table: number, index: number, line: Uint8Array]>;
  readonly deleteLines: Statement<[table: number]>;
  readonly firstLines: Statement<LinesOf, LineColumns>;

  /** Counts a commit; gives its version. */
  readonly nextVersion: Statement<[], number>;
  /** Adds to a table's usage, and makes a version its own unless that is older. */
  readonly addUsage: Statement<[table: number, entries: number, bytes: number, version: number]>;

  readonly #setRow: Statement<RowColumns>;
  #replaced: RowTrace | undefined;
  readonly #database: Database;
  readonly #byText = new Map<string, Statement>();

  constructor(database: Database) {
    this.#database = database;
    const trace = "bytes, expires_at, entries, blob";
    this.begin = database.prepare("BEGIN");
    this.beginImmediate = database.prepare("BEGIN IMMEDIATE");
    this.commit = database.prepare("COMMIT");
    this.rollback = database.prepare("ROLLBACK");

    this.row = database.prepare<RowKey, StoredColumns>(`SELECT ${storedColumns} FROM rows AS r WHERE r.tbl = ? AND r.key = ?`).raw();
    this.liveVersion = database
      .prepare<LiveRowKey, number>(`SELECT r.version FROM rows AS r WHERE r.tbl = ? AND r.key = ? AND ${isLive}`)
      .pluck();
    this.usage = database.prepare<[number], UsageColumns>("SELECT entries, bytes, version FROM usage WHERE tbl = ?").raw();

    this.trace = database.prepare<RowKey, RowTrace>(`SELECT ${trace} FROM rows WHERE tbl = ? AND key = ?`).raw();
    // Called with what the row was before it is updated. Looking it up first would take as long as the update itself.
    database.function(
      "note_replaced",
      { directOnly: true },
      (bytes: number, expiresAt: number | null, entries: Buffer | null, blob: number | null) => {
        this.#replaced = [bytes, expiresAt, entries, blob];
        return 1;
      },
    );
    this.#setRow = database.prepare(
      `INSERT INTO rows (expires_at, version, bytes, entries, blob, value, tbl, key) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (tbl, key) DO UPDATE
       SET expires_at = excluded.expires_at, version = excluded.version, bytes = excluded.bytes,
         entries = excluded.entries, blob = excluded.blob, value = excluded.value
       WHERE note_replaced(rows.bytes, rows.expires_at, rows.entries, rows.blob)`,
    );
    this.touchRow = database.prepare("UPDATE rows SET expires_at = ?, bytes = ?, entries = ? WHERE tbl = ? AND key = ?");
    this.deleteRow = database.prepare<RowKey, RowTrace>(`DELETE FROM rows WHERE tbl = ? AND key = ? RETURNING ${trace}`).raw();

    this.insertBlob = database.prepare("INSERT INTO blobs (value) VALUES (?)");
    this.updateBlob = database.prepare("UPDATE blobs SET value = ? WHERE id = ?");
    this.deleteBlob = database.prepare("DELETE FROM blobs WHERE id = ?");

    // A row may name the same entry twice; one line serves both.
    this.insertLine = database.prepare("INSERT OR IGNORE INTO index_lines (tbl, idx, line, entry_length) VALUES (?, ?, ?, ?)");
    this.deleteLine = database.prepare("DELETE FROM index_lines WHERE tbl = ? AND idx = ? AND line = ?");
    this.deleteLines = database.prepare("DELETE FROM index_lines WHERE tbl = ?");
    this.firstLines = database
      .prepare<LinesOf, LineColumns>("SELECT line, entry_length FROM index_lines WHERE tbl = ? AND idx = ? ORDER BY line LIMIT ?")
      .raw();

    this.nextVersion = database
      .prepare<[], number>(`UPDATE usage SET version = version + 1 WHERE tbl = ${COMMITS} RETURNING version`)
      .pluck();
    this.addUsage = database.prepare(
      `INSERT INTO usage (tbl, entries, bytes, version) VALUES (?, ?, ?, ?) ON CONFLICT (tbl) DO UPDATE
       SET entries = entries + excluded.entries, bytes = bytes + excluded.bytes, version = max(version, excluded.version)`,
    );
  }

  /** Writes a row; gives the trace of the one it replaced. */
  setRow(...columns: RowColumns): RowTrace | undefined {
    this.#replaced = undefined;
    this.#setRow.run(...columns);
    return this.#replaced;
  }

  /** A statement whose text depends on the shape of a query; prepared when first asked for. Its rows are arrays. */
  shaped<Row>(text: string): Statement<unknown[], Row> {
    let statement = this.#byText.get(text);
    if (!statement) {
      statement = this.#database.prepare(text);
      if (statement.reader) statement.raw();
      this.#byText.set(text, statement);
    }
    // What a row holds is written in the text.
    return statement as Statement<unknown[], Row>;
  }
}
