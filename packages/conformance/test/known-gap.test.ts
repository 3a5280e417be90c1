import { expect, test } from "vitest";
import { casesOf, type Harness, memoryHarness, runConformance } from "../src/index.ts";
import { cacheScenario } from "../src/scenario.ts";

const scenarios = [
  cacheScenario("test/passes", "a scenario that passes", () => {}),
  cacheScenario("test/fails", "a scenario that fails", () => {
    throw new RangeError("as it must");
  }),
];

/** The cases of two scenarios on the asynchronous face, under some known gaps. */
function casesWith(knownGaps: string[]): ReturnType<typeof casesOf> {
  const harness: Harness = { ...memoryHarness, faces: ["async"], knownGaps };
  return casesOf(harness, {}, scenarios);
}

test("without known gaps, a case fails when its scenario does", async () => {
  const [passing, , , failing] = casesWith([]);
  await expect(passing?.run()).resolves.toBeUndefined();
  await expect(failing?.run()).rejects.toThrow("as it must");
});

test("a known gap passes by failing", async () => {
  const cases = casesWith(["test/fails"]);
  expect(cases.filter(({ isKnownGap }) => isKnownGap).map(({ key }) => key)).toEqual([
    "test/fails@fresh",
    "test/fails@reopened",
    "test/fails@namespaced",
  ]);
  for (const { run } of cases) await expect(run()).resolves.toBeUndefined();
});

test("a known gap that was mended is a failure that says what to do", async () => {
  const [passing] = casesWith(["test/passes", "test/fails"]);
  await expect(passing?.run()).rejects.toThrow("take it off the list");
});

test("a known gap may be a single variant", async () => {
  const cases = casesWith(["test/fails@reopened"]);
  expect(cases.filter(({ isKnownGap }) => isKnownGap).map(({ key }) => key)).toEqual(["test/fails@reopened"]);
});

test("a known gap that is no scenario is refused", () => {
  expect(() => casesWith(["test/unheard-of"])).toThrow('known gap "test/unheard-of"');
});

test("a known gap that can't come up on this harness is refused", () => {
  const harness: Harness = { ...memoryHarness, knownGaps: ["store-shared/usage"] };
  expect(() => casesOf(harness)).toThrow('known gap "store-shared/usage"');
});

test("a report counts cases by face, tells failures, and leaves known gaps out of both numbers", async () => {
  const failing = await runConformance(memoryHarness, {}, scenarios);
  expect(failing.map(({ store, face, passed, failed, knownGaps }) => [store, face, passed, failed, knownGaps])).toEqual([
    ["memory", "async", 3, 3, []],
    ["memory", "sync", 3, 3, []],
  ]);
  expect(failing[0]?.failures[0]).toEqual({ case: "test/fails: a scenario that fails (fresh, async)", message: "as it must" });
  const known = await runConformance({ ...memoryHarness, faces: ["sync"], knownGaps: ["test/fails"] }, {}, scenarios);
  expect(known).toEqual([{ store: "memory", face: "sync", passed: 3, failed: 0, knownGaps: ["test/fails"], failures: [] }]);
});

test("a report counts a mended known gap as a failure", async () => {
  const [report] = await runConformance({ ...memoryHarness, knownGaps: ["test/passes@fresh"] }, { faces: ["async"] }, scenarios);
  expect([report?.passed, report?.failed, report?.knownGaps]).toEqual([2, 4, []]);
});
