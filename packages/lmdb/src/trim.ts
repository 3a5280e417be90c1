import { type TrimDone, trimLines, type TrimOperation, type TrimOutcome } from "@cache/core/spi";
import { copied } from "./copied.ts";
import type { Engine } from "./engine.ts";
import { EngineKey } from "./engine-key.ts";
import { INDEX_PREFIX_BYTES, LINE_HEADER_BYTES, NUMBER_BYTES, readCount, readShort } from "./layout.ts";
import { engineRange } from "./page.ts";
import type { MetLine, TableWriter } from "./table-writer.ts";

/** How many lines are looked for before their rows are removed: no cursor is open while the tree changes. */
const LINES_AT_ONCE = 1000;

const lineKey = new EngineKey();

/** Carries out a trim of tables, given in its order. */
export function trim(engine: Engine, operation: TrimOperation, writers: readonly TableWriter[]): TrimDone {
  return trimLines(operation, writers, {
    lines: ({ table }, count) => firstLines(engine, table, operation, Math.min(count, LINES_AT_ONCE)),
    take: (writer, line) => take(writer, line, operation),
  });
}

function take(writer: TableWriter, line: MetLine, operation: TrimOperation): TrimOutcome {
  const outcome = writer.trim(line, operation);
  // Gone with another line of its row; or else it led nowhere, and would be met for ever.
  if (outcome === "nothing") writer.engine.remove(lineKey.line(writer.table, operation.index, line.position));
  return outcome;
}

function firstLines(engine: Engine, table: number, { index, gte, lt }: TrimOperation, limit: number): readonly MetLine[] {
  const lines: MetLine[] = [];
  for (const { key: found, value } of engine.getRange({ ...engineRange(table, { index, gte, lt }), limit })) {
    const position = copied(found.bytes, found.start + INDEX_PREFIX_BYTES, found.end);
    lines.push({ position, key: position.subarray(readShort(value, 0)), rowBytes: toldBytes(value) });
  }
  return lines;
}

/** What an index line tells of its row's bytes; 0 for nothing. */
function toldBytes(line: Uint8Array): number {
  const tells = line.length > LINE_HEADER_BYTES && line.length < LINE_HEADER_BYTES + NUMBER_BYTES;
  return tells ? readCount(line, LINE_HEADER_BYTES) : 0;
}
