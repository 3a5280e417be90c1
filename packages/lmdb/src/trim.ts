import { firstOfBoth, ORDER_INDEX, type TrimDone, trimLines, type TrimOperation } from "@cache/core/spi";
import { copied } from "./copied.ts";
import { groupedLines } from "./grouped-lines.ts";
import { INDEX_PREFIX_BYTES, readShort } from "./layout.ts";
import { engineRange } from "./page.ts";
import type { MetLine, TableWriter } from "./table-writer.ts";

/** How many lines are looked for before their rows are removed: no cursor is open while the tree changes. */
const LINES_AT_ONCE = 1000;

/** Carries out a trim of tables, given in its order. */
export function trim(operation: TrimOperation, writers: readonly TableWriter[]): TrimDone {
  return trimLines(operation, writers, {
    lines: (writer, count) => firstLines(writer, operation, Math.min(count, LINES_AT_ONCE)),
    take: (writer, line) => writer.trim(line, operation),
  });
}

function firstLines({ engine, table, groups }: TableWriter, { index, gte, lt }: TrimOperation, limit: number): readonly MetLine[] {
  const lines: MetLine[] = [];
  for (const { key: found, value } of engine.getRange({ ...engineRange(table, { index, gte, lt }), limit })) {
    const position = copied(found.bytes, found.start + INDEX_PREFIX_BYTES, found.end);
    lines.push({ position, key: position.subarray(readShort(value, 0)), rowBytes: 0 });
  }
  if (index !== ORDER_INDEX) return lines;
  groups.write();
  return firstOfBoth(lines, groupedLines(engine, table, { gte, lt, limit }), limit);
}
