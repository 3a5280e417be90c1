import { run, step, type Steps } from "./continuation.ts";
import { CacheError, isCacheError } from "./errors.ts";
import type { Batch, Check, CommitResult, Operation } from "./operation.ts";
import type { MaybePromise } from "./store.ts";
import type { ValueCodec } from "./value-codec.ts";
import { type ReadySlot, type Slot, type Unit, WriteGroup, type WrittenKeys } from "./write-group.ts";

/** How often a commit may find that others have saved record structures meanwhile: more often than there can be structures. */
const MAX_CONFLICTS = 64;

/** What a queue needs of the cache it writes for. */
export interface WriteQueueOptions {
  readonly codec: ValueCodec;
  readonly commit: (batch: Batch) => MaybePromise<CommitResult>;
  readonly now: () => number;
  /** Upkeep that may go with the next commit of so many operations. */
  readonly upkeep: (now: number, operations: number) => Unit<void> | undefined;
}

/**
 * Gathers the writes of one turn, and of the time a commit takes, into one commit, in the order of the calls. Each unit keeps its own
 * outcome: when a shared commit fails, its units are tried again one by one, so that only the culprit's caller hears of it.
 */
export class WriteQueue {
  readonly #options: WriteQueueOptions;
  /** The first may be running; the last may still gather. */
  readonly #groups: WriteGroup[] = [];
  #isRunning = false;

  constructor(options: WriteQueueOptions) {
    this.#options = options;
  }

  /** Whether no write is under way. */
  get idle(): boolean {
    return this.#groups.length === 0;
  }

  /** Queues a unit; the promise settles with its commit. A unit that is promised has its place from now on. */
  add<T>(keys: WrittenKeys, unit: MaybePromise<Unit<T>>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      // The unit's `done` makes the answer, so it is a T.
      const slot: Slot = { unit: undefined, resolve: resolve as (answer: unknown) => void, reject };
      const group = this.#gathering(unit instanceof Promise);
      group.add(slot, keys);
      if (unit instanceof Promise) void this.#fill(group, slot, unit);
      else slot.unit = unit;
    });
  }

  /** Commits a unit at once, for the synchronous face. */
  addSync<T>(unit: Unit<T>): T {
    let answer: T | undefined;
    const resolve = (outcome: unknown): void => {
      // The unit's `done` makes the answer.
      answer = outcome as T;
    };
    // Nothing on this face makes a promise.
    void run(this.#commit([{ unit, resolve, reject: fail }]));
    return answer as T;
  }

  /** Waits until a read of these keys, or of any without them, sees all writes called before it, and none called later. */
  settled(keys?: WrittenKeys): MaybePromise<void> {
    const group = this.#groups.findLast((one) => one.writes(keys));
    if (!group) return undefined;
    group.isClosed = true;
    this.#flush();
    return this.#groups.includes(group) ? group.settled : undefined;
  }

  /** Waits until no write is under way. */
  async drained(): Promise<void> {
    for (let group = this.#groups.at(-1); group; group = this.#groups.at(-1)) {
      const { settled } = group;
      this.#flush();
      await settled;
    }
  }

  /** The group that gathers. What waits for something gets one of its own, lest earlier writes wait with it. */
  #gathering(alone: boolean): WriteGroup {
    const last = this.#groups.at(-1);
    if (last && !last.isClosed && !alone) return last;
    const group = new WriteGroup();
    group.isClosed = alone;
    this.#groups.push(group);
    queueMicrotask(() => this.#flush());
    return group;
  }

  async #fill(group: WriteGroup, slot: Slot, promised: Promise<Unit<unknown>>): Promise<void> {
    try {
      slot.unit = await promised;
    } catch (error) {
      group.slots.length = 0;
      slot.reject(error);
    }
    this.#flush();
  }

  /** Starts the first group's commit, and those of the groups after it as long as none takes its time. */
  #flush(): void {
    for (let group = this.#groups[0]; group && !this.#isRunning && group.isReady; group = this.#groups[0]) {
      group.isClosed = true;
      this.#isRunning = true;
      // It is ready, so its slots have units.
      const outcome = run(this.#settle(group.slots as ReadySlot[]));
      if (outcome instanceof Promise) {
        void outcome.then(() => this.#finish());
        return;
      }
      if (group.isAwaited) {
        this.#finish();
        return;
      }
      this.#isRunning = false;
      this.#groups.shift();
    }
  }

  /** Lets those go on who waited for the running group; their reads come before the next group's commit. */
  #finish(): void {
    this.#groups.shift()?.settle();
    queueMicrotask(() => {
      this.#isRunning = false;
      this.#flush();
    });
  }

  /** Commits units together, and if that fails one by one. Never throws. */
  *#settle(units: readonly ReadySlot[]): Steps<void> {
    // A unit that was refused while it was made leaves nothing to commit.
    if (units.length === 0) return;
    try {
      yield* this.#commit(units);
    } catch (error) {
      if (units.length > 1 && isOfOne(error)) for (const unit of units) yield* this.#settle([unit]);
      else for (const { reject } of units) reject(error);
    }
  }

  *#commit(units: readonly ReadySlot[]): Steps<void> {
    const { codec, commit, now: clock, upkeep } = this.#options;
    for (let conflicts = 0; conflicts <= MAX_CONFLICTS; conflicts++) {
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
    throw new CacheError("CACHE_CONFLICT", `other writers changed the record structures ${MAX_CONFLICTS} times in a row; try again`);
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
