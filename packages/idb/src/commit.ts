import { type Batch, type CommitResult, type Operation, tablesOf, type Trimmed } from "@cache/core/spi";
import { firstFailed } from "./check.ts";
import { areClaimed, inTheWay, mayBeUnclaimed } from "./claim.ts";
import { isConstraint } from "./errors.ts";
import { type PointOperation, PointStep } from "./point-step.ts";
import { deleteRange } from "./range-step.ts";
import type { KnownSizes, SizeOfRow } from "./known-sizes.ts";
import { Tallies } from "./tally.ts";
import type { Stores, Transaction } from "./transaction.ts";
import { trim } from "./trim.ts";

/** What the parts of a commit share. */
export interface CommitWork {
  readonly stores: Stores;
  readonly tallies: Tallies;
  /** The batch's moment. */
  readonly now: number;
  /** The commit's own version. */
  readonly version: number;
  /** One number per operation, filled in as they are carried out. */
  readonly counts: number[];
  readonly trimmed: Trimmed[];
  /** What the batch has left of rows, in order. */
  readonly sizes: SizeOfRow[];
  /** Whether rows may be in each other's way by their unique entries: they claim these only once all of a step is written. */
  readonly isCareful: boolean;
}

/** What a commit is to do. */
export interface CommitTask {
  readonly batch: Batch;
  /** What the commit calls itself in the database. */
  readonly token: number;
  /** The store's, which are kept up to date. */
  readonly known: KnownSizes;
  /** See {@link CommitWork}. */
  readonly isCareful: boolean;
}

/**
 * One attempt to carry out a batch, in a transaction over the whole database. What the batch's operations find is what the ones before them
 * left: single-row operations next to each other are gathered into one step, ranges are steps of their own.
 */
export class Commit {
  readonly #transaction: Transaction;
  readonly #task: CommitTask;
  /** What the batch has left of rows, in order. */
  readonly #sizes: SizeOfRow[] = [];
  /** How many commits there were before this one; `undefined` while nothing of it can have happened. */
  before: number | undefined;
  /** The outcome, if it has happened. */
  result: CommitResult | undefined;

  /** In a new transaction. */
  constructor(transaction: Transaction, task: CommitTask) {
    this.#transaction = transaction;
    this.#task = task;
  }

  /** Carries the batch out. Throws what IndexedDB ended the transaction for: a `ConstraintError` when it is to be done with care. */
  async run(): Promise<CommitResult> {
    const { native, ended, failed } = this.#transaction;
    const { batch, known, token } = this.#task;
    let isInTheWay = false;
    native.addEventListener("error", (event) => {
      // Only requests of the transaction have errors that arrive here.
      if (!isConstraint((event.target as IDBRequest).error)) return;
      // It is no error to the page, whose listeners would hear of it.
      event.preventDefault();
      event.stopPropagation();
      isInTheWay = true;
      abort(native);
    });
    try {
      const outcome = await Promise.race([this.#carryOut(), failed]);
      if (!outcome.ok) return outcome;
      // The database is still busy: the next commit finds out by the token whether this one has come to its end.
      const isOfRows = batch.operations.every(({ type }) => type !== "deleteRange");
      known.committed(token, outcome.version, isOfRows ? this.#sizes : undefined);
      await ended;
      return outcome;
    } catch (error) {
      if (isInTheWay) throw inTheWay();
      // A request's own error may be no more than that the transaction ended.
      if (native.error) throw native.error;
      abort(native);
      throw error;
    }
  }

  async #carryOut(): Promise<CommitResult> {
    const { batch, token, known, isCareful } = this.#task;
    const { checks, operations, now } = batch;
    const { stores, native } = this.#transaction;
    const loading = Tallies.load(stores.meta, tablesOfBatch(batch));
    const steps = stepsOf(operations);
    const first = steps[0] instanceof PointStep ? steps[0] : undefined;
    const { token: knownToken } = known;
    // The database finds out by itself then whether unique entries are free.
    const isGuarded = !isCareful && areClaimed(batch);
    const asked = isGuarded ? checks.filter(({ type }) => type !== "unique") : checks;
    // The checks and the first old rows are asked for in one go with the tallies.
    const [tallies, refused] = await Promise.all([loading, firstFailed(asked, stores, loading, now), first?.find(stores.rows, known)]);
    const areAllAsked = asked.length === checks.length || (refused === -1 && !mayBeUnclaimed(checks, tallies, now));
    const failed = areAllAsked ? refused : await firstFailed(checks, stores, loading, now);
    if (failed !== -1) return { ok: false, failed };
    known.holdAfter(tallies.lastToken);
    // Others have committed before this transaction began.
    if (knownToken !== tallies.lastToken && first?.isAllFound === false) await first.find(stores.rows);
    const work: CommitWork = {
      stores,
      tallies,
      now,
      version: tallies.commits + 1,
      counts: operations.map(() => 0),
      trimmed: [],
      sizes: this.#sizes,
      isCareful,
    };
    for (const step of steps) {
      if (step instanceof PointStep) {
        if (step !== first) await step.find(stores.rows);
        await step.write(work);
        for (const size of step.sizes()) this.#sizes.push(size);
      } else await step(work);
    }
    tallies.save(token);
    this.result = { ok: true, version: work.version, counts: work.counts, trimmed: work.trimmed };
    this.before = tallies.commits;
    // Firefox would carry out what remains of a transaction whose write is refused after this, and WebKit not tell why it didn't.
    if (!steps.some((step) => step instanceof PointStep && step.areClaims)) native.commit();
    return this.result;
  }
}

type Step = PointStep | ((work: CommitWork) => Promise<void>);

function stepsOf(operations: readonly Operation[]): Step[] {
  const steps: Step[] = [];
  let points: PointOperation[] = [];
  const endPoints = (place: number): void => {
    if (points.length > 0) steps.push(new PointStep(points, place - points.length));
    points = [];
  };
  for (const [place, operation] of operations.entries()) {
    if (operation.type !== "deleteRange" && operation.type !== "trim") {
      points.push(operation);
      continue;
    }
    endPoints(place);
    steps.push((work) => (operation.type === "trim" ? trim(operation, place, work) : deleteRange(operation, place, work)));
  }
  endPoints(operations.length);
  return steps;
}

function tablesOfBatch({ checks, operations }: Batch): ReadonlySet<number> {
  const tables = new Set<number>();
  for (const operation of operations) for (const table of tablesOf(operation)) tables.add(table);
  for (const check of checks) if (check.type === "table") tables.add(check.table);
  return tables;
}

function abort(transaction: IDBTransaction): void {
  try {
    transaction.abort();
  } catch {
    // It has ended already.
  }
}
