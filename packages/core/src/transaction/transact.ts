import { abortable } from "../abort.ts";
import type { Face } from "../verbs.ts";
import { run, step, type Steps } from "../continuation.ts";
import { CacheError } from "../errors.ts";
import type { FaceRunner } from "../face.ts";
import { checkOptionNames } from "../option-names.ts";
import type { Runtime } from "../runtime.ts";
import type { MaybePromise } from "../store.ts";
import type { TableDefinitions } from "../table/table-definition.ts";
import type { Unit } from "../unit.ts";
import { backOff } from "./backoff.ts";
import { commitUnit } from "./commit-unit.ts";
import { StoreTransaction } from "./store-transaction.ts";
import type { Transaction, TransactionOptions } from "./transaction.ts";
import { TransactionRows } from "./transaction-rows.ts";

const DEFAULT_RETRIES = 10;

/** What became of one run of a transaction: nothing when others were in its way. */
type Outcome<T> = { readonly value: T } | undefined;

/** Runs a function as a transaction; see `Cache.transaction`. */
export function transact<Value, F extends Face, Input, Tables extends TableDefinitions, T>(
  runtime: Runtime,
  face: FaceRunner<F>,
  work: (transaction: Transaction<Value, F, Input, Tables>) => MaybePromise<T>,
  options: TransactionOptions = {},
): MaybePromise<T> {
  checkOptionNames("transaction", options, ["retries", "signal"]);
  const { retries = DEFAULT_RETRIES, signal } = options;
  if (!(retries >= 0) || !(Number.isInteger(retries) || retries === Number.POSITIVE_INFINITY))
    throw new TypeError("retries must be a whole number, 0 or more");
  if (typeof work !== "function") throw new TypeError("transaction takes a function");
  const attempt = (rows: TransactionRows): MaybePromise<T> => work(new StoreTransaction<Value, F, Input, Tables>(runtime, rows, face));
  return run(untilCommitted(runtime, attempt, retries, signal));
}

function* untilCommitted<T>(
  runtime: Runtime,
  work: (rows: TransactionRows) => MaybePromise<T>,
  retries: number,
  signal: AbortSignal | undefined,
): Steps<T> {
  for (let retry = 0; retry <= retries; retry++) {
    signal?.throwIfAborted();
    if (retry > 0 && !runtime.isSync) yield* step(backOff(runtime.settings.clock, retry, signal));
    const outcome = yield* attemptOnce(runtime, work, signal);
    if (outcome) return outcome.value;
  }
  throw new CacheError("CACHE_CONFLICT", `others changed what a transaction had read, ${retries + 1} times in a row; try again`);
}

/** Runs the function once, and commits what it did. Throws what it throws, unless that came of reading what was changed meanwhile. */
function* attemptOnce<T>(
  runtime: Runtime,
  work: (rows: TransactionRows) => MaybePromise<T>,
  signal: AbortSignal | undefined,
): Steps<Outcome<T>> {
  const rows = new TransactionRows(runtime, signal);
  let value: T;
  let unit: Unit<void>;
  try {
    value = yield* step(abortable(answerOf(runtime, work(rows)), signal));
    yield* step(abortable(rows.end(), signal));
    unit = rows.unit();
  } catch (error) {
    // Calls that it has left behind find the transaction over.
    const left = rows.end();
    if (left instanceof Promise) left.catch(() => {});
    if (signal?.aborted) throw error;
    if (!rows.reads.isStale) rows.reads.isStale = yield* isOutdated(runtime, rows);
    if (rows.reads.isStale) return undefined;
    throw error;
  }
  signal?.throwIfAborted();
  if (rows.reads.isStale) return undefined;
  return (yield* commitUnit(runtime, unit)) ? { value } : undefined;
}

/** What the function gives. On the synchronous face that must not be a promise: it would go on after the commit. */
function answerOf<T>(runtime: Runtime, answer: MaybePromise<T>): MaybePromise<T> {
  if (!isThenable(answer)) return answer;
  const promised = Promise.resolve(answer);
  if (!runtime.isSync) return promised;
  promised.catch(() => {});
  throw new TypeError("the function of a transaction gave a promise, which needs openCache instead of openCacheSync");
}

function isThenable<T>(answer: MaybePromise<T>): answer is Promise<T> {
  return typeof answer === "object" && answer !== null && "then" in answer && typeof answer.then === "function";
}

/** Whether others have changed what was read. When that can't be found out, what was thrown says more than why. */
function* isOutdated(runtime: Runtime, { reads }: TransactionRows): Steps<boolean> {
  const { checks, before } = reads;
  try {
    return !(yield* commitUnit(runtime, { operations: [], checks, before, done: () => {} }));
  } catch {
    return false;
  }
}
