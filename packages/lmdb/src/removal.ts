import type { DeleteRangeOperation, EncodedKey } from "@cache/core/spi";
import { copied } from "./copied.ts";
import type { Engine } from "./engine.ts";
import { EngineKey } from "./engine-key.ts";
import { KIND, type Kind, ROW_PREFIX_BYTES } from "./layout.ts";
import { engineRange, isRowExpired } from "./page.ts";
import type { TableWriter } from "./table-writer.ts";

/** How many lines are looked for before they are removed: no cursor is open while the tree changes. */
const LINES_AT_ONCE = 1000;

const key = new EngineKey();
const low = new EngineKey();
const high = new EngineKey();

/** Removes the rows of a range; returns how many of them were live. */
export function deleteRange(writer: TableWriter, operation: DeleteRangeOperation, now: number): number {
  const { engine, table, groups, tally } = writer;
  const { gt, gte, lt, lte } = operation;
  if (gt ?? gte ?? lt ?? lte) return deleteRows(writer, operation);
  if (tally.entries === 0) return 0;
  // All lines of all indexes go, so there is no need to know which belong to which row.
  const live = deleteLines(engine, KIND.row, table, now);
  groups.write();
  deleteLines(engine, KIND.group, table, now);
  deleteLines(engine, KIND.index, table, now);
  tally.clear();
  return live;
}

/** Removes rows one by one, each with the index lines that it names. */
function deleteRows(writer: TableWriter, operation: DeleteRangeOperation): number {
  let live = 0;
  for (;;) {
    const keys: EncodedKey[] = [];
    const range = { ...engineRange(operation.table, operation), limit: LINES_AT_ONCE };
    for (const { bytes, start, end } of writer.engine.getKeys(range)) keys.push(copied(bytes, start + ROW_PREFIX_BYTES, end));
    for (const rowKey of keys) if (writer.remove(rowKey) === "live") live++;
    if (keys.length < LINES_AT_ONCE) return live;
  }
}

/** Removes all lines of a kind that a table has; returns how many of them belonged to live rows, if they are rows. */
function deleteLines(engine: Engine, kind: Kind, table: number, now: number): number {
  const range = { exclusiveStart: false, inclusiveEnd: false, reverse: false, limit: LINES_AT_ONCE };
  let live = 0;
  for (;;) {
    const keys: Uint8Array[] = [];
    for (const { key: found, value } of engine.getRange({
      ...range,
      start: low.ofTable(kind, table),
      end: high.ofTable(kind, table).afterPrefix(),
    })) {
      keys.push(copied(found.bytes, found.start + ROW_PREFIX_BYTES, found.end));
      if (!isRowExpired(value, now)) live++;
    }
    for (const rest of keys) engine.remove(key.row(table, rest, kind));
    if (keys.length < LINES_AT_ONCE) return live;
  }
}
