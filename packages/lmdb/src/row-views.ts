/** How far into the buffer kept views may begin and end. */
const MAX_VIEW_START = 64;
const MAX_VIEW_END = 2048;

/**
 * Views of one buffer, kept to be given again. The engine puts every row it reads at the same place, so rows of the same shape and length
 * share their view; and what a decoder attaches to the view, such as a `DataView`, is made once.
 */
export class RowViews {
  #buffer: ArrayBufferLike | undefined;
  /** By start, then by end. */
  #views: Uint8Array[][] = [];

  /** A view of the bytes from `start` on, valid until the buffer is written anew. */
  readonly view = (bytes: Uint8Array, start: number): Uint8Array => {
    const { buffer, length } = bytes;
    if (length >= MAX_VIEW_END || start >= MAX_VIEW_START) return new Uint8Array(buffer, bytes.byteOffset + start, length - start);
    if (this.#buffer !== buffer) {
      this.#buffer = buffer;
      this.#views = Array.from({ length: MAX_VIEW_START }, () => []);
    }
    const sameStart = this.#views[start] ?? [];
    return (sameStart[length] ??= new Uint8Array(buffer, bytes.byteOffset + start, length - start));
  };
}
