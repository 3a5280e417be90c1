/** How many of the requests find their key in a cache that forgets exactly what came in the longest time ago. */
export function exactFifoHits(keys: readonly number[], size: number): number {
  const kept = new Set<number>();
  const ring: number[] = [];
  let arrivals = 0;
  let hits = 0;
  for (const key of keys) {
    if (kept.has(key)) {
      hits++;
      continue;
    }
    const at = arrivals++ % size;
    const oldest = ring[at];
    if (oldest !== undefined) kept.delete(oldest);
    ring[at] = key;
    kept.add(key);
  }
  return hits;
}
