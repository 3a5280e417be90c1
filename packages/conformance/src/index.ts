export { type Case, type CaseFilter, casesOf } from "./case.ts";
export { FakeClock } from "./fake-clock.ts";
export type { Fixture, Harness, Requirement } from "./harness.ts";
export { memoryHarness } from "./memory-harness.ts";
export type { CacheScenario, Scenario, StoreScenario, Variant } from "./scenario.ts";
export { scenarios } from "./scenarios.ts";
