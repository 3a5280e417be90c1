import { AssertionError } from "./assert.ts";
import type { OpenedCache } from "./cache-context.ts";
import { drive } from "./in-transaction.ts";
import { callStep, type HistoryTables, type ModelCache, type Step, targetOf } from "./model-cache.ts";
import { same } from "./same.ts";
import { show } from "./show.ts";

/** Two calls of a random history at once, of which neither waits for the other: one on each of two caches, where there can be two. */
export interface RaceCommand {
  readonly type: "race";
  readonly steps: readonly [Step, Step];
}

/** Which of them comes first. */
const orders = [
  [0, 1],
  [1, 0],
] as const;

/** Makes the calls, and one after the other on the model. Throws when answers and entries are what neither order would have led to. */
export async function runRace(
  { steps }: RaceCommand,
  chosen: (second: boolean) => OpenedCache<HistoryTables>,
  model: ModelCache,
): Promise<readonly unknown[]> {
  const answers = await Promise.all(steps.map((step, at) => drive(callStep(targetOf(chosen(at === 1).root), step))));
  const found = { answers, ...(await contentOf(chosen(false))) };
  const expected = orders.map((order) => {
    const copy = model.copy();
    const inOrder: unknown[] = [];
    for (const at of order) inOrder[at] = copy.answer(steps[at], answers[at]);
    return { copy, outcome: { answers: inOrder, entries: copy.entries.list([]), rows: copy.rows.held() } };
  });
  const right = expected.find(({ outcome }) => same(found, outcome));
  if (!right) {
    const wanted = expected.map(({ outcome }) => show(outcome)).join(", nor ");
    throw new AssertionError(
      `what came of ${steps.map(({ call }) => show(call)).join(" beside ")} is ${show(found)}, and neither ${wanted}`,
    );
  }
  model.take(right.copy);
  return answers;
}

/** All that a cache holds, with deadlines and tags. */
async function contentOf({ root }: OpenedCache<HistoryTables>): Promise<{ readonly entries: unknown; readonly rows: unknown }> {
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
