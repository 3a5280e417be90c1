/** The longest byte string that is copied, in bytes. Copying a longer one would cost more than it saves. */
const MAX_BYTES = 256;

/**
 * A place from which a statement takes one of its parameters. A small byte string that was just made takes about as long to hand over as the
 * engine takes to find a row: V8 must first move it out of its own heap. So it is copied to where others were handed over before. The engine
 * makes a copy of its own, so that the place is free again after the call.
 */
export class BoundBytes {
  readonly #memory: Buffer = Buffer.allocUnsafeSlow(MAX_BYTES);
  /** By length: each is handed over more than once. */
  readonly #views: (Buffer | undefined)[] = Array<undefined>(MAX_BYTES + 1).fill(undefined);

  /** Room for so many bytes, valid until the next use. */
  room(length: number): Buffer {
    if (length > MAX_BYTES) return Buffer.allocUnsafe(length);
    return (this.#views[length] ??= this.#memory.subarray(0, length));
  }

  /** The same bytes, as the engine takes them soonest. */
  of(bytes: Uint8Array): Uint8Array {
    if (bytes.length > MAX_BYTES) return bytes;
    const view = this.room(bytes.length);
    view.set(bytes);
    return view;
  }
}

/** For the key of a row. */
export const boundKey: BoundBytes = new BoundBytes();
/** For a row's list of index entries. */
export const boundList: BoundBytes = new BoundBytes();
/** For the lower bound of a range. */
export const boundLow: BoundBytes = new BoundBytes();
/** For the upper bound of a range. */
export const boundHigh: BoundBytes = new BoundBytes();
