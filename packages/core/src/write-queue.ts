import { checksum } from "./checksum.ts";
import { run, step, type Steps } from "./continuation.ts";
import type { EncodedKey } from "./entry.ts";
import { isCacheError } from "./errors.ts";
import type { Batch, Check, CommitResult, Operation, Trimmed } from "./operation.ts";
import type { MaybePromise } from "./store.ts";
import type { ValueCodec, ValueOperation } from "./value-codec.ts";

/** What one call of a verb wants written: as a whole, whatever other calls it shares a commit with. */
export interface Unit<T> {
  readonly operations: readonly (Operation | ValueOperation)[];
  /** The keys it writes; `undefined` when it writes others than those its operations name. */
  readonly keys: readonly EncodedKey[] | undefined;
  /** Called once it is committed. Makes the verb's answer from the counts of its operations, which begin at `from`, and its trims. */
  readonly done: (counts: readonly number[], from: number, trimmed: readonly Trimmed[]) => T;
}

/** A unit that waits for its commit. */
interface Waiting {
  readonly unit: Unit<unknown>;
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** What a queue needs of the cache it writes for. */
export interface WriteQueueOptions {
  readonly codec: ValueCodec;
  readonly commit: (batch: Batch) => MaybePromise<CommitResult>;
  readonly now: () => number;
  /** Upkeep that may go with the next commit of so many operations. */
  readonly upkeep: (now: number, operations: number) => Unit<void> | undefined;
}

/** Hashes of keys with a write under way; a collision makes a read wait for nothing, and does no other harm. */
class KeySet {
  readonly #hashes = new Set<number>();
  #all = false;

  add(keys: readonly EncodedKey[] | undefined): void {
    if (keys) for (const key of keys) this.#hashes.add(checksum(key));
    else this.#all = true;
  }

  has(key: EncodedKey | undefined): boolean {
    return this.#all || (key === undefined ? this.#hashes.size > 0 : this.#hashes.has(checksum(key)));
  }
}

/**
 * Gathers the writes of one turn, and of the time a commit takes, into one commit. Each unit keeps its own outcome: when a shared commit
 * fails, its units are tried again one by one, so that only the culprit's caller hears of it.
 */
export class WriteQueue {
  readonly #options: WriteQueueOptions;
  #gathering: Waiting[] = [];
  #gatheringKeys = new KeySet();
  #runningKeys = new KeySet();
  #running: Promise<void> | undefined;
  /** Values that are still being validated: they have their place in the order of calls, but nothing to write yet. */
  readonly #validating = new Set<Promise<unknown>>();

  constructor(options: WriteQueueOptions) {
    this.#options = options;
  }

  /** Whether no write is under way. */
  get idle(): boolean {
    return this.#running === undefined && this.#gathering.length === 0 && this.#validating.size === 0;
  }

  /** Queues a unit; the promise settles with its commit. */
  add<T>(unit: Unit<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      // The unit's `done` makes the answer, so it is a T.
      const waiting = { unit, resolve: resolve as (answer: unknown) => void, reject };
      if (this.#gathering.push(waiting) === 1) queueMicrotask(() => this.#flush());
      this.#gatheringKeys.add(unit.keys);
    });
  }

  /** Commits a unit at once, for the synchronous face. */
  addSync<T>(unit: Unit<T>): T {
    const waiting = {
      unit,
      answer: undefined as T | undefined,
      resolve: (answer: unknown) => (waiting.answer = answer as T),
      reject: fail,
    };
    // Nothing on this face makes a promise.
    void run(this.#commit([waiting]));
    return waiting.answer as T;
  }

  /** Holds back reads until a value is validated and its write queued. */
  hold<T>(validation: Promise<T>): Promise<T> {
    const held = validation.finally(() => this.#validating.delete(held));
    this.#validating.add(held);
    return held;
  }

  /** Waits until a read of this key, or of any without one, sees all writes called before it. */
  settled(key?: EncodedKey): MaybePromise<void> {
    if (this.#validating.size > 0) {
      return Promise.allSettled(this.#validating).then(() => this.settled(key));
    }
    if (this.#gatheringKeys.has(key)) {
      if (this.#running) return this.#running.then(() => this.settled(key));
      this.#flush();
    }
    if (this.#running && this.#runningKeys.has(key)) return this.#running.then(() => this.settled(key));
  }

  #flush(): void {
    if (this.#running || this.#gathering.length === 0) return;
    const units = this.#gathering;
    this.#gathering = [];
    this.#runningKeys = this.#gatheringKeys;
    this.#gatheringKeys = new KeySet();
    const outcome = run(this.#settle(units));
    if (outcome instanceof Promise)
      this.#running = outcome.finally(() => {
        this.#running = undefined;
        this.#flush();
      });
  }

  /** Commits units together, and if that fails one by one. Never throws. */
  *#settle(units: readonly Waiting[]): Steps<void> {
    try {
      yield* this.#commit(units);
    } catch (error) {
      if (units.length > 1 && isOfOne(error)) for (const unit of units) yield* this.#settle([unit]);
      else for (const { reject } of units) reject(error);
    }
  }

  *#commit(units: readonly Waiting[]): Steps<void> {
    const { codec, commit, now: clock, upkeep } = this.#options;
    for (;;) {
      const now = clock();
      const checks: Check[] = [];
      const operations: Operation[] = [];
      for (const { unit } of units)
        for (const operation of unit.operations) operations.push("structures" in operation ? codec.refresh(operation) : operation);
      const extra = upkeep(now, operations.length);
      if (extra) operations.push(...extra.operations);
      const save = codec.save();
      if (save) {
        checks.push(save.check);
        operations.push(save.operation);
      }
      const result = yield* step(commit({ now, checks, operations }));
      save?.settle(result);
      if (result.ok) {
        let from = 0;
        for (const { unit, resolve } of units) from = finish(unit, result, from, resolve);
        if (extra) finish(extra, result, from);
        return;
      }
      // The only check is that nobody else saved structures meanwhile: take theirs, and pack anew what relied on ours.
      yield* step(codec.load());
    }
  }
}

/** Whether an error may be the fault of one unit, and not the state of the store. */
function isOfOne(error: unknown): boolean {
  return !isCacheError(error) || error.code === "CACHE_FULL" || error.code === "CACHE_UNSUPPORTED";
}

function fail(error: unknown): never {
  throw error;
}

/** Hands a unit its part of a commit's result; returns where the next unit's part begins. */
function finish<T>(unit: Unit<T>, result: CommitResult & { ok: true }, from: number, resolve?: (answer: T) => void): number {
  const end = from + unit.operations.length;
  const { counts, trimmed: all } = result;
  const trimmed = all.length === 0 ? all : all.filter(({ operation }) => operation >= from && operation < end);
  const answer = unit.done(counts, from, trimmed);
  resolve?.(answer);
  return end;
}
