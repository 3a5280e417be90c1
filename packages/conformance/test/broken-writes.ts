import { tablesOf } from "@cache/core/spi";
import type { Faults } from "../src/fault-store.ts";
import { NOW, text } from "../src/rows.ts";
import { ghostEntries } from "./broken-order.ts";
import { ALL, type BrokenStore, withOperations, withResult, withSets } from "./broken-store.ts";

/** Counts a row again each time it is replaced. */
function countsReplaced(): Faults {
  let replaced = 0;
  return {
    commit: withResult((result, { operations }) => {
      for (const [at, { type }] of operations.entries()) if (type === "set") replaced += result.counts[at] ?? 0;
      return result;
    }),
    usage(sound, table) {
      const usage = sound.usage(table);
      return { ...usage, entries: usage.entries + replaced };
    },
  };
}

/** Keeps the very bytes that the caller passed. */
function keepsCallersBytes(): Faults {
  const kept = new Map<string, Uint8Array>();
  return {
    commit: withSets((operation) => {
      kept.set(`${operation.table} ${text(operation.key)}`, operation.value);
      return operation;
    }),
    get(sound, table, key) {
      const stored = sound.get(table, key);
      const value = kept.get(`${table} ${text(key)}`);
      return stored && value ? { ...stored, value } : stored;
    },
  };
}

/** Keeps a table's version when rows are only touched, wherever that leads them. */
function hidesTouches(): Faults {
  const before = new Map<number, number>();
  return {
    commit(sound, batch) {
      const touched = batch.operations.every(({ type }) => type === "touch") ? batch.operations.flatMap(tablesOf) : [];
      const versions = touched.map((table) => [table, before.get(table) ?? sound.usage(table).version] as const);
      const result = sound.commitSync(batch);
      if (touched.length === 0) before.clear();
      for (const [table, version] of versions) before.set(table, version);
      return result;
    },
    usage(sound, table) {
      const usage = sound.usage(table);
      return { ...usage, version: before.get(table) ?? usage.version };
    },
  };
}

/** Takes tables whose ids end in the same byte for one. */
function mixesTables(): Faults {
  const low = (table: number): number => table & 0xff;
  return {
    get: (sound, table, key) => sound.get(low(table), key),
    getMany: (sound, table, keys) => sound.getMany(low(table), keys),
    getBy: (sound, table, index, entry) => sound.getBy(low(table), index, entry),
    range: (sound, table, query) => sound.range(low(table), query),
    usage: (sound, table) => sound.usage(low(table)),
    commit: withOperations((operation) =>
      operation.type === "trim" ? { ...operation, tables: operation.tables.map(low) } : { ...operation, table: low(operation.table) },
    ),
  };
}

