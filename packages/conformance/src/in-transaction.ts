import type { CacheTables, Face, Iteration, TableDefinitions, Transaction, TransactionOptions } from "@cache/core";
import type { AnyNamespace, CacheContext } from "./cache-context.ts";
import { NAMESPACE } from "./neighbours.ts";
import { collect } from "./turns.ts";

/** What a scenario does in a transaction, on either face: it yields what it waits for. */
export type Doing<T> = Generator<unknown, T, unknown>;

/** What the function of a transaction works with, where the scenario's own verbs work. */
export interface Inside<Tables extends TableDefinitions> {
  readonly transaction: Transaction<unknown, Face, unknown, Tables>;
  readonly cache: AnyNamespace;
  readonly tables: CacheTables<Tables, Face>;
}

/** Waits for an answer: `const value = yield* got(inside.cache.get("a"))`. */
export function* got<T>(answer: T): Generator<unknown, Awaited<T>, unknown> {
  // Those who run it answer each yield with the outcome of just what was yielded.
  return (yield answer) as Awaited<T>;
}

/** All that an iteration gives. */
export function* gathered<T>(iteration: Iteration<Face, T>): Doing<T[]> {
  return Symbol.iterator in iteration ? [...iteration] : yield* got(collect(iteration));
}

/** Runs a transaction on the scenario's cache, whichever its face. */
export async function inTransaction<T, Tables extends TableDefinitions>(
  context: Pick<CacheContext<Tables>, "root" | "cache">,
  work: (inside: Inside<Tables>) => Doing<T>,
  options?: TransactionOptions,
): Promise<T> {
  return context.root.transaction((transaction) => {
    const cache = context.cache === context.root ? transaction : transaction.namespace(...NAMESPACE);
    return drive(work({ transaction, cache, tables: transaction.tables }));
  }, options);
}

/** Runs steps: at once where nothing is promised. */
export function drive<T>(steps: Doing<T>): T | Promise<T> {
  for (let state = steps.next(); ; state = steps.next(state.value)) {
    if (state.done) return state.value;
    if (state.value instanceof Promise) return finish(steps, state.value);
  }
}

async function finish<T>(steps: Doing<T>, first: unknown): Promise<T> {
  for (let awaited = first; ;) {
    const outcome = await Promise.allSettled([awaited]);
    const state = outcome[0].status === "fulfilled" ? steps.next(outcome[0].value) : steps.throw(outcome[0].reason);
    if (state.done) return state.value;
    awaited = state.value;
  }
}
