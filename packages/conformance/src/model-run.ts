import type { Face } from "@cache/core";
import * as fc from "fast-check";
import { afterwards } from "./afterwards.ts";
import { CacheContext } from "./cache-context.ts";
import { type Command, commands } from "./commands.ts";
import type { Harness } from "./harness.ts";
import { historyText } from "./history-text.ts";
import { historyTables } from "./model-cache.ts";
import { followHistory, type Watch } from "./model-history.ts";

/** How long and from where random histories are run. */
export interface ModelOptions {
  /** How many histories. Default 30. */
  readonly runs?: number | undefined;
  /** Where chance begins; a failure tells its own. Default: another each time. */
  readonly seed?: number | undefined;
  /** Which history of the seed, as a failure tells it. */
  readonly path?: string | undefined;
  /** Stops after so many seconds, however many histories are left. */
  readonly seconds?: number | undefined;
  /** How long a history that fails is made shorter, in seconds. Default 2: a test that runs out of time would tell no seed at all. */
  readonly shrinkSeconds?: number | undefined;
}

/**
 * Runs random histories on a store and on the model side by side. Throws when an answer differs, with the shortest history found and the seed
 * that leads to it. `watch` sees what histories reach.
 */
export async function checkAgainstModel(
  harness: Harness,
  face: Face,
  options: ModelOptions = {},
  watch: Watch = () => {},
): Promise<number> {
  return checkHistories(harness, face, options, commands, (history) => runHistory(harness, face, history, watch), historyText);
}

/**
 * Runs histories of a kind, each on data of its own; tells how many. Throws when one fails, with the shortest that does as text, and how to
 * repeat it.
 */
export async function checkHistories<Step>(
  { name }: Harness,
  face: Face,
  { runs = 30, seed, path, seconds, shrinkSeconds = 2 }: ModelOptions,
  histories: fc.Arbitrary<Step[]>,
  run: (history: readonly Step[]) => Promise<void>,
  text: (history: readonly Step[]) => string,
): Promise<number> {
  let shrunkUntil = Number.POSITIVE_INFINITY;
  const runInTime = async (history: Step[]): Promise<void> => {
    // What comes too late counts as passed, so that the shortest failure so far stands.
    if (performance.now() > shrunkUntil) return;
    try {
      await run(history);
    } catch (error) {
      shrunkUntil = Math.min(shrunkUntil, performance.now() + shrinkSeconds * 1000);
      throw error;
    }
  };
  const details = await fc.check(fc.asyncProperty(histories, runInTime), {
    numRuns: runs,
    ...(seed !== undefined && { seed }),
    ...(path !== undefined && { path }),
    ...(seconds !== undefined && { interruptAfterTimeLimit: seconds * 1000 }),
  });
  if (!details.failed || details.counterexample === null) return details.numRuns;
  const [history] = details.counterexample;
  const where = `store ${name}, ${face}: --seed=${details.seed} --path ${details.counterexamplePath ?? ""}`;
  const cause = details.errorInstance;
  throw new Error(`${cause instanceof Error ? cause.message : String(cause)}\n${text(history)}\n  ${where}`, { cause });
}

/** Runs one history on a fixture of its own; throws at the first answer that differs from the model's. */
async function runHistory(harness: Harness, face: Face, history: readonly Command[], watch: Watch): Promise<void> {
  const fixture = await harness.create();
  const context = new CacheContext(fixture, face, { tables: historyTables }, false);
  await afterwards(
    () => followHistory(harness, context, history, watch),
    () =>
      afterwards(
        () => context.close(),
        () => fixture.dispose(),
      ),
  );
}
