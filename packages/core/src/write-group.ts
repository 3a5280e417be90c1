import type { EncodedKey } from "./entry.ts";
import type { Operation, Trimmed } from "./operation.ts";
import type { ValueOperation } from "./value-codec.ts";

/** What one call of a verb wants written: as a whole, whatever other calls it shares a commit with. */
export interface Unit<T> {
  readonly operations: readonly (Operation | ValueOperation)[];
  /** Called once it is committed. Makes the verb's answer from the counts of its operations, which begin at `from`, and its trims. */
  readonly done: (counts: readonly number[], from: number, trimmed: readonly Trimmed[]) => T;
}

/** The keys that a unit writes: reads of them wait. `undefined` when it may write any. */
export type WrittenKeys = readonly EncodedKey[] | undefined;

/** A unit on its way. */
export interface Slot {
  /** Absent while it is still being made, as when a schema takes its time. */
  unit: Unit<unknown> | undefined;
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** A slot whose unit is there. */
export type ReadySlot = Slot & { readonly unit: Unit<unknown> };

/** Units that share a commit, and the hashes of the keys they write; a collision makes a read wait for nothing, and does no other harm. */
export class WriteGroup {
  readonly slots: Slot[] = [];
  /** Whether what is written from now on goes to the next group. */
  isClosed = false;
  readonly #hashes = new Set<number>();
  #writesAny = false;
  #settled: PromiseWithResolvers<void> | undefined;

  /** Settles when the group's commit has, whatever became of it. */
  get settled(): Promise<void> {
    this.#settled ??= Promise.withResolvers();
    return this.#settled.promise;
  }

  /** Whether somebody waits for it. */
  get isAwaited(): boolean {
    return this.#settled !== undefined;
  }

  get isReady(): boolean {
    return this.slots.every(({ unit }) => unit !== undefined);
  }

  add(slot: Slot, keys: WrittenKeys): void {
    this.slots.push(slot);
    if (keys) for (const key of keys) this.#hashes.add(hashOf(key));
    else this.#writesAny = true;
  }

  /** Whether it writes one of these keys; without any, whether it writes at all. */
  writes(keys: WrittenKeys): boolean {
    return this.#writesAny || (keys ? keys.some((key) => this.#hashes.has(hashOf(key))) : this.#hashes.size > 0);
  }

  settle(): void {
    this.#settled?.resolve();
  }
}

/** FNV-1a: keys are short, and nothing is lost when two have the same hash. */
function hashOf(key: EncodedKey): number {
  let hash = 0x811c9dc5;
  for (const byte of key) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash;
}
