/** Writes a number below 2⁴⁸ in six bytes. */
export function writeNumber(target: Uint8Array, at: number, number: number): void {
  const high = Math.floor(number / 2 ** 32);
  target[at] = high >>> 8;
  target[at + 1] = high;
  target[at + 2] = number >>> 24;
  target[at + 3] = number >>> 16;
  target[at + 4] = number >>> 8;
  target[at + 5] = number;
}

/** Reads a number of six bytes. */
export function readNumber(source: Uint8Array, at: number): number {
  let number = 0;
  for (let place = at; place < at + 6; place++) number = number * 256 + (source[place] ?? 0);
  return number;
}
