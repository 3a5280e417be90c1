/** Bytes that come in chunks and go in pieces of other lengths. */
export class ByteQueue {
  readonly #chunks: Uint8Array[] = [];
  /** How many bytes of the first chunk are gone. */
  #gone = 0;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  push(chunk: Uint8Array): void {
    if (chunk.length === 0) return;
    this.#chunks.push(chunk);
    this.#length += chunk.length;
  }

  /** A copy of the next bytes, which stay; there must be as many. */
  peek(length: number): Uint8Array<ArrayBuffer> {
    const bytes = new Uint8Array(length);
    let from = this.#gone;
    let filled = 0;
    for (const chunk of this.#chunks) {
      if (filled === length) break;
      const part = chunk.subarray(from, from + length - filled);
      bytes.set(part, filled);
      filled += part.length;
      from = 0;
    }
    return bytes;
  }

  /** A copy of the next bytes, which are gone then. */
  take(length: number): Uint8Array<ArrayBuffer> {
    const bytes = this.peek(length);
    this.#length -= length;
    this.#gone += length;
    let whole = 0;
    for (const chunk of this.#chunks) {
      if (this.#gone < chunk.length) break;
      this.#gone -= chunk.length;
      whole++;
    }
    this.#chunks.splice(0, whole);
    return bytes;
  }
}
