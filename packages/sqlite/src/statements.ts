import type { Database, Statement } from "better-sqlite3";
import { COMMITS, isOnlyEntry, lineKey, rowOfLine } from "./layout.ts";
import { parameter } from "./parameter.ts";

/** What a change needs to know of the row that it replaces or removes. */
export type RowTrace = [bytes: number, expiresAt: number | null, entries: Buffer | null, blob: number | null];

/** The same of a row that was replaced, or removed. Its entries are `SAME_ENTRIES` when they are those of the new row, or the expected ones. */
export type FormerRow = [bytes: number, expiresAt: number | null, entries: Buffer | null | typeof SAME_ENTRIES, blob: number | null];

/** Stands for a list of entries that is the same as before: each list that the engine hands over costs more than to compare it there. */
export const SAME_ENTRIES = 0;

/** What a line of `rows` called `r` satisfies while it is live; takes the moment. */
export const isLive: string = `(r.expires_at IS NULL OR r.expires_at > ${parameter})`;

type UsageColumns = [entries: number, bytes: number, version: number];
type LinesBetween = [from: Uint8Array, to: Uint8Array, limit: number];

/**
 * A line of an index, in digits, how long its entry is, and the trace of its row, all `null` where it leads nowhere. The row's entries come as
 * digits, and `null` if it has no other than this one.
 */
export type IndexLine = [
  line: string,
  entryLength: number,
  bytes: number | null,
  expiresAt: number | null,
  entries: string | null,
  blob: number | null,
];

/** A row whole. */
type RowColumns = [
  expiresAt: number | null,
  version: number,
  bytes: number,
  entries: Buffer | null,
  blob: number | null,
  value: Uint8Array | null,
  key: Uint8Array,
];

/** The statements of a connection, each prepared once. Keys and lines are those of the file: with their table, or their index, in front. */
export class Statements {
  readonly begin: Statement<[]>;
  readonly beginImmediate: Statement<[]>;
  readonly commit: Statement<[]>;
  readonly rollback: Statement<[]>;

  readonly liveVersion: Statement<[key: Uint8Array, now: number], number>;
  readonly usage: Statement<[table: number], UsageColumns>;

  readonly trace: Statement<[key: Uint8Array], RowTrace>;
  readonly touchRow: Statement<[expiresAt: number | null, bytes: number, entries: Buffer | null, key: Uint8Array]>;

  readonly insertBlob: Statement<[value: Uint8Array]>;
  readonly updateBlob: Statement<[value: Uint8Array, id: number]>;
  readonly deleteBlob: Statement<[id: number]>;

  readonly deleteLine: Statement<[line: Uint8Array]>;
  /** Deletes the lines from one to another. */
  readonly deleteLinesBetween: Statement<[first: Uint8Array, last: Uint8Array]>;
  /** The first lines from a byte string on, and below another, with their rows. */
  readonly linesBetween: Statement<LinesBetween, IndexLine>;
  /** Finds a line from a byte string on, and below another, that leads to another row than that of a key, which has no table in front. */
  readonly lineOfOther: Statement<[from: Uint8Array, to: Uint8Array, key: Uint8Array], number>;

  /** The lines of a group, in digits. */
  readonly group: Statement<[group: Uint8Array], string>;
  readonly setGroup: Statement<[group: Uint8Array, lines: Uint8Array]>;
  readonly deleteGroup: Statement<[group: Uint8Array]>;
  /** The groups from one to another, in their order and the other way: each with its lines behind it, in digits. */
  readonly groupsBetween: Statement<[first: Uint8Array, last: Uint8Array, limit: number], string>;
  readonly groupsBack: Statement<[first: Uint8Array, last: Uint8Array, limit: number], string>;

  /** Counts a commit; gives its version. */
  readonly nextVersion: Statement<[], number>;
  /** Adds to a table's usage, and makes a version its own unless that is older. */
  readonly addUsage: Statement<[table: number, entries: number, bytes: number, version: number]>;

  readonly #setRow: Statement<RowColumns>;
  readonly #deleteRow: Statement<[key: Uint8Array, entries: Buffer | null]>;
  #former: FormerRow | undefined;
  readonly #database: Database;
  readonly #insertLines: Statement<(number | Uint8Array)[]>[] = [];
  readonly #deleteRows: Statement<Uint8Array[]>[] = [];
  readonly #byShape: Statement[] = [];
  readonly #byText = new Map<string, Statement>();

