import type { EncodedKey } from "./entry.ts";
import type { Check, Operation, Trimmed } from "./operation.ts";
import type { MaybePromise } from "./store.ts";
import type { ValueOperation } from "./value-codec.ts";

/** What one call of a verb wants written: as a whole, whatever other calls it shares a commit with. */
export interface Unit<T> {
  readonly operations: readonly (Operation | ValueOperation)[];
  /** What must be true right before its operations. */
  readonly checks?: readonly Check[] | undefined;
  /** Whether it is of a migration down, which alone may write to a table that is declared differently by now. */
  readonly isMigration?: boolean | undefined;
  /** From this moment on something it relies on has expired: as a check that fails. Epoch milliseconds. */
  readonly before?: number | undefined;
  /** Makes the verb's answer from the counts of its operations, which begin at `from`, and its trims. Called once it is committed. */
  readonly done: (counts: readonly number[], from: number, trimmed: readonly Trimmed[], version: number) => T;
  /** Counts and tells listeners what `done` has found. Apart from it, as within a transaction it waits for the commit. */
  readonly told?: (() => void) | undefined;
}

/** The rows that a unit writes: reads of them wait. */
export interface Written {
  readonly table: number;
  /** `undefined` when it may be any of the table. */
  readonly keys: readonly EncodedKey[] | undefined;
}

/** Something that every commit of some kind relies on, and others may have changed. */
export interface Premise {
  readonly check: Check;
  /** What the commit must write for it. */
  readonly operation?: Operation;
  readonly settle?: (version: number) => void;
  /** Looks at what others have made of it. */
  readonly refresh: () => MaybePromise<void>;
}
