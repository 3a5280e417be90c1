import type { DeleteRangeOperation } from "@cache/core/spi";
import { conditionOf, rowBounds } from "./bounds.ts";
import { decodeEntries } from "./entry-list.ts";
import { TABLE_BYTES } from "./layout.ts";
import { isLive } from "./statements.ts";
import type { TableWriter } from "./table-writer.ts";

/** How many rows are read at a time. */
const PAGE_ROWS = 1000;

/** What the rows of a range amount to. */
type RangeTotals = [rows: number, live: number, bytes: number, withEntries: number, withBlobs: number];

/** Removes all rows in a range of keys; tells how many of them were live. */
export function deleteRange(writer: TableWriter, operation: DeleteRangeOperation): number {
  const { statements, lines, groups, storedGroups, table, now } = writer;
  const where = `FROM rows AS r WHERE ${conditionOf(operation, "r.key")}`;
  // Copies: other ranges are made meanwhile.
  const bounds = rowBounds(table, operation).map((bound) => Buffer.from(bound));
  const [rows, live, bytes, withEntries, withBlobs] = statements
    .shaped<RangeTotals>(
      `SELECT count(*), count(*) FILTER (WHERE ${isLive}), ifnull(sum(r.bytes), 0), count(r.entries), count(r.blob) ${where}`,
    )
    .get(now, ...bounds) ?? [0, 0, 0, 0, 0];
  if (rows === 0) return 0;
  if (withEntries > 0) {
    if (!(operation.gt ?? operation.gte ?? operation.lt ?? operation.lte)) {
      lines.flush();
      groups.write();
      statements.shaped(`DELETE FROM index_lines WHERE ${conditionOf({}, "line")}`).run(...rowBounds(table, {}));
      statements.shaped(`DELETE FROM line_groups WHERE ${conditionOf({}, "line_group")}`).run(...rowBounds(table, {}));
      storedGroups.forget();
    } else deleteLinesOf(writer, operation);
  }
  if (withBlobs > 0) statements.shaped(`DELETE FROM blobs WHERE id IN (SELECT r.blob ${where} AND r.blob IS NOT NULL)`).run(...bounds);
  statements.shaped(`DELETE ${where}`).run(...bounds);
  writer.tally.add(-rows, -bytes);
  return live;
}

/** Removes the index lines of all rows in a range of keys. */
function deleteLinesOf(writer: TableWriter, range: DeleteRangeOperation): void {
  const { statements, table } = writer;
  for (let rest: DeleteRangeOperation | undefined = range; rest;) {
    const rows: [Buffer, Buffer][] = statements
      .shaped<[key: Buffer, entries: Buffer]>(
        `SELECT r.key, r.entries FROM rows AS r WHERE ${conditionOf(rest, "r.key")} AND r.entries IS NOT NULL ORDER BY r.key LIMIT ?`,
      )
      .all(...rowBounds(table, rest), PAGE_ROWS);
    for (const [key, entries] of rows) writer.deleteLines(key.subarray(TABLE_BYTES), decodeEntries(entries));
    const last = rows.at(-1);
    rest = last && rows.length === PAGE_ROWS ? { ...range, gt: last[0].subarray(TABLE_BYTES), gte: undefined } : undefined;
  }
}
