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
  /** Index lines without a row, rows without their blob, blobs without a row. */
  readonly strays: number;
  readonly integrity: string;
}

/** Reads a cache's file with nothing but SQL. */
export function audit(path: string): Audit {
  const database = new SqliteDatabase(path, { fileMustExist: true });
  try {
    const fullness = (sql: string): readonly Fullness[] => database.prepare<[], Fullness>(sql).all();
    const strays = database
      .prepare<[], number>(
        `SELECT (SELECT count(*) FROM index_lines AS i WHERE NOT EXISTS
             (SELECT 1 FROM rows AS r WHERE r.tbl = i.idx >> 16 AND r.key = substr(i.line, i.entry_length + 1)))
           + (SELECT count(*) FROM rows WHERE blob IS NOT NULL AND blob NOT IN (SELECT id FROM blobs))
           + (SELECT count(*) FROM blobs WHERE id NOT IN (SELECT blob FROM rows WHERE blob IS NOT NULL))`,
      )
      .pluck()
      .get();
    return {
      kept: fullness("SELECT tbl, entries, bytes FROM usage WHERE tbl >= 0 AND entries > 0 ORDER BY tbl"),
      counted: fullness(
        `SELECT r.tbl AS tbl, count(*) AS entries, sum(length(r.key) + coalesce(length(r.value), length(b.value))) +
             (SELECT ifnull(sum(length(i.line)), 0) FROM index_lines AS i WHERE i.idx >> 16 = r.tbl) AS bytes
         FROM rows AS r LEFT JOIN blobs AS b ON b.id = r.blob GROUP BY r.tbl ORDER BY r.tbl`,
      ),
      strays: strays ?? 0,
      integrity: String(database.pragma("integrity_check", { simple: true })),
    };
  } finally {
    database.close();
  }
}