/** Stores that write one thing wrong, or tell it wrong. */
export const brokenWrites: readonly BrokenStore[] = [
  { name: "can be flushed when it is closed", faults: () => ({ flush: () => {} }), caughtBy: ["store-flush/closed"] },
  {
    name: "forgets with a flush what it was asked to keep",
    faults: () => ({
      flush(sound) {
        sound.flushSync();
        const { rows } = sound.range(1, { limit: ALL, keysOnly: true });
        sound.commitSync({ now: NOW, checks: [], operations: rows.map(({ key }) => ({ type: "delete", table: 1, key })) });
      },
    }),
    caughtBy: ["store-flush/commits", "store-flush/beside-reads", "store-flush/reopen"],
  },
  {
    name: "keeps a table's version when a row is made to expire earlier",
    faults: hidesTouches,
    caughtBy: ["store-touch/earlier"],
  },
  {
    name: "forgets index entries on overwrite",
    faults: () => ghostEntries("set"),
    caughtBy: ["store-entry/overwrite", "store-entry/overwrite-in-batch", "store-entry/moves", "ttl/replaced"],
  },
  {
    name: "forgets index entries on delete",
    faults: () => ghostEntries("delete"),
    caughtBy: ["store-entry/delete", "store-entry/overwrite-in-batch", "delete/set-again"],
  },
  {
    name: "forgets index entries on deleteRange",
    faults: () => ghostEntries("deleteRange"),
    caughtBy: ["store-delete-range/all", "store-delete-range/large", "delete/clear"],
  },
  {
    name: "counts replaced rows again",
    faults: countsReplaced,
    caughtBy: ["store-usage/replace", "store-usage/long-history", "stats/size", "set/replaces"],
  },
  {
    name: "carries out the first operation of a failed batch",
    faults: () => ({
      commit(sound, batch) {
        const result = sound.commitSync(batch);
        if (!result.ok) sound.commitSync({ ...batch, checks: [], operations: batch.operations.slice(0, 1) });
        return result;
      },
    }),
    caughtBy: ["store-commit/all-or-nothing", "store-commit/failed-version", "store-check/version"],
  },
  {
    name: "ignores unique checks",
    faults: () => ({
      commit: (sound, batch) => sound.commitSync({ ...batch, checks: batch.checks.filter(({ type }) => type !== "unique") }),
    }),
    caughtBy: ["store-check/unique", "store-check/unique-expired", "store-check/unique-key-order"],
  },
  {
    name: "names the wrong check",
    faults: () => ({
      commit(sound, batch) {
        const result = sound.commitSync(batch);
        return result.ok ? result : { ok: false, failed: 0 };
      },
    }),
    caughtBy: ["store-check/which", "store-commit/all-or-nothing"],
  },
  {
    name: "says that every delete removed something",
    faults: () => ({
      commit: withResult((result, { operations }) => {
        const counts = result.counts.map((count, at) => (operations[at]?.type === "delete" ? 1 : count));
        return { ...result, counts };
      }),
    }),
    caughtBy: ["store-commit/count-delete", "delete/tells", "delete/expired", "event/delete"],
  },
  {
    name: "has one version for ever",
    faults: () => ({ commit: withResult((result) => ({ ...result, version: 1 })) }),
    caughtBy: ["store-commit/versions", "store-commit/concurrent"],
  },
  {
    name: "trims a row too many",
    faults: () => ({
      commit: withOperations((operation) =>
        operation.type === "trim" && operation.maxEntries !== undefined
          ? { ...operation, maxEntries: operation.maxEntries - 1 }
          : operation,
      ),
    }),
    caughtBy: ["store-trim/max-entries", "store-trim/limit", "store-trim/many"],
  },
  {
    name: "never says that there is more to trim",
    faults: () => ({
      commit: withResult((result) => ({ ...result, trimmed: result.trimmed.map((trimmed) => ({ ...trimmed, more: false })) })),
    }),
    caughtBy: ["store-trim/limit", "sweep/budget"],
  },
  {
    name: "loses the last byte of values",
    faults: () => ({ commit: withSets((operation) => ({ ...operation, value: operation.value.subarray(0, -1) })) }),
    caughtBy: ["store-get/whole", "store-get/large-values", "get/what-was-set"],
  },
  {
    name: "cuts values at 64 KiB",
    faults: () => ({ commit: withSets((operation) => ({ ...operation, value: operation.value.subarray(0, 65_535) })) }),
    caughtBy: ["store-get/large-values", "store-page/large-values", "set/large-values"],
  },
  {
    name: "keeps deadlines in whole seconds",
    faults: () => ({
      commit: withSets((operation) => ({ ...operation, expiresAt: Math.ceil(operation.expiresAt / 1000) * 1000 })),
    }),
    caughtBy: ["store-get/deadlines", "store-range/live-at", "expiry/exact"],
  },
  {
    name: "mixes tables whose ids end alike",
    faults: mixesTables,
    caughtBy: ["store-table/apart", "store-table/ranges-apart", "store-table/many"],
  },
  {
    name: "touches expired rows",
    faults: () => ({
      commit: (sound, batch) => sound.commitSync(batch.operations.some(({ type }) => type === "touch") ? { ...batch, now: 0 } : batch),
    }),
    caughtBy: ["store-touch/absent", "ttl/touch-misses"],
  },
  {
    name: "replaces the entries of all indexes by touch",
    faults: () => ({
      commit: withOperations((operation) =>
        operation.type === "touch" ? { ...operation, indexes: Array.from({ length: 10 }, (_, at) => at) } : operation,
      ),
    }),
    caughtBy: ["store-touch/some-indexes", "store-touch/deadline"],
  },
  { name: "keeps the caller's bytes", faults: keepsCallersBytes, caughtBy: ["store-get/owns-its-bytes"] },
  {
    name: "forgets everything when it is closed",
    faults: () => ({
      close(sound) {
        void sound.destroy();
      },
    }),
    caughtBy: ["store-life/reopen", "store-life/close-waits", "close/reopen", "close/waits-for-writes"],
  },
];
