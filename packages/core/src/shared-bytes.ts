/** What a piece of memory holds; what is longer than a part of it gets memory of its own. */
const PIECE_BYTES = 4096;
const SHARED_BYTES = 512;

let piece = new ArrayBuffer(0);
let used = 0;

/**
 * Memory to write so many bytes to. Short byte strings lie in it one after the other: an array of its own for each takes twice the memory, and
 * longer to be collected. One that is kept keeps all that it lies among.
 */
export function sharedBytes(length: number): Uint8Array {
  if (length > SHARED_BYTES) return new Uint8Array(length);
  if (used + length > piece.byteLength) {
    piece = new ArrayBuffer(PIECE_BYTES);
    used = 0;
  }
  const bytes = new Uint8Array(piece, used, length);
  used += length;
  return bytes;
}
