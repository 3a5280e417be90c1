import { INDEX_BYTES, TABLE_BYTES } from "./layout.ts";

/** The longest byte string that is copied, in bytes. Copying a longer one would cost more than it saves. */
const MAX_BYTES = 256;

const nothing = new Uint8Array();

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

  /** A row's key, as `rows` has it. */
  row(table: number, key: Uint8Array): Buffer {
    const view = this.room(TABLE_BYTES + key.length);
    view[0] = table >> 8;
    view[1] = table;
    view.set(key, TABLE_BYTES);
    return view;
  }

  /** An index line, or its beginning, as `index_lines` has it: an entry, and the key of its row. */
  line(table: number, index: number, entry: Uint8Array, key: Uint8Array = nothing): Buffer {
    const view = this.room(INDEX_BYTES + entry.length + key.length);
    view[0] = table >> 8;
    view[1] = table;
    view[2] = index >> 8;
    view[3] = index;
    view.set(entry, INDEX_BYTES);
    view.set(key, INDEX_BYTES + entry.length);
    return view;
  }
}

/** For the key of a row. */
export const boundKey: BoundBytes = new BoundBytes();
/** For the lower bound of a range. */
export const boundLow: BoundBytes = new BoundBytes();
/** For the upper bound of a range. */
export const boundHigh: BoundBytes = new BoundBytes();
