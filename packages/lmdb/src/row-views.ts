/** How many views are kept, and how far into the buffer they may end. */
const MAX_VIEWS = 4096;
const MAX_VIEW_END = 4096;

/**
 * Views of one buffer, kept to be given again. The engine puts every row it reads at the same place, so rows of the same shape and length
 * share their view; and what a decoder attaches to the view, such as a `DataView`, is made once.
 */
export class RowViews {
  #buffer: ArrayBufferLike | undefined;
  readonly #views = new Map<number, Uint8Array>();

  /** A view of the bytes from `start` on, valid until the buffer is written anew. */
  readonly view = (bytes: Uint8Array, start: number): Uint8Array => {
    const { buffer, byteOffset, length } = bytes;
    if (length > MAX_VIEW_END) return new Uint8Array(buffer, byteOffset + start, length - start);
    if (this.#buffer !== buffer || this.#views.size > MAX_VIEWS) {
      this.#views.clear();
      this.#buffer = buffer;
    }
    const place = start * MAX_VIEW_END + length;
    let view = this.#views.get(place);
    if (view === undefined) this.#views.set(place, (view = new Uint8Array(buffer, byteOffset + start, length - start)));
    return view;
  };
}
