/** A hash of bytes (FNV-1a, 32 bits), begun from a number that tells apart what they are bytes of. For keys: they are short. */
export function byteHash(bytes: Uint8Array, seed: number): number {
  let hash = 0x811c9dc5 ^ seed;
  for (let at = 0; at < bytes.length; at++) hash = Math.imul(hash ^ (bytes[at] ?? 0), 0x01000193);
  return hash;
}
