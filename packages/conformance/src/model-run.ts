import type { Face } from "@cache/core";
import * as fc from "fast-check";
import { afterwards } from "./afterwards.ts";
import { AssertionError } from "./assert.ts";
import { CacheContext } from "./cache-context.ts";
import { type Command, commands } from "./commands.ts";
import type { Harness } from "./harness.ts";
import { historyText } from "./history-text.ts";
import { historyTables } from "./model-cache.ts";
import { followHistory, STALE_FOR, type Watch } from "./model-history.ts";
import { turn } from "./turns.ts";

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
  /** How long one history may take, in seconds: longer is a failure. Default 20: so that a test has the time to make it shorter once. */
  readonly historySeconds?: number | undefined;
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
  { runs = 30, seed, path, seconds, shrinkSeconds = 2, historySeconds = 20 }: ModelOptions,
  histories: fc.Arbitrary<Step[]>,
  run: (history: readonly Step[]) => Promise<void>,
  text: (history: readonly Step[]) => string,
): Promise<number> {
  let shrunkUntil = Number.POSITIVE_INFINITY;
  let last: { readonly history: readonly Step[]; readonly end: Promise<void> } | undefined;
  const runInTime = async (history: readonly Step[]): Promise<void> => {
    // What comes too late counts as passed, so that the shortest failure so far stands.
    if (performance.now() > shrunkUntil) return;
    // On the synchronous face nothing else would let the event loop turn.
    await turn();
    try {
      await within(historySeconds, run(history));
    } catch (error) {
      shrunkUntil = Math.min(shrunkUntil, performance.now() + shrinkSeconds * 1000);
      throw error;
    }
  };
  const noted = (history: Step[]): Promise<void> => {
    last = { history, end: runInTime(history) };
    return last.end;
  };
  const details = await fc.check(fc.asyncProperty(histories, noted), {
    numRuns: runs,
    ...(seed !== undefined && { seed }),
    ...(path !== undefined && { path }),
    ...(seconds !== undefined && { interruptAfterTimeLimit: seconds * 1000 }),
  });
  const failure = (history: readonly Step[], cause: unknown, at: string): Error => {
    const message = cause instanceof Error ? cause.message : String(cause);
    return new Error(`${message}\n${text(history)}\n  store ${name}, ${face}: --seed=${details.seed} --path ${at}`, { cause });
  };
  if (details.failed && details.counterexample)
    throw failure(details.counterexample[0], details.errorInstance, details.counterexamplePath ?? "");
  try {
    // When the time is over, one may be under way.
    await last?.end;
  } catch (error) {
    throw failure(last?.history ?? [], error, String(details.numRuns));
  }
  return details.numRuns;
}

/** What becomes of work, or an error if that takes too long. */
async function within(seconds: number, work: Promise<void>): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new AssertionError(`expected an end, and ${seconds} seconds have gone by`)), seconds * 1000);
  });
  try {
    await Promise.race([work, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}

/** Runs one history on a fixture of its own; throws at the first answer that differs from the model's. */
async function runHistory(harness: Harness, face: Face, history: readonly Command[], watch: Watch): Promise<void> {
  const fixture = await harness.create();
  const context = new CacheContext(fixture, face, { tables: historyTables, staleFor: STALE_FOR }, false);
  await afterwards(
    () => followHistory(harness, context, history, watch),
    () =>
      afterwards(
        () => context.close(),
        () => fixture.dispose(),
      ),
  );
}
