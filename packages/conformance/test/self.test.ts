import { memoryStore } from "@cache/core/memory";
import { describe, expect, test } from "vitest";
import { type Case, casesOf, type Harness, memoryHarness, scenarios } from "../src/index.ts";
import { type Faults, FaultStore } from "../src/fault-store.ts";
import { brokenReads } from "./broken-reads.ts";
import { brokenTables } from "./broken-tables.ts";
import { brokenTrims } from "./broken-trims.ts";
import { brokenWrites } from "./broken-writes.ts";

/** The memory store with faults. */
function faultyHarness(name: string, faults: () => Faults): Harness {
  return {
    ...memoryHarness,
    name,
    create() {
      const store = new FaultStore(memoryStore(), faults());
      return { store: () => store, dispose: () => store.destroy() };
    },
  };
}

async function hasFailed(one: Case): Promise<boolean> {
  try {
    await one.run();
    return false;
  } catch {
    return true;
  }
}

test("the scenarios' keys are unique, and there are many", () => {
  const keys = scenarios.map(({ key }) => key);
  expect(new Set(keys).size).toBe(keys.length);
  expect(keys.length).toBeGreaterThan(250);
});

test("every scenario's key and title say what they are about", () => {
  for (const { key, title } of scenarios) {
    expect(key).toMatch(/^[a-z-]+\/[a-z-]+$/);
    expect(`${key}: ${title}`.length).toBeGreaterThan(30);
  }
});

describe("a store without faults passes through the store that injects them", () => {
  const harness = faultyHarness("sound", () => ({}));
  for (const { name, run } of casesOf(harness, { faces: ["sync"], variants: ["fresh"] })) test(name, run);
});

describe.each([...brokenReads, ...brokenWrites, ...brokenTrims, ...brokenTables])("a store that $name", ({ name, faults, caughtBy }) => {
  const cases = casesOf(faultyHarness(name, faults), { variants: ["fresh"] });
  test.each(caughtBy)("is caught by %s", async (key) => {
    const concerned = cases.filter(({ scenario }) => scenario.key === key);
    expect(concerned).not.toHaveLength(0);
    for (const one of concerned) expect(await hasFailed(one)).toBe(true);
  });
});
