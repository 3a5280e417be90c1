import { byteHash } from "./byte-hash.ts";
import type { EncodedKey } from "./entry.ts";
import type { Unit, Written } from "./unit.ts";

/** A unit on its way. */
export interface Slot {
  /** Absent while it is still being made, as when a schema takes its time. */
  unit: Unit<unknown> | undefined;
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** A slot whose unit is there. */
export type ReadySlot = Slot & { unit: Unit<unknown> };

/** Units that share a commit, and the hashes of the keys they write; a collision makes a read wait for nothing, and does no other harm. */
export class WriteGroup {
  readonly slots: Slot[] = [];
  /** Whether what is written from now on goes to the next group. */
  isClosed = false;
  /** What isn't among the hashes yet: hardly any group is ever asked for them. */
  readonly #unhashed: Written[] = [];
  readonly #hashes = new Set<number>();
  readonly #tables = new Set<number>();
  readonly #wholeTables = new Set<number>();
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

  add(slot: Slot, written: readonly Written[]): void {
    this.slots.push(slot);
    for (const one of written) this.#unhashed.push(one);
  }

  /** Whether it writes one of these keys of a table; without any, whether it writes to the table at all. */
  writes(table: number, keys: readonly EncodedKey[] | undefined): boolean {
    this.#hash();
    if (!this.#tables.has(table)) return false;
    return !keys || this.#wholeTables.has(table) || keys.some((key) => this.#hashes.has(byteHash(key, table)));
  }

  #hash(): void {
    for (const { table, keys } of this.#unhashed.splice(0)) {
      this.#tables.add(table);
      if (keys) for (const key of keys) this.#hashes.add(byteHash(key, table));
      else this.#wholeTables.add(table);
    }
  }

  settle(): void {
    this.#settled?.resolve();
  }
}
