/** What a piece of memory holds; longer copies get memory of their own. */
const PIECE_BYTES = 16 * 1024;
const SHARED_BYTES = 2 * 1024;

/** Memory for the many small copies of one page: a view of a shared piece costs a fraction of an array of its own. */
export class Arena {
  #piece: Uint8Array | undefined;
  #used = 0;

  /** A copy of `source[start … end)`. The source must be a `Buffer`, as all of the engine's buffers are. */
  copy(source: Uint8Array, start: number, end: number): Uint8Array {
    const length = end - start;
    if (length > SHARED_BYTES) return copyInto(new Uint8Array(length), source, start, end, 0);
    if (!this.#piece || this.#used + length > PIECE_BYTES) {
      this.#piece = new Uint8Array(PIECE_BYTES);
      this.#used = 0;
    }
    const at = this.#used;
    this.#used += length;
    copyInto(this.#piece, source, start, end, at);
    return this.#piece.subarray(at, at + length);
  }
}

function copyInto(target: Uint8Array, source: Uint8Array, start: number, end: number, at: number): Uint8Array {
  Buffer.prototype.copy.call(source, target, at, start, end);
  return target;
}
