import type { Face, TableDefinition } from "@cache/core";
import * as fc from "fast-check";
import { afterwards } from "./afterwards.ts";
import { equal } from "./assert.ts";
import { CacheContext, type OpenedCache } from "./cache-context.ts";
import { callCache, callModel } from "./call.ts";
import { type Command, commands } from "./commands.ts";
import { expectedTables } from "./expected-entries.ts";
import type { Harness } from "./harness.ts";
import { CACHE_TABLES, checkExpiryIndex, checkInvariants } from "./invariants.ts";
import { Model } from "./model.ts";
import { show } from "./show.ts";
import { callTable, callTableModel } from "./table-call.ts";
import { modelTable, type ModelTableTypes, TableModel } from "./table-model.ts";
import { checkTypedTables } from "./typed-invariants.ts";

/** The typed tables of the caches that histories are run on. */
const tables = { rows: modelTable };

type Tables = { readonly rows: TableDefinition<ModelTableTypes> };

/** How long and from where random histories are run. */
export interface ModelOptions {
  /** How many histories. Default 50. */
  readonly runs?: number | undefined;
  /** Where chance begins; a failure tells its own. Default: another each time. */
  readonly seed?: number | undefined;
  /** Which history of the seed, as a failure tells it. */
  readonly path?: string | undefined;
  /** Stops after so many seconds, however many histories are left. */
  readonly seconds?: number | undefined;
}

/**
 * Runs random histories on a store and on the model side by side. Throws when an answer differs, with the shortest history found and the seed
 * that leads to it.
 */
export async function checkAgainstModel(harness: Harness, face: Face, options: ModelOptions = {}): Promise<number> {
  const { runs = 50, seed, path, seconds } = options;
  const property = fc.asyncProperty(commands, (history) => runHistory(harness, face, history));
  const details = await fc.check(property, {
    numRuns: runs,
    ...(seed !== undefined && { seed }),
    ...(path !== undefined && { path }),
    ...(seconds !== undefined && { interruptAfterTimeLimit: seconds * 1000 }),
  });
  if (!details.failed || details.counterexample === null) return details.numRuns;
  const [history] = details.counterexample;
  const where = `store ${harness.name}, ${face}: --seed ${details.seed} --path ${details.counterexamplePath ?? ""}`;
  const cause = details.errorInstance;
  throw new Error(
    `${cause instanceof Error ? cause.message : String(cause)}\n  ${where}\n${history.map((one) => `  ${show(one)}`).join("\n")}`,
    { cause },
  );
}

/** Runs one history on a fixture of its own; throws at the first answer that differs from the model's. */
async function runHistory(harness: Harness, face: Face, history: readonly Command[]): Promise<void> {
  const fixture = await harness.create();
  const context = new CacheContext(fixture, face, { tables }, false);
  await afterwards(
    () => follow(harness, context, history),
    () =>
      afterwards(
        () => context.close(),
        () => fixture.dispose(),
      ),
  );
}

async function follow(harness: Harness, context: CacheContext<Tables>, history: readonly Command[]): Promise<void> {
  const model = new Model(context.clock.now());
  const tableModel = new TableModel(context.clock.now());
  const open = async (): Promise<readonly OpenedCache<Tables>[]> => {
    const first = await context.reopen();
    return harness.shares ? [first, await context.another()] : [first];
  };
  let caches = await open();
  const chosen = (second: boolean): OpenedCache<Tables> => (second && caches[1]) || context;
  for (const command of history) {
    switch (command.type) {
      case "call":
        equal(await callCache(chosen(command.second).root, command.call), callModel(model, command.call), `the answer to ${show(command)}`);
        break;
      case "turn": {
        const { root } = chosen(command.second);
        const answers = await Promise.all(command.calls.map((call) => callCache(root, call)));
        const expected = command.calls.map((call) => callModel(model, call));
        for (const [at, call] of command.calls.entries()) equal(answers[at], expected[at], `the answer within a turn to ${show(call)}`);
        break;
      }
      case "table": {
        const { rows } = chosen(command.second).tables;
        const answers = await Promise.all(command.calls.map((call) => callTable(rows, call)));
        const expected = command.calls.map((call) => callTableModel(tableModel, call));
        for (const [at, call] of command.calls.entries())
          equal(answers[at], expected[at], `the table's answer within a turn to ${show(call)}`);
        break;
      }
      case "advance":
        context.clock.advance(command.ms);
        model.advance(command.ms);
        tableModel.advance(command.ms);
        break;
      case "sweep":
        equal((await context.root.sweep()).more, false, "whether a sweep leaves something over");
        equal((await context.root.stats()).entries, model.list([]).length + tableModel.list().length, "the rows left after a sweep");
        break;
      case "reopen":
        if (harness.reopens) caches = await open();
    }
  }
  equal(
    await callCache(context.root, { verb: "entries", scope: [], range: {}, reverse: false, limit: undefined }),
    model.list([]).map(({ key, value }) => [key, value]),
    "the entries in the end",
  );
  equal(await callTable(context.tables.rows, { verb: "values" }), tableModel.list(), "the table's rows in the end");
  await checkInvariants(context.store, CACHE_TABLES);
  await checkExpiryIndex(context.store);
  await context.root.sweep();
  await checkTypedTables(context.store, await expectedTables(context.root, tables));
}
