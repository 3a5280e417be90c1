import type { Batch, CommitResult, SyncStore, Trimmed, TrimOperation } from "@cache/core/spi";
import type { Faults } from "../src/fault-store.ts";
import { type BrokenStore, withOperations } from "./broken-store.ts";

/** Carries out other trims than a batch has. */
function withTrims(change: (operation: TrimOperation) => TrimOperation): Faults {
  return { commit: withOperations((operation) => (operation.type === "trim" ? change(operation) : operation)) };
}

/** Tells of trims otherwise. */
function tellingTrims(change: (trimmed: Trimmed) => Trimmed): Faults {
  return {
    commit(sound, batch) {
      const result = sound.commitSync(batch);
      return result.ok ? { ...result, trimmed: result.trimmed.map(change) } : result;
    },
  };
}

/** Carries out a batch's trims, each in a commit of its own, in parts for their tables; `rest` is what a trim has left to do. */
function tableByTable(part: (operation: TrimOperation, table: number, rest: number, sound: SyncStore) => TrimOperation): Faults {
  const trim = (sound: SyncStore, batch: Batch, operation: TrimOperation): Omit<Trimmed, "operation"> => {
    const parts: Omit<Trimmed, "operation">[] = [];
    let rest = operation.limit;
    for (const table of operation.tables) {
      if (rest === 0) break;
      const result = sound.commitSync({ ...batch, checks: [], operations: [part(operation, table, rest, sound)] });
      const only = result.ok ? result.trimmed[0] : undefined;
      if (!only) continue;
      parts.push(only);
      rest -= only.rows.length + only.kept;
    }
    return {
      rows: parts.flatMap(({ rows }) => rows),
      kept: parts.reduce((sum, { kept }) => sum + kept, 0),
      more: parts.some(({ more }) => more),
    };
  };
  return {
    commit(sound, batch): CommitResult {
      const [first, ...others] = batch.operations;
      if (others.length > 0 || first?.type !== "trim" || first.tables.length === 1) return sound.commitSync(batch);
      const done = trim(sound, batch, first);
      const result = sound.commitSync({ ...batch, operations: [] });
      return result.ok ? { ...result, counts: [done.rows.length], trimmed: [{ operation: 0, ...done }] } : result;
    },
  };
}

/** Trims tables one after another, though down to the right sum. */
function inTurn(): Faults {
  return tableByTable((operation, table, limit, sound) => {
    const { tables, maxEntries = Number.POSITIVE_INFINITY } = operation;
    const others = tables.filter((other) => other !== table).reduce((sum, other) => sum + sound.usage(other).entries, 0);
    return { ...operation, tables: [table], limit, maxEntries: Math.max(0, maxEntries - others) };
  });
}

/** Takes each row for a live one when it trims. */
function takesAllForLive(): Faults {
  return {
    commit: (sound, batch) =>
      sound.commitSync(batch.operations.some(({ type }) => type === "trim") ? { ...batch, now: Number.MIN_SAFE_INTEGER } : batch),
  };
}

/** Stores that trim in another way than they should. */
export const brokenTrims: readonly BrokenStore[] = [
  {
    name: "never asks review",
    faults: () => withTrims((operation) => ({ ...operation, review: undefined })),
    caughtBy: ["store-trim/review", "store-trim/review-other-entries", "store-trim/review-limit", "store-trim/tables"],
  },
  {
    name: "asks review, but removes the row all the same",
    faults: () =>
      withTrims((operation) => ({
        ...operation,
        review: (row) => {
          operation.review?.(row);
          return undefined;
        },
      })),
    caughtBy: ["store-trim/review", "store-trim/review-other-entries", "store-trim/review-limit", "store-trim/review-expired"],
  },
  {
    name: "keeps rows with the entry that they had",
    faults: () =>
      withTrims((operation) => ({
        ...operation,
        review: (row) => operation.review?.(row) && row.position.subarray(0, row.position.length - row.key.length),
      })),
    caughtBy: ["store-trim/review", "store-trim/review-other-entries", "store-trim/review-limit"],
  },
  {
    name: "keeps expired rows that review would keep",
    faults: takesAllForLive,
    caughtBy: ["store-trim/expired", "store-trim/review-expired"],
  },
  {
    name: "says that every trimmed row was live",
    faults: () => tellingTrims((trimmed) => ({ ...trimmed, rows: trimmed.rows.map((row) => ({ ...row, wasLive: true })) })),
    caughtBy: ["store-trim/expired"],
  },
  { name: "trims tables one after another", faults: inTurn, caughtBy: ["store-trim/tables"] },
  {
    name: "bounds each table instead of their sum",
    faults: () => tableByTable((operation, table, limit) => ({ ...operation, tables: [table], limit })),
    caughtBy: ["store-trim/tables"],
  },
  {
    name: "trims the first table only",
    faults: () => withTrims((operation) => ({ ...operation, tables: operation.tables.slice(0, 1) })),
    caughtBy: ["store-trim/tables"],
  },
  {
    name: "ignores where a trim begins",
    faults: () => withTrims((operation) => ({ ...operation, gte: undefined })),
    caughtBy: ["store-trim/range", "store-trim/bounded-range"],
  },
  {
    name: "ignores where a trim ends",
    faults: () => withTrims((operation) => ({ ...operation, lt: undefined })),
    caughtBy: ["store-trim/lt", "store-trim/range", "store-trim/bounded-range", "store-trim/ties"],
  },
  {
    name: "goes beyond its limit where rows are kept",
    // To count none would be to go on for ever, where all are kept.
    faults: () => withTrims((operation) => ({ ...operation, limit: operation.review ? operation.limit * 2 : operation.limit })),
    caughtBy: ["store-trim/review-limit", "store-trim/review-expired"],
  },
  {
    name: "tells of no rows kept",
    faults: () => tellingTrims((trimmed) => ({ ...trimmed, kept: 0 })),
    caughtBy: ["store-trim/review", "store-trim/review-limit"],
  },
];
