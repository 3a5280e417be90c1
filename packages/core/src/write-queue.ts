import { countTogether } from "./batching.ts";
import { run, step, type Steps } from "./continuation.ts";
import { Draft, type DraftOptions } from "./draft.ts";
import { CacheError, isCacheError } from "./errors.ts";
import type { EncodedKey } from "./entry.ts";
import type { Batch, CommitResult } from "./operation.ts";
import type { MaybePromise } from "./store.ts";
import type { Unit, Written } from "./unit.ts";
import { type ReadySlot, type Slot, WriteGroup } from "./write-group.ts";

/** How often a commit may find that others have changed what it relies on: more often than there can be record structures. */
const MAX_CONFLICTS = 64;

/** What a queue needs of the cache it writes for. */
export interface WriteQueueOptions extends DraftOptions {
  readonly commit: (batch: Batch) => MaybePromise<CommitResult>;
  /** What a commit leaves to be done before its callers hear of it, in commits of its own. */
  readonly follow: () => Steps<void> | undefined;
  /** What to try instead of a unit whose check failed, or throws. `position` is the check's, −1 for `before`. */
  readonly refused: (unit: Unit<unknown>, position: number) => MaybePromise<Unit<unknown>>;
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

  /** How many units wait for their commit. */
  get waiting(): number {
    return this.#groups.reduce((sum, { slots }) => sum + slots.length, 0);
  }

  /** Queues a unit; the promise settles with its commit. A unit that is promised has its place from now on. */
  add<T>(written: readonly Written[], unit: MaybePromise<Unit<T>>): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    // The unit's `done` makes the answer, so it is a T.
    const slot: Slot = { unit: undefined, resolve: resolve as (answer: unknown) => void, reject };
    const group = this.#gathering(unit instanceof Promise);
    group.add(slot, written);
    if (unit instanceof Promise) void this.#fill(group, slot, unit);
    else slot.unit = unit;
    return promise;
  }

  /** Commits a unit at once, for the synchronous face. */
  addSync<T>(unit: Unit<T>): T {
    let answer: T | undefined;
    const resolve = (outcome: unknown): void => {
      // The unit's `done` makes the answer.
      answer = outcome as T;
    };
    // Nothing on this face makes a promise.
    void run(this.#settle([{ unit, resolve, reject: fail }]));
    return answer as T;
  }

  /** Waits until a read of these keys of a table, or of any without them, sees all writes called before it, and none called later. */
  settled(table: number, keys?: readonly EncodedKey[]): MaybePromise<void> {
    const group = this.#groups.findLast((one) => one.writes(table, keys));
    if (!group) return undefined;
    group.isClosed = true;
    this.#flush();
    return this.#groups.includes(group) ? group.settled : undefined;
  }

  /** Waits until the writes called so far are committed, or have failed. Later ones may be under way by then. */
  async drained(): Promise<void> {
    const settled = this.#groups.at(-1)?.settled;
    this.#flush();
    await settled;
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

  /** Commits units in as few batches as can be. Never throws on the asynchronous face. */
  *#settle(slots: readonly ReadySlot[]): Steps<void> {
    let start = 0;
    while (start < slots.length) {
      const count = slots.length === 1 ? 1 : countTogether(unitsOf(slots), start);
      start += yield* this.#settleTogether(slots.slice(start, start + count));
    }
  }

  /** Commits the first of some units together, and if that fails one by one; tells how many are settled. */
  *#settleTogether(slots: readonly ReadySlot[]): Steps<number> {
    try {
      return yield* this.#commit(slots);
    } catch (error) {
      if (slots.length > 1 && isOfOne(error)) for (const slot of slots) yield* this.#settleTogether([slot]);
      else for (const { reject } of slots) reject(error);
      return slots.length;
    }
  }

  /** Commits units together, or the first of them when a later one can't go with them; tells how many. */
  *#commit(slots: readonly ReadySlot[]): Steps<number> {
    let count = slots.length;
    for (let conflicts = 0; conflicts <= MAX_CONFLICTS; conflicts++) {
      const draft = new Draft(slots.slice(0, count), this.#options);
      const result = draft.blocked
        ? ({ ok: false, failed: draft.blocked.failed } as const)
        : yield* step(this.#options.commit(draft.batch));
      if (result.ok) {
        draft.committed(result);
        const rest = this.#options.follow();
        if (rest) yield* rest;
        draft.settle();
        return count;
      }
      const premise = draft.premises[result.failed];
      if (premise) {
        yield* step(premise.refresh());
        continue;
      }
      const { unit: at, position, error } = draft.blocked ?? draft.checkAt(result.failed);
      // Those before it go without it.
      if (at > 0) {
        count = at;
        continue;
      }
      const [slot] = slots;
      if (!slot) return count;
      try {
        if (error) throw error.reason;
        slot.unit = yield* step(this.#options.refused(slot.unit, position));
        count = 1;
      } catch (reason) {
        slot.reject(reason);
        return 1;
      }
    }
    throw conflict();
  }
}

function unitsOf(slots: readonly ReadySlot[]): readonly Unit<unknown>[] {
  return slots.map(({ unit }) => unit);
}

/** Whether an error may be the fault of one unit, and not the state of the store. */
function isOfOne(error: unknown): boolean {
  return !isCacheError(error) || error.code === "CACHE_FULL" || error.code === "CACHE_UNSUPPORTED";
}

function conflict(): CacheError {
  return new CacheError("CACHE_CONFLICT", `other writers changed what a commit relies on ${MAX_CONFLICTS} times in a row; try again`);
}

function fail(error: unknown): never {
  throw error;
}
