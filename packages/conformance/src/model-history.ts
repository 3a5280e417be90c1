import { runAtomic } from "./atomic-command.ts";
import { equal } from "./assert.ts";
import type { CacheContext, OpenedCache } from "./cache-context.ts";
import { callCache } from "./call.ts";
import type { Command } from "./commands.ts";
import { expectedTables } from "./expected-entries.ts";
import type { Harness } from "./harness.ts";
import { drive } from "./in-transaction.ts";
import { CACHE_TABLES, checkExpiryIndex, checkInvariants, checkTagIndex } from "./invariants.ts";
import { callStep, type HistoryTables, historyTables, ModelCache, type Step, targetOf } from "./model-cache.ts";
import { Model } from "./model.ts";
import { runRace } from "./race-command.ts";
import { show } from "./show.ts";
import { TableModel } from "./table-model.ts";
import { runTransaction } from "./transaction-command.ts";
import { turn } from "./turns.ts";
import { checkTypedTables } from "./typed-invariants.ts";

/** For how long entries can be had that have expired, in milliseconds: less than some steps of the clock. */
export const STALE_FOR = 1000;

/** Is told each command once it was carried out, and what came of it. */
export type Watch = (command: Command, outcome: unknown) => void;

/** Follows one history on a cache and on the model; throws at the first answer that differs. */
export async function followHistory(
  harness: Harness,
  context: CacheContext<HistoryTables>,
  history: readonly Command[],
  watch: Watch,
): Promise<void> {
  const now = context.clock.now();
  const model = new ModelCache(new Model(now, STALE_FOR), new TableModel(now));
  const open = async (): Promise<readonly OpenedCache<HistoryTables>[]> => {
    const first = await context.reopen();
    return harness.shares ? [first, await context.another()] : [first];
  };
  let caches = await open();
  const chosen = (second: boolean): OpenedCache<HistoryTables> => (second && caches[1]) || context;
  const inOneTurn = async (second: boolean, steps: readonly Step[]): Promise<readonly unknown[]> => {
    const target = targetOf(chosen(second).root);
    const answers = await Promise.all(steps.map((step) => drive(callStep(target, step))));
    for (const [at, step] of steps.entries())
      equal(answers[at], model.answer(step, answers[at]), `the answer${steps.length > 1 ? " within a turn" : ""} to ${show(step.call)}`);
    return answers;
  };
  const carryOut = async (command: Command): Promise<unknown> => {
    switch (command.type) {
      case "call":
        return inOneTurn(command.second, [{ on: "entries", call: command.call }]);
      case "turn":
        return inOneTurn(
          command.second,
          command.calls.map((call) => ({ on: "entries", call })),
        );
      case "table":
        return inOneTurn(
          command.second,
          command.calls.map((call) => ({ on: "rows", call })),
        );
      case "transaction":
        return runTransaction(command, { chosen, clock: context.clock }, model);
      case "race":
        return runRace(command, chosen, model);
      case "atomic":
        return runAtomic(command, chosen(command.second).root, model);
      case "advance":
        context.clock.advance(command.ms);
        model.advance(command.ms);
        // What a store does when a turn ends should happen within histories, too.
        return turn();
      case "sweep":
        equal((await context.root.sweep()).more, false, "whether a sweep leaves something over");
        return equal((await context.root.stats()).entries, model.entries.sweep() + model.rows.list().length, "the rows left after a sweep");
      case "reopen":
        if (harness.reopens) caches = await open();
        return harness.reopens;
    }
  };
  for (const command of history) watch(command, await carryOut(command));
  await checkEnd(context, model);
}

/** Compares all that is left, and looks whether the store is sound. */
async function checkEnd(context: CacheContext<HistoryTables>, model: ModelCache): Promise<void> {
  const entries = await drive(
    callCache(context.root, { verb: "entries", scope: [], range: {}, tag: undefined, reverse: false, limit: undefined }),
  );
  equal(
    entries,
    model.entries.list([]).map(({ key, value }) => [key, value]),
    "the entries in the end",
  );
  const rows = await drive(callStep(targetOf(context.root), { on: "rows", call: { verb: "values", tag: undefined } }));
  equal(rows, model.rows.list(), "the table's rows in the end");
  for (const { key, tags } of model.entries.list([]))
    equal((await context.root.getEntry(key))?.tags, tags, "the tags of an entry in the end");
  for (const { id } of model.rows.list())
    equal((await context.root.tables.rows.getEntry(id))?.tags, model.rows.tagsOf(id), "the tags of a row in the end");
  await checkInvariants(context.store, CACHE_TABLES);
  await checkExpiryIndex(context.store);
  await checkTagIndex(context.store);
  await context.root.sweep();
  await checkTypedTables(context.store, await expectedTables(context.root, historyTables));
}
