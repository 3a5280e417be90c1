import type { Engine } from "./engine.ts";
import { EngineKey, type FoundKey, keyEncoder } from "./engine-key.ts";
import { engineError, native, type NativeCursor } from "./native.ts";

/** The flag that has a cursor read the snapshot of the turn. */
const RENEW = 0x2000;

/** Where in the key buffer a found key begins. */
const FOUND_START = 32;

/**
 * A cursor that is kept, to look for single lines from some key on: an iteration of lmdb-js is made of a dozen objects and takes twice as long
 * to begin. Reading rows meanwhile doesn't disturb it. Not for use within a transaction that writes.
 */
export class LineCursor {
  readonly #engine: Engine;
  readonly #found: FoundKey = { bytes: new Uint8Array(), start: FOUND_START, end: FOUND_START };
  #cursor: NativeCursor | undefined;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /** The key of the first line from `key` on, valid until the engine's next call. */
  from(key: EngineKey): FoundKey | undefined {
    this.#engine.ensureReadTxn();
    const { address } = (this.#cursor ??= this.#open());
    return this.#at(native.position(address, RENEW, 0, keyEncoder.writeKey(key, this.#found.bytes, 0), 0));
  }

  #open(): NativeCursor {
    // Any key that is found shows where the buffer is, and at least that of the format is there.
    const start = new EngineKey();
    for (const { bytes } of this.#engine.getKeys({ start, exclusiveStart: false, inclusiveEnd: false, reverse: false, limit: 1 }))
      this.#found.bytes = bytes;
    return new native.Cursor(this.#engine.db, 0);
  }

  #at(length: number): FoundKey | undefined {
    if (length < 0) throw engineError(length);
    if (length === 0) return undefined;
    this.#found.end = FOUND_START + length;
    return this.#found;
  }
}
