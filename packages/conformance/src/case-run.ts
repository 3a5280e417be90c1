import type { Face } from "@cache/core";
import { afterwards } from "./afterwards.ts";
import { CacheContext } from "./cache-context.ts";
import { type ExpectedTable, expectedTables } from "./expected-entries.ts";
import type { Fixture, Harness } from "./harness.ts";
import { CACHE_TABLES, checkExpiryIndex, checkInvariants, checkTagIndex, TABLES } from "./invariants.ts";
import type { ModelOptions } from "./model-run.ts";
import { checkNeighbours } from "./neighbours.ts";
import type { CacheScenario, Scenario, StoreScenario, Variant } from "./scenario.ts";
import { StoreContext } from "./store-context.ts";
import type { StoreFace } from "./store-face.ts";
import { checkTypedTables } from "./typed-invariants.ts";
import { useDataOfCache, useStore } from "./used-data.ts";

/** How a scenario is run. */
export interface Circumstances {
  readonly variant: Variant;
  readonly face: Face;
  /** For random histories. */
  readonly model: ModelOptions | undefined;
}

/** Runs a scenario on a fixture of its own, then checks the invariants. Throws the first thing that goes wrong. */
export async function runScenario(harness: Harness, scenario: Scenario, { variant, face, model }: Circumstances): Promise<void> {
  if (scenario.level === "model") {
    await scenario.check(harness, face, model);
    return;
  }
  const fixture = await harness.create();
  await afterwards(
    () =>
      scenario.level === "cache"
        ? runOnCache(harness, fixture, scenario, variant, face)
        : runOnStore(harness, fixture, scenario, variant, face),
    () => fixture.dispose(),
  );
}

async function runOnCache(harness: Harness, fixture: Fixture, scenario: CacheScenario, variant: Variant, face: Face): Promise<void> {
  const context = new CacheContext(fixture, face, scenario.options, variant === "namespaced");
  let expected: ReadonlyMap<string, ExpectedTable> = new Map();
  const check = async (store: StoreFace): Promise<void> => {
    await checkInvariants(store, CACHE_TABLES);
    await checkExpiryIndex(store);
    await checkTagIndex(store);
    await checkTypedTables(store, expected);
    if (variant === "namespaced") await checkNeighbours(store);
  };
  await afterwards(
    async () => {
      if (variant === "reopened") await useDataOfCache(context, scenario.options.tables !== undefined);
      await context.reopen();
      await context.plantNeighbours();
      context.mayReopen = scenario.requires.includes("reopens");
      await scenario.run(context);
      context.mayReopen = true;
      const { tables } = context.latestOptions;
      if (tables) {
        if (harness.reopens) await context.reopen(context.latestOptions);
        await context.root.sweep();
        expected = await expectedTables(context.root, tables);
      }
      if (!harness.reopens) return check(context.store);
      await context.close();
      await checkClosed(harness, fixture, face, check);
    },
    () => context.close(),
  );
}

async function runOnStore(harness: Harness, fixture: Fixture, scenario: StoreScenario, variant: Variant, face: Face): Promise<void> {
  const context = new StoreContext(harness, fixture, face);
  const check = (store: StoreFace): Promise<void> => checkInvariants(store, TABLES);
  await afterwards(
    async () => {
      if (variant === "reopened") await useStore(await context.reopen());
      await context.reopen();
      await scenario.run(context);
      if (!harness.reopens) return check(context.store);
      await context.close();
      await checkClosed(harness, fixture, face, check);
    },
    () => context.close(),
  );
}

/** Checks data that nobody has open. */
async function checkClosed(harness: Harness, fixture: Fixture, face: Face, check: (store: StoreFace) => Promise<void>): Promise<void> {
  const context = new StoreContext(harness, fixture, face);
  await afterwards(
    async () => check(await context.reopen()),
    () => context.close(),
  );
}
