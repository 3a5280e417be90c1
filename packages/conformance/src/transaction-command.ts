import { isCacheError } from "@cache/core";
import { equal, ok } from "./assert.ts";
import type { OpenedCache } from "./cache-context.ts";
import type { FakeClock } from "./fake-clock.ts";
import { type Doing, drive, got } from "./in-transaction.ts";
import { callStep, type HistoryTables, type ModelCache, type Step, type StepTarget, targetOf } from "./model-cache.ts";
import { show } from "./show.ts";
import { REFUSED } from "./table-call.ts";

/** A transaction of a random history. */
export interface TransactionCommand {
  readonly type: "transaction";
  readonly steps: readonly Step[];
  /** Whether the steps are made without waiting for one another. */
  readonly together: boolean;
  /** Whether its function throws in the end. */
  readonly throws: boolean;
  /** What others do while the function runs for the first time. */
  readonly interference: Interference | undefined;
  readonly second: boolean;
}

/** Steps that others take before the one at a place in a transaction; of steps made together before or after all. */
export interface Interference {
  readonly before: number;
  readonly steps: readonly Step[];
  /** How many milliseconds then go by, unless the transaction has given something a lifetime before: it would be counted from another moment. */
  readonly ms: number;
  /** Whether the other one of two caches takes them. */
  readonly second: boolean;
}

/** Where a transaction is run. */
export interface TransactionSetting {
  readonly chosen: (second: boolean) => OpenedCache<HistoryTables>;
  /** Theirs. */
  readonly clock: FakeClock;
}

/** What became of a transaction. */
export interface TransactionOutcome {
  readonly end: "committed" | "thrown" | typeof REFUSED;
  /** How often its function ran. */
  readonly runs: number;
  /** The answers of the last run. */
  readonly answers: readonly unknown[];
}

/** What the functions of transactions throw to give them up. */
class GivenUp extends Error {}

/** Runs a transaction on a cache and on the model. Throws when an answer or the end differs. */
export async function runTransaction(
  command: TransactionCommand,
  { chosen, clock }: TransactionSetting,
  model: ModelCache,
): Promise<TransactionOutcome> {
  const { throws, interference, second } = command;
  const runs: unknown[][] = [];
  const answersOfOthers: unknown[] = [];
  let failureOfOthers: { readonly error: unknown } | undefined;
  const others = function* (): Doing<void> {
    if (!interference || runs.length > 1) return;
    const target = targetOf(chosen(interference.second).root);
    try {
      for (const step of interference.steps) answersOfOthers.push(yield* callStep(target, step));
      clock.advance(passing(command, interference));
    } catch (error) {
      // The transaction may take it for a consequence of what others have changed, and run again.
      failureOfOthers = { error };
      throw error;
    }
  };
  const work = function* (inside: StepTarget): Doing<void> {
    const answers: unknown[] = [];
    runs.push(answers);
    yield* makeSteps(inside, command, answers, others);
    if (throws) throw new GivenUp();
  };
  const end = await endOf(() =>
    chosen(second).root.transaction((transaction) => drive(work({ entries: transaction, rows: transaction.tables.rows })), { retries: 1 }),
  );
  if (failureOfOthers) throw failureOfOthers.error;

  const [first = []] = runs;
  if (interference) {
    const early = first.slice(0, placeOf(command, interference));
    compare(model.copyForTransaction(), command.steps, early, "the answer before others interfere");
    equal(answersOfOthers.length, interference.steps.length, "the number of answers to who interferes");
    compare(model, interference.steps, answersOfOthers, "the answer to who interferes");
    model.advance(passing(command, interference));
  }
  ok(interference !== undefined || runs.length === 1, "the function of a transaction that nobody is in the way of to run once");
  const copy = model.copyForTransaction();
  const last = runs.at(-1) ?? [];
  equal(last.length, command.steps.length, "the number of answers in a transaction");
  compare(copy, command.steps, last, `the answer in run ${runs.length} of a transaction`);
  equal(end, throws ? "thrown" : model.take(copy) ? "committed" : REFUSED, "the end of a transaction");
  return { end, runs: runs.length, answers: last };
}

function* makeSteps(inside: StepTarget, command: TransactionCommand, answers: unknown[], others: () => Doing<void>): Doing<void> {
  const { steps, together, interference } = command;
  const place = interference && placeOf(command, interference);
  if (together) {
    if (place === 0) yield* others();
    const replies = steps.map((step) => drive(callStep(inside, step)));
    const isPromised = replies.some((reply) => reply instanceof Promise);
    answers.push(...(isPromised ? yield* got(Promise.all(replies)) : replies));
    if (place !== 0) yield* others();
    return;
  }
  for (const [at, step] of steps.entries()) {
    if (at === place) yield* others();
    answers.push(yield* callStep(inside, step));
  }
  if (place === steps.length) yield* others();
}

/** How many steps are made before others interfere. */
function placeOf({ steps, together }: TransactionCommand, { before }: Interference): number {
  const place = Math.min(before, steps.length);
  return together && place > 0 ? steps.length : place;
}

/** How many milliseconds go by when others interfere. */
function passing(command: TransactionCommand, interference: Interference): number {
  const early = command.steps.slice(0, placeOf(command, interference));
  return early.some(({ call }) => givesLifetime(call)) ? 0 : interference.ms;
}

/** Whether a call sets a deadline by the time at which it is made. */
function givesLifetime(call: Step["call"]): boolean {
  if (call.verb === "setMany") return call.ttl !== undefined || call.entries.some(({ ttl }) => ttl !== undefined);
  return call.verb === "touch" || call.verb === "expire" || call.verb === "expireTag" || ("ttl" in call && call.ttl !== undefined);
}

/** How a transaction ends. Throws what isn't one of its ends. */
export async function endOf(transaction: () => unknown): Promise<TransactionOutcome["end"]> {
  try {
    await transaction();
    return "committed";
  } catch (error) {
    if (error instanceof GivenUp) return "thrown";
    if (isCacheError(error, REFUSED)) return REFUSED;
    throw error;
  }
}

/** Compares the answers to the first steps with the model's. */
function compare(model: ModelCache, steps: readonly Step[], answers: readonly unknown[], what: string): void {
  for (const [at, answer] of answers.entries()) {
    const step = steps[at];
    if (step) equal(answer, model.answer(step, answer), `${what} to ${show(step.call)}`);
  }
}
