import type { Database, Statement } from "better-sqlite3";
import { COMMITS } from "./layout.ts";
import { parameter } from "./parameter.ts";

/** What a change needs to know of the row that it replaces or removes. */
export type RowTrace = [bytes: number, expiresAt: number | null, entries: Buffer | null, blob: number | null];

/** The same of a row that was replaced, or removed. Its entries are `SAME_ENTRIES` when they are those of the new row, or the expected ones. */
export type FormerRow = [bytes: number, expiresAt: number | null, entries: Buffer | null | typeof SAME_ENTRIES, blob: number | null];

/** Stands for a list of entries that is the same as before: each list that the engine hands over costs more than to compare it there. */
export const SAME_ENTRIES = 0;

/** What a line of `rows` called `r` satisfies while it is live; takes the moment. */
export const isLive: string = `(r.expires_at IS NULL OR r.expires_at > ${parameter})`;

/** What of a line of `index_lines` called `i` is the key of its row. */
export const lineKey: string = "substr(i.line, i.entry_length + 1)";

type RowKey = [table: number, key: Uint8Array];
type LiveRowKey = [table: number, key: Uint8Array, now: number];
type UsageColumns = [entries: number, bytes: number, version: number];
type LinesFrom = [index: number, from: Uint8Array, limit: number];
type LinesBetween = [index: number, from: Uint8Array, to: Uint8Array, limit: number];
type UniqueLine = [index: number, from: Uint8Array, to: Uint8Array, key: Uint8Array];

/**
 * A line of an index: an entry's bytes followed by its row's key, and where the one ends. In hexadecimal digits: to hand over a string and to
 * decode it takes half as long as to hand over bytes.
 */
