import { AssertionError } from "./assert.ts";
import type { AnyCache, OpenedCache } from "./cache-context.ts";
import { type Doing, drive } from "./in-transaction.ts";
import { callStep, type HistoryTables, type ModelCache, type Step, type StepTarget, targetOf } from "./model-cache.ts";
import { same } from "./same.ts";
import { show } from "./show.ts";
import { REFUSED } from "./table-call.ts";
import { endOf } from "./transaction-command.ts";

/** What one of two caches does: a call, or a transaction. */
export type Racer = { readonly does: "call"; readonly step: Step } | { readonly does: "transaction"; readonly steps: readonly Step[] };

/** Two things of a random history done at once, of which neither waits for the other: one on each of two caches, where there can be two. */
export interface RaceCommand {
  readonly type: "race";
  readonly racers: readonly [Racer, Racer];
}

/** Which of them comes first. */
const orders = [
  [0, 1],
  [1, 0],
] as const;

/** Has both done, and one after the other on the model. Throws when answers and content are what neither order would have led to. */
export async function runRace(
  { racers }: RaceCommand,
  chosen: (second: boolean) => OpenedCache<HistoryTables>,
  model: ModelCache,
): Promise<readonly (readonly unknown[])[]> {
  const answers = await Promise.all(racers.map((racer, at) => answersOf(racer, chosen(at === 1).root)));
  const found = { answers, ...(await contentOf(chosen(false).root)) };
  const expected = orders.map((order) => {
    const copy = model.copy();
    const inOrder: unknown[] = [];
    for (const at of order) inOrder[at] = expectedOf(racers[at], copy, answers[at] ?? []);
    return { copy, outcome: { answers: inOrder, entries: copy.entries.list([]), rows: copy.rows.held() } };
  });
  const right = expected.find(({ outcome }) => same(found, outcome));
  if (!right) {
    const wanted = expected.map(({ outcome }) => show(outcome)).join(", nor ");
    throw new AssertionError(`what came of two at once is ${show(found)}, and neither ${wanted}`);
  }
  model.take(right.copy);
  return answers;
}

/** The steps of a racer. */
export function stepsOf(racer: Racer): readonly Step[] {
  return racer.does === "call" ? [racer.step] : racer.steps;
}

/** The answers to the steps, and how a transaction ended. */
async function answersOf(racer: Racer, root: AnyCache<HistoryTables>): Promise<readonly unknown[]> {
  if (racer.does === "call") return [await drive(callStep(targetOf(root), racer.step))];
  let answers: unknown[] = [];
  const work = function* (inside: StepTarget): Doing<void> {
    answers = [];
    for (const step of racer.steps) answers.push(yield* callStep(inside, step));
  };
  // Once the other one is done, nobody is in its way.
  const options = { retries: 1 };
  const end = await endOf(() =>
    root.transaction((transaction) => drive(work({ entries: transaction, rows: transaction.tables.rows })), options),
  );
  return [...answers, end];
}

/** The same of the model; where several answers would do, `given` if it is one of them. */
function expectedOf(racer: Racer, model: ModelCache, given: readonly unknown[]): readonly unknown[] {
  if (racer.does === "call") return [model.answer(racer.step, given[0])];
  const copy = model.copyForTransaction();
  const answers = racer.steps.map((step, at) => copy.answer(step, given[at]));
  return [...answers, model.take(copy) ? "committed" : REFUSED];
}

/** All that a cache holds, with deadlines and tags. */
async function contentOf(root: AnyCache<HistoryTables>): Promise<{ readonly entries: unknown; readonly rows: unknown }> {
  const entries: unknown[] = [];
  for await (const found of root.keys()) {
    const { key, value, expiresAt = Infinity, tags } = (await root.getEntry(found)) ?? {};
    entries.push({ key, value, expiresAt, tags });
  }
  const rows: unknown[] = [];
  for await (const id of root.tables.rows.keys()) {
    const { value, expiresAt = Infinity, tags } = (await root.tables.rows.getEntry(id)) ?? {};
    rows.push({ row: value, expiresAt, tags });
  }
  return { entries, rows };
}
