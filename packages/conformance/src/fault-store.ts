import type {
  Batch,
  Capabilities,
  CommitResult,
  EncodedKey,
  FoundRow,
  Page,
  RangeQuery,
  StoredEntry,
  SyncStore,
  Usage,
} from "@cache/core/spi";
import { AssertionError } from "./assert.ts";

type SyncCapabilities = Capabilities & { readonly sync: true };

/** Faults to inject into a store: each replaces one method and may ask the sound store for its answer. */
export interface Faults {
  readonly get?: (sound: SyncStore, table: number, key: EncodedKey) => StoredEntry | undefined;
  readonly getMany?: (sound: SyncStore, table: number, keys: readonly EncodedKey[]) => readonly (StoredEntry | undefined)[];
  readonly getBy?: (sound: SyncStore, table: number, index: number, entry: Uint8Array) => FoundRow | undefined;
  readonly range?: (sound: SyncStore, table: number, query: RangeQuery) => Page;
  readonly usage?: (sound: SyncStore, table: number) => Usage;
  /** Also called for the asynchronous `commit`. */
  readonly commit?: (sound: SyncStore, batch: Batch) => CommitResult;
  /** Also called for the asynchronous `flush`. */
  readonly flush?: (sound: SyncStore) => void;
  readonly close?: (sound: SyncStore) => void;
}

/** More calls than any scenario makes: something that a fault has made endless. */
const MAX_CALLS = 5000;

/** A store that does what another does, but for the faults injected. A broken one doesn't run for ever. */
export class FaultStore implements SyncStore {
  readonly name: string;
  readonly capabilities: SyncCapabilities;
  readonly #sound: SyncStore;
  readonly #faults: Faults;
  #calls = 0;

  constructor(sound: SyncStore, faults: Faults) {
    this.name = sound.name;
    this.capabilities = sound.capabilities;
    this.#sound = sound;
    this.#faults = faults;
  }

  open(): void {
    this.#sound.open();
  }

  close(): void {
    this.closeSync();
  }

  closeSync(): void {
    if (this.#faults.close) this.#faults.close(this.#sound);
    else this.#sound.closeSync();
  }

  destroy(): void {
    void this.#sound.destroy();
  }

  get(table: number, key: EncodedKey): StoredEntry | undefined {
    return this.#faults.get ? this.#faults.get(this.#sound, table, key) : this.#sound.get(table, key);
  }

  getMany(table: number, keys: readonly EncodedKey[]): readonly (StoredEntry | undefined)[] {
    return this.#faults.getMany ? this.#faults.getMany(this.#sound, table, keys) : this.#sound.getMany(table, keys);
  }

  getBy(table: number, index: number, entry: Uint8Array): FoundRow | undefined {
    if (this.#faults.getBy) return this.#faults.getBy(this.#sound, table, index, entry);
    return this.#sound.getBy(table, index, entry);
  }

  range(table: number, query: RangeQuery): Page {
    this.#countCall();
    return this.#faults.range ? this.#faults.range(this.#sound, table, query) : this.#sound.range(table, query);
  }

  usage(table: number): Usage {
    return this.#faults.usage ? this.#faults.usage(this.#sound, table) : this.#sound.usage(table);
  }

  commit(batch: Batch): CommitResult {
    return this.commitSync(batch);
  }

  commitSync(batch: Batch): CommitResult {
    this.#countCall();
    return this.#faults.commit ? this.#faults.commit(this.#sound, batch) : this.#sound.commitSync(batch);
  }

  flush(): void {
    this.flushSync();
  }

  flushSync(): void {
    if (this.#faults.flush) this.#faults.flush(this.#sound);
    else this.#sound.flushSync();
  }

  #countCall(): void {
    if (++this.#calls > MAX_CALLS) throw new AssertionError("the store is called without end");
  }
}
