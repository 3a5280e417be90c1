import { lineEntry, linesOfGroup, ORDER_INDEX } from "@cache/core/spi";
import SqliteDatabase from "better-sqlite3";

/** How full a table is. */
export interface Fullness {
  readonly tbl: number;
  readonly entries: number;
  readonly bytes: number;
}

/** What a full scan of a file finds, next to what the file says of itself. */
export interface Audit {
  /** By the `usage` table, without tables that are empty. */
  readonly kept: readonly Fullness[];
  /** By the rows, values and index lines themselves. */
  readonly counted: readonly Fullness[];
  /** Index lines without a row or with a wrong word about it, rows without their blob, blobs without a row. */
  readonly strays: number;
  readonly integrity: string;
}

/** The lines in groups: of how many each table has, their bytes, and those that lead nowhere or say something wrong of their rows. */
function auditGroups(database: SqliteDatabase.Database): { readonly bytes: ReadonlyMap<number, number>; readonly strays: number } {
  const rowOf = database.prepare<[Buffer], { bytes: number; entries: Buffer }>(
    "SELECT bytes, entries FROM rows WHERE key = ? AND expires_at IS NULL AND blob IS NULL",
  );
  const bytes = new Map<number, number>();
  let strays = 0;
  const groups = database.prepare<[], { line_group: Buffer; lines: Buffer }>("SELECT * FROM line_groups").all();
  for (const { line_group: group, lines } of groups) {
    const table = group.subarray(0, 2);
    const all = linesOfGroup(group.subarray(2), lines, {}, Infinity);
    if (all.length === 0) strays++;
    for (const line of all) {
      const row = rowOf.get(Buffer.concat([table, line.key]));
      const entry = Buffer.concat([Buffer.from([0, ORDER_INDEX, 0, line.position.length - line.key.length]), lineEntry(line)]);
      if (row?.bytes !== line.rowBytes || !entry.equals(row.entries)) strays++;
      bytes.set(table.readUInt16BE(), (bytes.get(table.readUInt16BE()) ?? 0) + line.position.length);
    }
  }
  return { bytes, strays };
}

/** Reads a cache's file with SQL, and groups of lines with what writes them. */
export function audit(path: string): Audit {
  const database = new SqliteDatabase(path, { fileMustExist: true });
  try {
    database.function("table_of", (bytes: Buffer) => bytes.readUInt16BE());
    const fullness = (sql: string): readonly Fullness[] => database.prepare<[], Fullness>(sql).all();
    const strays = database
      .prepare<[], number>(
        `SELECT (SELECT count(*) FROM index_lines AS i WHERE NOT EXISTS
             (SELECT 1 FROM rows AS r WHERE r.key = CAST(substr(i.line, 1, 2) || substr(i.line, i.entry_length + 5) AS BLOB)))
           + (SELECT count(*) FROM rows WHERE blob IS NOT NULL AND blob NOT IN (SELECT id FROM blobs))
           + (SELECT count(*) FROM blobs WHERE id NOT IN (SELECT blob FROM rows WHERE blob IS NOT NULL))`,
      )
      .pluck()
      .get();
    const groups = auditGroups(database);
    database.function("grouped_bytes", (table: number) => groups.bytes.get(table) ?? 0);
    return {
      kept: fullness("SELECT tbl, entries, bytes FROM usage WHERE tbl >= 0 AND entries > 0 ORDER BY tbl"),
      counted: fullness(
        `SELECT r.tbl, count(*) AS entries, sum(length(r.key) - 2 + coalesce(length(r.value), length(b.value))) +
             (SELECT ifnull(sum(length(i.line) - 4), 0) FROM index_lines AS i WHERE table_of(i.line) = r.tbl) + grouped_bytes(r.tbl) AS bytes
         FROM (SELECT table_of(key) AS tbl, key, value, blob FROM rows) AS r LEFT JOIN blobs AS b ON b.id = r.blob GROUP BY r.tbl ORDER BY r.tbl`,
      ),
      strays: (strays ?? 0) + groups.strays,
      integrity: String(database.pragma("integrity_check", { simple: true })),
    };
  } finally {
    database.close();
  }
}
