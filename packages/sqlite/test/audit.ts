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

/** Reads a cache's file with nothing but SQL. */
export function audit(path: string): Audit {
  const database = new SqliteDatabase(path, { fileMustExist: true });
  try {
    database.function("table_of", (bytes: Buffer) => bytes.readUInt16BE());
    const fullness = (sql: string): readonly Fullness[] => database.prepare<[], Fullness>(sql).all();
    const strays = database
      .prepare<[], number>(
        `SELECT (SELECT count(*) FROM index_lines AS i WHERE NOT EXISTS
             (SELECT 1 FROM rows AS r WHERE r.key = CAST(substr(i.line, 1, 2) || substr(i.line, i.entry_length + 5) AS BLOB)))
           + (SELECT count(*) FROM index_lines AS i JOIN rows AS r
                ON r.key = CAST(substr(i.line, 1, 2) || substr(i.line, i.entry_length + 5) AS BLOB)
              WHERE i.row_bytes IS NOT NULL AND NOT (i.row_bytes = r.bytes AND r.expires_at IS NULL AND r.blob IS NULL
                AND length(r.entries) = i.entry_length + 4))
           + (SELECT count(*) FROM rows WHERE blob IS NOT NULL AND blob NOT IN (SELECT id FROM blobs))
           + (SELECT count(*) FROM blobs WHERE id NOT IN (SELECT blob FROM rows WHERE blob IS NOT NULL))`,
      )
      .pluck()
      .get();
    return {
      kept: fullness("SELECT tbl, entries, bytes FROM usage WHERE tbl >= 0 AND entries > 0 ORDER BY tbl"),
      counted: fullness(
        `SELECT r.tbl, count(*) AS entries, sum(length(r.key) - 2 + coalesce(length(r.value), length(b.value))) +
             (SELECT ifnull(sum(length(i.line) - 4), 0) FROM index_lines AS i WHERE table_of(i.line) = r.tbl) AS bytes
         FROM (SELECT table_of(key) AS tbl, key, value, blob FROM rows) AS r LEFT JOIN blobs AS b ON b.id = r.blob GROUP BY r.tbl ORDER BY r.tbl`,
      ),
      strays: strays ?? 0,
      integrity: String(database.pragma("integrity_check", { simple: true })),
    };
  } finally {
    database.close();
  }
}
