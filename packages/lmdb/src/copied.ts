/** What a piece of memory holds; longer copies get memory of their own. */
const PIECE_BYTES = 16 * 1024;
const SHARED_BYTES = 2 * 1024;

/** Up to this length a loop copies bytes faster than a call does. */
const SHORT_BYTES = 48;

/** Memory for many small copies, of one page or of several small ones: a view of a shared piece costs a fraction of an array of its own. */
let piece: Uint8Array<ArrayBuffer> = new Uint8Array();
let used = 0;

/** A copy of `source[start … end)`. The source must be a `Buffer`, as all of the engine's buffers are. */
export function copied(source: Uint8Array, start: number, end: number): Uint8Array {
  const length = end - start;
  if (length > SHARED_BYTES) return copyInto(Buffer.allocUnsafeSlow(length), source, start, end, 0);
  if (used + length > piece.length) {
    piece = Buffer.allocUnsafeSlow(PIECE_BYTES);
    used = 0;
  }
  const at = used;
  used += length;
  return copyInto(piece, source, start, end, at);
}

/** The view is a plain one: a `Buffer`'s `slice`, for one, doesn't do what callers expect of bytes. */
function copyInto(target: Uint8Array<ArrayBuffer>, source: Uint8Array, start: number, end: number, at: number): Uint8Array {
  const length = end - start;
  if (length > SHORT_BYTES) Buffer.prototype.copy.call(source, target, at, start, end);
  // The loop stays within the array.
  else for (let offset = 0; offset < length; offset++) target[at + offset] = source[start + offset] as number;
  return new Uint8Array(target.buffer, at, length);
}
