import { memoryStore } from "@cache/core/memory";
import {
  type Batch,
  type Check,
  type CommitResult,
  compareBytes,
  encodeKey,
  EXPIRY_INDEX,
  FIRST_TABLE,
  type PageRow,
  type RangeQuery,
} from "@cache/core/spi";
import { expect, test } from "vitest";
import { CacheContext } from "../src/cache-context.ts";
import type { Command } from "../src/commands.ts";
import { checkAgainstModel, FaultStore, type Faults, type Harness, memoryHarness } from "../src/index.ts";
import { historyTables, type Step } from "../src/model-cache.ts";
import { followHistory } from "../src/model-history.ts";

/** Time to find the shortest history, on a machine that has other things to do. */
const BUSY_MS = 60_000;

/** A fault that lets some checks pass whatever is so. */
function blindTo(type: Check["type"]): Faults {
  return { commit: (sound, batch) => sound.commitSync({ ...batch, checks: batch.checks.filter((check) => check.type !== type) }) };
}

/** A fault that gives other rows of declared indexes. */
function withRows(change: (query: RangeQuery, rows: readonly PageRow[]) => readonly PageRow[]): Faults {
  return {
    range(sound, table, query) {
      const page = sound.range(table, query);
      return table >= FIRST_TABLE && query.index !== undefined && query.index !== EXPIRY_INDEX
        ? { ...page, rows: change(query, page.rows) }
        : page;
    },
  };
}

/** Stores with a fault that only queries or transactions meet. */
const broken: readonly (readonly [name: string, faults: Faults])[] = [
  [
    "drops a row from reverse ranges of an index",
    withRows(({ reverse = false }, rows) => (reverse && rows.length > 1 ? rows.slice(0, -1) : rows)),
  ],
  [
    "skips a row of an index whose values aren't asked for",
    withRows(({ keysOnly = false }, rows) => (keysOnly && rows.length > 2 ? rows.toSpliced(1, 1) : rows)),
  ],
  ["takes every table for unchanged", blindTo("table")],
  ["takes every version for the right one", blindTo("version")],
  ["takes every unique entry for free", blindTo("unique")],
];

/** A harness for memory with faults. */
function harnessOf(name: string, faults: Faults): Harness {
  return {
    ...memoryHarness,
    name,
    create() {
      const store = new FaultStore(memoryStore(), faults);
      return { store: () => store, dispose: () => store.destroy() };
    },
  };
}

test("a random history that comes to no end is a failure", async () => {
  const harness: Harness = {
    ...memoryHarness,
    name: "memory that never commits",
    create() {
      const store = memoryStore();
      store.commit = () => new Promise(() => {});
      return { store: () => store, dispose: () => {} };
    },
  };
  const run = checkAgainstModel(harness, "async", { runs: 10, seed: 1, historySeconds: 0.05, shrinkSeconds: 0.1 });
  await expect(run).rejects.toThrow(/have gone by[^]*--seed=1 --path/);
});

/** An entry is set; a transaction reads it, and then others do things before it ends. */
function interfered(read: Step, ...others: readonly Step[]): readonly Command[] {
  const interference = { before: 1, second: false, ms: 0, steps: others };
  return [
    { type: "call", second: false, call: set("a").call },
    { type: "transaction", together: false, throws: false, second: false, steps: [read], interference },
  ];
}

function set(key: string): Step & { readonly on: "entries" } {
  return { on: "entries", call: { scope: [], verb: "set", key, value: 1, ttl: undefined, tags: undefined } };
}

async function follow(harness: Harness, history: readonly Command[]): Promise<void> {
  const fixture = await harness.create();
  const context = new CacheContext(fixture, "async", { tables: historyTables }, false);
  await followHistory(harness, context, history, () => {});
  await context.close();
}

test("the model knows that a transaction relies on a deadline that getEntry told, which random histories hardly ever meet", async () => {
  const getEntry: Step = { on: "entries", call: { scope: [], verb: "getEntry", key: "a" } };
  const touch: Step = { on: "entries", call: { scope: [], verb: "touch", key: "a", ttl: 50 } };
  await follow(memoryHarness, interfered(getEntry, touch));
});

test("what makes those fail who interfere with a transaction is told, though it runs again", async () => {
  const b = encodeKey("b");
  const harness = harnessOf("memory that refuses a key", {
    commit(sound, batch) {
      if (batch.operations.some((operation) => operation.type === "set" && compareBytes(operation.key, b) === 0)) throw new Error("no b");
      return sound.commitSync(batch);
    },
  });
  const get: Step = { on: "entries", call: { scope: [], verb: "get", key: "a" } };
  await expect(follow(harness, interfered(get, set("a"), set("b")))).rejects.toThrow("no b");
});

test("random histories find a store that loses a commit begun while another cache's was under way", async () => {
  const harness: Harness = {
    ...memoryHarness,
    name: "memory that loses commits",
    shares: true,
    create() {
      const sound = memoryStore();
      let underWay = 0;
      const store = (): FaultStore => {
        // The other one's data stays open.
        const one = new FaultStore(sound, { close: () => {} });
        const commit = async (batch: Batch): Promise<CommitResult> => {
          const isLost = underWay++ > 0;
          await Promise.resolve();
          underWay--;
          if (!isLost) return sound.commitSync(batch);
          const { version } = sound.usage(FIRST_TABLE);
          return { ok: true, version, counts: batch.operations.map(() => 0), trimmed: [] };
        };
        return Object.assign(one, { commit });
      };
      return { store, dispose: () => sound.destroy() };
    },
  };
  const run = checkAgainstModel(harness, "async", { runs: 300, seed: 1 });
  await expect(run).rejects.toThrow(/two at once[^]*--seed=1 --path/);
});

test.each(broken)(
  "random histories find a store that %s",
  async (name, faults) => {
    const harness = harnessOf(name, faults);
    // The same chance each time.
    await expect(checkAgainstModel(harness, "sync", { runs: 300, seed: 1 })).rejects.toThrow(/--seed=1 --path [\d:]+/);
  },
  BUSY_MS,
);
