import { MaxHeap } from "./max-heap.ts";

/**
 * How many of the requests can find their key at best in a cache of a size: in one that knows what will come, and forgets what is needed last
 * (L. A. Bélády, "A study of replacement algorithms for a virtual-storage computer", IBM Systems Journal 5 (2), 1966). It need not keep what
 * it was asked for just now, so no policy comes above it.
 */
export function optimumHits(keys: readonly number[], size: number): number {
  const nextUses = nextUsesOf(keys);
  const kept = new Set<number>();
  // When each of the kept ones is needed next. Moments that have gone by stay in it, below those to come, which alone matter.
  const uses = new MaxHeap();
  let hits = 0;
  for (const [at, key] of keys.entries()) {
    if (kept.has(key)) hits++;
    const next = nextUses[at];
    if (next === undefined) kept.delete(key);
    else {
      kept.add(key);
      uses.push(next);
      if (kept.size > size) kept.delete(keys[uses.pop() ?? 0] ?? 0);
    }
  }
  return hits;
}

/** Of each request, the place of the next one for the same key; `undefined` of the last. */
function nextUsesOf(keys: readonly number[]): (number | undefined)[] {
  const nextUses: (number | undefined)[] = [];
  const seen = new Map<number, number>();
  for (let at = keys.length - 1; at >= 0; at--) {
    const key = keys[at] ?? 0;
    nextUses[at] = seen.get(key);
    seen.set(key, at);
  }
  return nextUses;
}
