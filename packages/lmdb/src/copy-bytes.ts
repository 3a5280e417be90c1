/** Up to this length a loop copies bytes faster than a call of `set` does. */
const SHORT_BYTES = 48;

/** Writes bytes at a position of others; returns the position after them. */
export function copyBytes(source: Uint8Array, target: Uint8Array, at: number): number {
  const { length } = source;
  if (length > SHORT_BYTES) target.set(source, at);
  // The loop stays within the array.
  else for (let from = 0; from < length; from++) target[at + from] = source[from] as number;
  return at + length;
}
