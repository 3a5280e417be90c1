import type { DeleteRangeOperation } from "@cache/core/spi";
import { boundsOf } from "./bounds.ts";
import { decodeEntries, indexColumn, LAST_INDEX } from "./layout.ts";
import { isLive } from "./statements.ts";
import type { TableWriter } from "./table-writer.ts";

/** How many rows are read at a time. */
const PAGE_ROWS = 1000;

/** What the rows of a range amount to. */
type RangeTotals = [rows: number, live: number, bytes: number, withEntries: number, withBlobs: number];

/** Removes all rows in a range of keys; tells how many of them were live. */
export function deleteRange(writer: TableWriter, operation: DeleteRangeOperation): number {
  const { statements, lines, table, now } = writer;
  const { condition, parameters } = boundsOf(operation, "r.key");
  const where = `FROM rows AS r WHERE r.tbl = ?${condition}`;
  const [rows, live, bytes, withEntries, withBlobs] = statements
    .shaped<RangeTotals>(
      `SELECT count(*), count(*) FILTER (WHERE ${isLive}), ifnull(sum(r.bytes), 0), count(r.entries), count(r.blob) ${where}`,
    )
    .get(now, table, ...parameters) ?? [0, 0, 0, 0, 0];
  if (rows === 0) return 0;
  if (withEntries > 0) {
    if (condition === "") {
      lines.flush();
      statements.deleteLines.run(indexColumn(table, 0), indexColumn(table, LAST_INDEX));
    } else deleteLinesOf(writer, operation);
  }
  if (withBlobs > 0)
    statements.shaped(`DELETE FROM blobs WHERE id IN (SELECT r.blob ${where} AND r.blob IS NOT NULL)`).run(table, ...parameters);
  statements.shaped(`DELETE ${where}`).run(table, ...parameters);
  writer.tally.add(-rows, -bytes);
  return live;
}

/** Removes the index lines of all rows in a range of keys. */
function deleteLinesOf(writer: TableWriter, range: DeleteRangeOperation): void {
  const { statements, table } = writer;
  for (let rest: DeleteRangeOperation | undefined = range; rest;) {
    const { condition, parameters } = boundsOf(rest, "r.key");
    const rows: [Buffer, Buffer][] = statements
      .shaped<[key: Buffer, entries: Buffer]>(
        `SELECT r.key, r.entries FROM rows AS r WHERE r.tbl = ?${condition} AND r.entries IS NOT NULL ORDER BY r.key LIMIT ?`,
      )
      .all(table, ...parameters, PAGE_ROWS);
    for (const [key, entries] of rows) writer.deleteLines(key, decodeEntries(entries));
    const last = rows.at(-1);
    rest = last && rows.length === PAGE_ROWS ? { ...range, gt: last[0], gte: undefined } : undefined;
  }
}
