/** How many of the requests find their key in a cache that forgets exactly what was asked for the longest time ago. */
export function exactLruHits(keys: readonly number[], size: number): number {
  // A Map goes through its keys in the order in which they came.
  const kept = new Map<number, true>();
  let hits = 0;
  for (const key of keys) {
    if (kept.delete(key)) hits++;
    kept.set(key, true);
    if (kept.size <= size) continue;
    for (const oldest of kept.keys()) {
      kept.delete(oldest);
      break;
    }
  }
  return hits;
}
