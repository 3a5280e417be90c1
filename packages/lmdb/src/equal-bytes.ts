/** Whether `found[start … end)` are the same as some bytes. */
export function equalBytes(found: Uint8Array, start: number, end: number, bytes: Uint8Array): boolean {
  const { length } = bytes;
  if (end - start !== length) return false;
  for (let at = 0; at < length; at++) if (found[start + at] !== bytes[at]) return false;
  return true;
}
