/** The longest copies that have a place, in bytes. */
const MAX_BYTES = 256;

/** Copies of short byte strings, each made where the last one of its length was: to make an array takes ten times as long as to fill it. */
export class KeptCopies {
  readonly #places: Uint8Array[] = [];

  /** A copy of `bytes[start … end)`, valid until the next of the same length. */
  of(bytes: Uint8Array, start: number, end: number): Uint8Array {
    const length = end - start;
    const copy = length > MAX_BYTES ? new Uint8Array(length) : (this.#places[length] ??= new Uint8Array(length));
    // The caller has compared both ends with the bytes.
    for (let at = 0; at < length; at++) copy[at] = bytes[start + at] as number;
    return copy;
  }
}