  constructor(database: Database) {
    this.#database = database;
    const trace = "bytes, expires_at, entries, blob";
    this.begin = database.prepare("BEGIN");
    this.beginImmediate = database.prepare("BEGIN IMMEDIATE");
    this.commit = database.prepare("COMMIT");
    this.rollback = database.prepare("ROLLBACK");

    this.liveVersion = database
      .prepare<[Uint8Array, number], number>(`SELECT r.version FROM rows AS r WHERE r.key = ? AND ${isLive}`)
      .pluck();
    this.usage = database.prepare<[number], UsageColumns>("SELECT entries, bytes, version FROM usage WHERE tbl = ?").raw();

    this.trace = database.prepare<[Uint8Array], RowTrace>(`SELECT ${trace} FROM rows WHERE key = ?`).raw();
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
      `INSERT INTO rows (expires_at, version, bytes, entries, blob, value, key) VALUES (?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (key) DO UPDATE
       SET expires_at = excluded.expires_at, version = excluded.version, bytes = excluded.bytes,
         entries = excluded.entries, blob = excluded.blob, value = excluded.value
       WHERE note_former(rows.bytes, rows.expires_at, iif(rows.entries IS excluded.entries, ${SAME_ENTRIES}, rows.entries), rows.blob)`,
    );
    this.touchRow = database.prepare("UPDATE rows SET expires_at = ?, bytes = ?, entries = ? WHERE key = ?");
    this.#deleteRow = database.prepare(
      `DELETE FROM rows WHERE key = ? AND note_former(bytes, expires_at, iif(entries IS ?, ${SAME_ENTRIES}, entries), blob)`,
    );

    this.insertBlob = database.prepare("INSERT INTO blobs (value) VALUES (?)");
    this.updateBlob = database.prepare("UPDATE blobs SET value = ? WHERE id = ?");
    this.deleteBlob = database.prepare("DELETE FROM blobs WHERE id = ?");

    this.deleteLine = database.prepare("DELETE FROM index_lines WHERE line = ?");
    this.deleteLinesBetween = database.prepare(`DELETE FROM index_lines WHERE line BETWEEN ${parameter} AND ${parameter}`);
    this.linesBetween = database
      .prepare<LinesBetween, IndexLine>(
        `SELECT hex(i.line), i.entry_length, r.bytes, r.expires_at, iif(${isOnlyEntry}, NULL, hex(r.entries)), r.blob
         FROM index_lines AS i LEFT JOIN rows AS r ON r.key = ${rowOfLine}
         WHERE i.line >= ${parameter} AND i.line < ${parameter} ORDER BY i.line LIMIT ${parameter}`,
      )
      .raw();
    this.lineOfOther = database
      .prepare<[Uint8Array, Uint8Array, Uint8Array], number>(
        `SELECT 1 FROM index_lines AS i
         WHERE i.line >= ${parameter} AND i.line < ${parameter} AND ${lineKey} <> ${parameter} LIMIT 1`,
      )
      .pluck();

    this.group = database.prepare<[Uint8Array], string>("SELECT hex(lines) FROM line_groups WHERE line_group = ?").pluck();
    this.setGroup = database.prepare("INSERT INTO line_groups VALUES (?, ?) ON CONFLICT (line_group) DO UPDATE SET lines = excluded.lines");
    this.deleteGroup = database.prepare("DELETE FROM line_groups WHERE line_group = ?");
    const groups = (direction: string): Statement<[Uint8Array, Uint8Array, number], string> =>
      database
        .prepare<[Uint8Array, Uint8Array, number], string>(
          `SELECT hex(line_group || lines) FROM line_groups WHERE line_group BETWEEN ${parameter} AND ${parameter}
           ORDER BY line_group ${direction} LIMIT ${parameter}`,
        )
        .pluck();
    this.groupsBetween = groups("ASC");
    this.groupsBack = groups("DESC");

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
  deleteRow(key: Uint8Array, entries: Buffer | null): FormerRow | undefined {
    this.#former = undefined;
    this.#deleteRow.run(key, entries);
    return this.#former;
  }

  /** Deletes so many rows, of which all is known. */
  deleteRows(count: number): Statement<Uint8Array[]> {
    return (this.#deleteRows[count] ??= this.#database.prepare(`DELETE FROM rows WHERE key IN (${Array<string>(count).fill("?").join()})`));
  }

  /** Inserts so many index lines. */
  insertLines(count: number): Statement<(number | Uint8Array)[]> {
    // A row may name the same entry twice; one line serves both.
    return (this.#insertLines[count] ??= this.#database.prepare(
      `INSERT OR IGNORE INTO index_lines (line, entry_length) VALUES ${Array<string>(count).fill("(?, ?)").join()}`,
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