export type IndexLine = [line: string, entryLength: number];

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

  readonly liveVersion: Statement<LiveRowKey, number>;
  readonly usage: Statement<[table: number], UsageColumns>;

  readonly trace: Statement<RowKey, RowTrace>;
  readonly touchRow: Statement<[expiresAt: number | null, bytes: number, entries: Buffer | null, table: number, key: Uint8Array]>;

  readonly insertBlob: Statement<[value: Uint8Array]>;
  readonly updateBlob: Statement<[value: Uint8Array, id: number]>;
  readonly deleteBlob: Statement<[id: number]>;

  readonly deleteLine: Statement<[index: number, line: Uint8Array]>;
  /** Deletes the lines of an index from one to another. */
  readonly deleteLinesBetween: Statement<[index: number, first: Uint8Array, last: Uint8Array]>;
  readonly deleteLines: Statement<[firstIndex: number, lastIndex: number]>;
  /** The first lines of an index from a byte string on, and up to another. */
  readonly linesFrom: Statement<LinesFrom, IndexLine>;
  readonly linesBetween: Statement<LinesBetween, IndexLine>;
  /** Finds a line of an index between two byte strings that leads to another row than that of a key. */
  readonly lineOfOther: Statement<UniqueLine, number>;

  /** Counts a commit; gives its version. */
  readonly nextVersion: Statement<[], number>;
  /** Adds to a table's usage, and makes a version its own unless that is older. */
  readonly addUsage: Statement<[table: number, entries: number, bytes: number, version: number]>;

  readonly #setRow: Statement<RowColumns>;
  readonly #deleteRow: Statement<[table: number, key: Uint8Array, entries: Buffer | null]>;
  #former: FormerRow | undefined;
  readonly #database: Database;
  readonly #insertLines: Statement<(number | Uint8Array)[]>[] = [];
  readonly #byShape: Statement[] = [];
  readonly #byText = new Map<string, Statement>();

  constructor(database: Database) {
    this.#database = database;
    const trace = "bytes, expires_at, entries, blob";
    const linesFrom = `SELECT hex(line), entry_length FROM index_lines WHERE idx = ${parameter} AND line >= ${parameter}`;
    this.begin = database.prepare("BEGIN");
    this.beginImmediate = database.prepare("BEGIN IMMEDIATE");
    this.commit = database.prepare("COMMIT");
    this.rollback = database.prepare("ROLLBACK");

    this.liveVersion = database
      .prepare<LiveRowKey, number>(`SELECT r.version FROM rows AS r WHERE r.tbl = ? AND r.key = ? AND ${isLive}`)
      .pluck();
    this.usage = database.prepare<[number], UsageColumns>("SELECT entries, bytes, version FROM usage WHERE tbl = ?").raw();

    this.trace = database.prepare<RowKey, RowTrace>(`SELECT ${trace} FROM rows WHERE tbl = ? AND key = ?`).raw();
    // Called with what a row was before it is updated or deleted. Looking it up first would take as long as the update itself, and what a
    // deletion returns goes through a table of its own.
    database.function(
      "note_former",
      { directOnly: true },
      (bytes: number, expiresAt: number | null, entries: FormerRow[2], blob: number | null) => {
        this.#former = [bytes, expiresAt, entries, blob];
        return 1;
      },
    );
    this.#setRow = database.prepare(
      `INSERT INTO rows (expires_at, version, bytes, entries, blob, value, tbl, key) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (tbl, key) DO UPDATE
       SET expires_at = excluded.expires_at, version = excluded.version, bytes = excluded.bytes,
         entries = excluded.entries, blob = excluded.blob, value = excluded.value
       WHERE note_former(rows.bytes, rows.expires_at, iif(rows.entries IS excluded.entries, ${SAME_ENTRIES}, rows.entries), rows.blob)`,
    );
    this.touchRow = database.prepare("UPDATE rows SET expires_at = ?, bytes = ?, entries = ? WHERE tbl = ? AND key = ?");
    this.#deleteRow = database.prepare(
      `DELETE FROM rows WHERE tbl = ? AND key = ? AND note_former(bytes, expires_at, iif(entries IS ?, ${SAME_ENTRIES}, entries), blob)`,
    );

    this.insertBlob = database.prepare("INSERT INTO blobs (value) VALUES (?)");
    this.updateBlob = database.prepare("UPDATE blobs SET value = ? WHERE id = ?");
    this.deleteBlob = database.prepare("DELETE FROM blobs WHERE id = ?");

    this.deleteLine = database.prepare("DELETE FROM index_lines WHERE idx = ? AND line = ?");
    this.deleteLinesBetween = database.prepare(
      `DELETE FROM index_lines WHERE idx = ${parameter} AND line BETWEEN ${parameter} AND ${parameter}`,
    );
    this.deleteLines = database.prepare("DELETE FROM index_lines WHERE idx BETWEEN ? AND ?");
    this.linesFrom = database.prepare<LinesFrom, IndexLine>(`${linesFrom} ORDER BY line LIMIT ${parameter}`).raw();
    this.linesBetween = database
      .prepare<LinesBetween, IndexLine>(`${linesFrom} AND line < ${parameter} ORDER BY line LIMIT ${parameter}`)
      .raw();
    this.lineOfOther = database
      .prepare<UniqueLine, number>(
        `SELECT 1 FROM index_lines AS i WHERE i.idx = ${parameter} AND i.line >= ${parameter} AND i.line < ${parameter}
           AND ${lineKey} <> ${parameter} LIMIT 1`,
      )
      .pluck();

    this.nextVersion = database
      .prepare<[], number>(`UPDATE usage SET version = version + 1 WHERE tbl = ${COMMITS} RETURNING version`)
      .pluck();
    this.addUsage = database.prepare(
      `INSERT INTO usage (tbl, entries, bytes, version) VALUES (?, ?, ?, ?) ON CONFLICT (tbl) DO UPDATE
       SET entries = entries + excluded.entries, bytes = bytes + excluded.bytes, version = max(version, excluded.version)`,
    );
  }

  /** Writes a row; gives the trace of the one it replaced. */
  setRow(...columns: RowColumns): FormerRow | undefined {
    this.#former = undefined;
    this.#setRow.run(...columns);
    return this.#former;
  }

  /** Removes a row; gives its trace. `entries` are those that it is expected to have. */
  deleteRow(table: number, key: Uint8Array, entries: Buffer | null): FormerRow | undefined {
    this.#former = undefined;
    this.#deleteRow.run(table, key, entries);
    return this.#former;
  }

  /** Inserts so many index lines. */
  insertLines(count: number): Statement<(number | Uint8Array)[]> {
    // A row may name the same entry twice; one line serves both.
    return (this.#insertLines[count] ??= this.#database.prepare(
      `INSERT OR IGNORE INTO index_lines (idx, line, entry_length) VALUES ${Array<string>(count).fill("(?, ?, ?)").join()}`,
    ));
  }

  /** The statement of a shape of pages, prepared from its text when first asked for. Its rows are arrays. */
  ofShape(shape: number, text: () => string): Statement {
    return (this.#byShape[shape] ??= this.#database.prepare(text()).raw());
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
