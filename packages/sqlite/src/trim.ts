import { CacheError, firstOfBoth, type GroupedLine, ORDER_INDEX, type TrimDone, trimLines, type TrimOperation } from "@cache/core/spi";
import { lineBounds } from "./bounds.ts";
import { INDEX_BYTES } from "./layout.ts";
import type { IndexLine } from "./statements.ts";
import type { MetLine, TableWriter } from "./table-writer.ts";

/** The most index lines that are read at a time. */
const LINES_AT_ONCE = 1000;

/**
 * Carries out a trim of tables, given in its order; some rows may wait to be removed then. Throws `CACHE_CORRUPT` when all of some lines lead
 * nowhere. The row of a line in a group isn't looked for: that it isn't there shows when it is removed.
 */
export function trim(operation: TrimOperation, writers: readonly TableWriter[]): TrimDone {
  /** Whether any led to a row of the lines that were read last, where any was taken: those of other tables may all have come first. */
  const hasLed = new Map<TableWriter, boolean>();
  return trimLines(operation, writers, {
    lines(writer, count) {
      if (hasLed.get(writer) === false) throw new CacheError("CACHE_CORRUPT", "an index leads to rows that aren't there");
      hasLed.delete(writer);
      return firstLines(writer, operation, Math.min(count, LINES_AT_ONCE));
    },
    take(writer, line) {
      const outcome = writer.trim(line, operation);
      if (outcome !== "nothing") hasLed.set(writer, true);
      else if (!hasLed.has(writer)) hasLed.set(writer, false);
      return outcome;
    },
  });
}

function firstLines(writer: TableWriter, { index, gte, lt }: TrimOperation, limit: number): readonly MetLine[] {
  const { statements, lines, groups, storedGroups, rows, table } = writer;
  rows.flush();
  lines.flush();
  const alone = statements.linesBetween.all(...lineBounds(table, index, { gte, lt }), limit).map(lineOf);
  if (index !== ORDER_INDEX) return alone;
  groups.write();
  return firstOfBoth(alone, storedGroups.lines({ gte, lt, limit }).map(groupedLineOf), limit);
}

function lineOf([digits, entryLength, bytes, expiresAt, entries, blob]: IndexLine): MetLine {
  const position = Buffer.from(digits.slice(2 * INDEX_BYTES), "hex");
  const key = position.subarray(entryLength);
  return { position, key, row: bytes === null ? undefined : { bytes, expiresAt, entries, blob }, isGrouped: false };
}

function groupedLineOf({ position, key, rowBytes }: GroupedLine): MetLine {
  return { position, key, row: { bytes: rowBytes, expiresAt: null, entries: null, blob: null }, isGrouped: true };
}
