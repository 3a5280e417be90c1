import type { Batch, Check, CommitResult, Operation, Trimmed } from "./operation.ts";
import type { Premise, Unit } from "./unit.ts";
import type { ValueCodec } from "./value-codec.ts";
import type { ReadySlot } from "./write-group.ts";

/** What drafts need of the cache. */
export interface DraftOptions {
  readonly now: () => number;
  /** Upkeep that may go with a commit. */
  readonly upkeep: (now: number, operations: readonly Operation[]) => readonly Unit<void>[];
  /** What a unit relies on besides record structures; throws when its tables can't be written. */
  readonly premise: (unit: Unit<unknown>) => Premise | undefined;
}

/** Where a unit stands in the way of a batch. */
export interface Blocked {
  readonly unit: number;
  /** The position of its check; −1 for `before`. */
  readonly position: number;
  readonly failed: number;
  readonly error?: { readonly reason: unknown };
}

/** A batch made of units, and what is to become of its outcome. */
export class Draft {
  readonly batch: Batch;
  readonly premises: Premise[] = [];
  /** The first unit that need not even be tried. */
  blocked: Blocked | undefined;
  readonly #slots: readonly ReadySlot[];
  readonly #extra: readonly Unit<void>[];
  readonly #answers: unknown[] = [];

  constructor(slots: readonly ReadySlot[], { now: clock, upkeep, premise: premiseOf }: DraftOptions) {
    const now = clock();
    const operations: Operation[] = [];
    const checks: Check[] = [];
    const codecs = new Set<ValueCodec>();
    let shared: Premise | undefined;
    let lastCodec: ValueCodec | undefined;
    for (let at = 0; at < slots.length; at++) {
      // The loop stays within the list.
      const { unit } = slots[at] as ReadySlot;
      try {
        shared = premiseOf(unit) ?? shared;
      } catch (reason) {
        this.blocked ??= { unit: at, position: -1, failed: -1, error: { reason } };
      }
      if (unit.before !== undefined && now >= unit.before) this.blocked ??= { unit: at, position: -1, failed: -1 };
      if (unit.checks) for (const check of unit.checks) checks.push(check);
      for (const operation of unit.operations) {
        if ("codec" in operation) {
          if (operation.codec !== lastCodec) codecs.add((lastCodec = operation.codec));
          operations.push(operation.codec.refresh(operation));
        } else operations.push(operation);
      }
    }
    if (shared) this.premises.push(shared);
    this.#slots = slots;
    this.#extra = upkeep(now, operations);
    for (const { operations: more } of this.#extra) operations.push(...more);
    for (const codec of codecs) {
      const save = codec.save();
      if (save) this.premises.push(save);
    }
    for (const { operation } of this.premises) if (operation) operations.push(operation);
    this.batch = { now, checks: [...this.premises.map(({ check }) => check), ...checks], operations };
  }

  /** Which unit's check has a position in the batch. */
  checkAt(failed: number): Blocked {
    let position = failed - this.premises.length;
    for (const [unit, slot] of this.#slots.entries()) {
      const { length } = slot.unit.checks ?? [];
      if (position < length) return { unit, position, failed };
      position -= length;
    }
    throw new Error("a store says that a check failed which it wasn't given");
  }

  /** Takes note of what a commit has done, and tells listeners; who called is told by `settle`. */
  committed(result: Committed): void {
    for (const { settle } of this.premises) settle?.(result.version);
    let from = this.#slots.reduce((sum, { unit }) => sum + unit.operations.length, 0);
    for (const unit of this.#extra) {
      answerOf(unit, result, from);
      from += unit.operations.length;
    }
    from = 0;
    for (const { unit } of this.#slots) {
      this.#answers.push(answerOf(unit, result, from));
      from += unit.operations.length;
      unit.told?.();
    }
    for (const unit of this.#extra) unit.told?.();
  }

  /** Hands all units their answers. */
  settle(): void {
    for (const [at, { resolve }] of this.#slots.entries()) resolve(this.#answers[at]);
  }
}

const none: readonly Trimmed[] = [];

type Committed = CommitResult & { readonly ok: true };

/** What a unit makes of its part of a commit's result, which begins at `from`. */
function answerOf<T>(unit: Unit<T>, { counts, trimmed: all, version }: Committed, from: number): T {
  const end = from + unit.operations.length;
  // In the order of the operations: those of most units come before any trim.
  const trimmed = (all[0]?.operation ?? end) >= end ? none : all.filter(({ operation }) => operation >= from && operation < end);
  return unit.done(counts, from, trimmed, version);
}
