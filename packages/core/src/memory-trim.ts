import { compareBytes } from "./byte-order.ts";
import type { MemoryLine, MemoryTable } from "./memory-table.ts";
import type { Trimmed, TrimmedRow, TrimOperation } from "./operation.ts";

interface First extends MemoryLine {
  readonly table: number;
  readonly rows: MemoryTable;
}

/** Carries out a trim of tables in memory. */
export function trimTables(operation: TrimOperation, tableOf: (id: number) => MemoryTable, now: number): Omit<Trimmed, "operation"> {
  const { tables, index, gte, lt, limit, review } = operation;
  const { maxEntries = Number.POSITIVE_INFINITY, maxBytes = Number.POSITIVE_INFINITY } = operation;
  const isBounded = operation.maxEntries !== undefined || operation.maxBytes !== undefined;
  const isDue = (): boolean => {
    const usages = tables.map((table) => tableOf(table).usage);
    return !isBounded || sum(usages, "entries") > maxEntries || sum(usages, "bytes") > maxBytes;
  };
  const rows: TrimmedRow[] = [];
  let kept = 0;
  for (;;) {
    let first: First | undefined;
    for (const table of tables) {
      const ofTable = tableOf(table);
      const line = ofTable.firstLine(index, { gte, lt });
      if (line && (!first || line.position < first.position)) first = { ...line, table, rows: ofTable };
    }
    if (!first || !isDue()) return { rows, kept, more: false };
    if (rows.length + kept === limit) return { rows, kept, more: true };
    const { table, entry, row } = first;
    const wasLive = row.expiresAt > now;
    const instead = wasLive ? review?.({ table, key: row.key.slice(), position: Uint8Array.of(...entry, ...row.key) }) : undefined;
    if (instead) {
      const others = row.entries.filter((one) => one.index !== index || compareBytes(one.bytes, entry) !== 0);
      first.rows.set(row.key, { ...row, entries: [...others, { index, bytes: instead.slice() }] });
      kept++;
    } else {
      first.rows.delete(row.key);
      rows.push({ table, key: row.key, wasLive });
    }
  }
}

function sum(usages: readonly MemoryTable["usage"][], name: "entries" | "bytes"): number {
  return usages.reduce((all, usage) => all + usage[name], 0);
}
