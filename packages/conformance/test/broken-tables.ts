import { FIRST_TABLE } from "@cache/core/spi";
import type { BrokenStore } from "./broken-store.ts";
import { withSets } from "./broken-store.ts";

/** The first number that declared indexes get. */
const FIRST_INDEX = 16;

/** Stores that do one thing wrong with typed tables. */
export const brokenTables: readonly BrokenStore[] = [
  {
    name: "forgets the entries of declared indexes",
    faults: () => ({
      commit: withSets((operation) => ({ ...operation, entries: operation.entries.filter(({ index }) => index < FIRST_INDEX) })),
    }),
    caughtBy: ["secondary-index/single", "unique/refused", "table/put"],
  },
  {
    // Rows and indexes agree, so only a look at the values tells that something is wrong.
    name: "gives rows an entry that their values don't have",
    faults: () => ({
      commit: withSets((operation) => {
        const first = operation.entries.find(({ index }) => index >= FIRST_INDEX);
        if (operation.table < FIRST_TABLE || !first) return operation;
        return { ...operation, entries: [...operation.entries, { index: first.index, bytes: Uint8Array.of(1, 0) }] };
      }),
    }),
    caughtBy: ["table/put", "table-verb/get", "secondary-index-upkeep/replaced"],
  },
  {
    name: "refuses no unique entry",
    faults: () => ({
      commit: (sound, batch) => sound.commitSync({ ...batch, checks: batch.checks.filter(({ type }) => type !== "unique") }),
    }),
    caughtBy: ["unique/refused", "unique/multi", "unique-turn/one-wins"],
  },
  {
    name: "takes expired rows for holders of unique entries",
    faults: () => ({
      commit: (sound, batch) => {
        const wasFree = batch.checks.findIndex((check) => {
          if (check.type !== "unique") return false;
          const { table, index, bytes, key } = check;
          const { rows } = sound.range(table, { index, gte: bytes, lt: Uint8Array.of(...bytes, 0xff), limit: 10, keysOnly: true });
          return rows.some((row) => row.key.join() !== key.join());
        });
        return wasFree === -1 ? sound.commitSync(batch) : { ok: false, failed: wasFree };
      },
    }),
    caughtBy: ["unique/free-again"],
  },
  {
    name: "drops a row from reverse index ranges",
    faults: () => ({
      range(sound, table, query) {
        const page = sound.range(table, query);
        const isBroken = query.reverse && (query.index ?? 0) >= FIRST_INDEX && page.rows.length > 1;
        return isBroken ? { ...page, rows: page.rows.slice(0, -1) } : page;
      },
    }),
    caughtBy: ["query-page/reverse"],
  },
  {
    name: "takes every table for unchanged",
    faults: () => ({
      commit: (sound, batch) => sound.commitSync({ ...batch, checks: batch.checks.filter(({ type }) => type !== "table") }),
    }),
    caughtBy: ["store-check/table", "transaction-query/phantom"],
  },
];
