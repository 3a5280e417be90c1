import { type Face, table } from "@cache/core";
import * as fc from "fast-check";
import { afterwards } from "./afterwards.ts";
import { equal } from "./assert.ts";
import { BoundedModel, MOST_ENTRIES } from "./bounded-model.ts";
import { CacheContext } from "./cache-context.ts";
import type { Harness } from "./harness.ts";
import { checkInvariants } from "./invariants.ts";
import { checkHistories, type ModelOptions } from "./model-run.ts";
import { show } from "./show.ts";
import { collect } from "./turns.ts";
import { checkTypedTables } from "./typed-invariants.ts";

type Entries = readonly (readonly [key: number, value: number])[];

/** What is done to a bounded table. */
type BoundedCommand = { readonly second: boolean } & (
  | { readonly verb: "setMany"; readonly entries: Entries; readonly ttl: number | undefined }
  | { readonly verb: "getMany"; readonly keys: readonly number[] }
  | { readonly verb: "touch"; readonly key: number; readonly ttl: number | undefined }
  | { readonly verb: "delete"; readonly key: number }
  | { readonly verb: "advance"; readonly ms: number }
  | { readonly verb: "reopen" | "sweep" }
);

const key = fc.nat({ max: 11 });
const ttl = fc.constantFrom(undefined, undefined, undefined, 1, 5, 50);
const verb = <const V extends string>(...verbs: V[]): fc.Arbitrary<V> => fc.constantFrom(...verbs);
const second = fc.boolean();
const commands: fc.Arbitrary<BoundedCommand[]> = fc.array(
  fc.oneof(
    {
      weight: 8,
      arbitrary: fc.record({ verb: verb("setMany"), entries: fc.array(fc.tuple(key, fc.nat()), { maxLength: 3 }), ttl, second }),
    },
    {
      weight: 2,
      arbitrary: fc.record({ verb: verb("setMany"), entries: fc.array(fc.tuple(key, fc.nat()), { maxLength: 9 }), ttl, second }),
    },
    { weight: 8, arbitrary: fc.record({ verb: verb("getMany"), keys: fc.array(key, { maxLength: 4 }), second }) },
    { weight: 1, arbitrary: fc.record({ verb: verb("touch"), key, ttl, second }) },
    { weight: 1, arbitrary: fc.record({ verb: verb("delete"), key, second }) },
    { weight: 2, arbitrary: fc.record({ verb: verb("advance"), ms: fc.constantFrom(1, 4, 50), second }) },
    { weight: 1, arbitrary: fc.record({ verb: verb("reopen", "sweep"), second }) },
  ),
  { maxLength: 30 },
);

const tables = { numbers: table<number, number>()({ maxEntries: MOST_ENTRIES }) };

/**
 * Runs random histories on a bounded table and on an exact model of it side by side: at each step the same entries are there. Reads are written
 * down at once, as those of several caches are only then in one order.
 */
export function checkAgainstBoundedModel(harness: Harness, face: Face, options: ModelOptions = {}): Promise<number> {
  return checkHistories(
    harness,
    face,
    options,
    commands,
    (history) => runHistory(harness, face, history),
    (history) => history.map(show).join("\n"),
  );
}

async function runHistory(harness: Harness, face: Face, history: readonly BoundedCommand[]): Promise<void> {
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

async function follow(harness: Harness, context: CacheContext<typeof tables>, history: readonly BoundedCommand[]): Promise<void> {
  const model = new BoundedModel(context.clock.now());
  const open = async (): Promise<readonly (typeof context.root)[]> => {
    const { root } = await context.reopen();
    return harness.shares ? [root, (await context.another()).root] : [root];
  };
  let caches = await open();
  for (const command of history) {
    // What several caches do in one millisecond is in no order.
    context.clock.advance(1);
    model.advance(1);
    if (command.verb === "reopen" && harness.reopens) caches = await open();
    const root = (command.second && caches[1]) || context.root;
    const { numbers } = root.tables;
    const what = `the answer to ${show(command)}`;
    switch (command.verb) {
      case "setMany":
        await numbers.setMany(command.entries, { ttl: command.ttl });
        model.set(command.entries, command.ttl);
        break;
      case "getMany":
        equal(
          await numbers.getMany(command.keys),
          command.keys.map((one) => model.get(one)),
          what,
        );
        await root.flush();
        break;
      case "touch":
        equal(await numbers.touch(command.key, command.ttl), model.touch(command.key, command.ttl), what);
        break;
      case "delete":
        equal(await numbers.delete(command.key), model.delete(command.key), what);
        break;
      case "advance":
        context.clock.advance(command.ms);
        model.advance(command.ms);
        break;
      case "sweep":
        await root.sweep();
        break;
      case "reopen":
    }
    equal(await collect(numbers.entries()), model.list(), `the entries after ${show(command)}`);
    const { entries } = await numbers.stats();
    equal(entries <= MOST_ENTRIES, true, `whether the budget is kept after ${show(command)}`);
  }
  await checkInvariants(context.store, []);
  await checkTypedTables(context.store, new Map());
}
