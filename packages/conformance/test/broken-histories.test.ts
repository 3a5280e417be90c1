import { memoryStore } from "@cache/core/memory";
import { type Check, EXPIRY_INDEX, FIRST_TABLE, type PageRow, type RangeQuery } from "@cache/core/spi";
import { expect, test } from "vitest";
import { checkAgainstModel, FaultStore, type Faults, type Harness, memoryHarness } from "../src/index.ts";

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

test.each(broken)(
  "random histories find a store that %s",
  async (name, faults) => {
    const harness: Harness = {
      ...memoryHarness,
      name,
      create() {
        const store = new FaultStore(memoryStore(), faults);
        return { store: () => store, dispose: () => store.destroy() };
      },
    };
    // The same chance each time.
    await expect(checkAgainstModel(harness, "sync", { runs: 300, seed: 1 })).rejects.toThrow(/--seed=1 --path [\d:]+/);
  },
  BUSY_MS,
);
