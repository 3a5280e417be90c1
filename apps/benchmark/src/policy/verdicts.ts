import type { HitRatios } from "./hit-ratios.ts";

/** How far `lru` may be from the exact one, in points of a hundred. */
const mostPoints = 1;

/** A sentence for each size of each trace at which `lru` is too far from what it stands for. */
export function lruMisses(results: readonly HitRatios[]): string[] {
  return results.flatMap(({ trace, size, percent }) => {
    const points = Math.abs(percent.lru - percent["exact lru"]);
    return points <= mostPoints ? [] : [`lru is ${points.toFixed(2)} points from exact LRU on ${trace} at ${size}`];
  });
}

/** In a sentence, how far `lru` is from exact LRU and how `s3fifo` does beside it. */
export function summary(results: readonly HitRatios[]): string {
  const furthest = Math.max(...results.map(({ percent }) => Math.abs(percent.lru - percent["exact lru"])));
  const gains = results.map(({ percent }) => Math.round((percent.s3fifo - percent["exact lru"]) * 100));
  const above = gains.filter((gain) => gain > 0).length;
  const below = gains.filter((gain) => gain < 0).length;
  return (
    `\`lru\` is at most ${furthest.toFixed(2)} points from exact LRU; \`s3fifo\` is above exact LRU in ${above} of ${results.length} cases, ` +
    `level in ${results.length - above - below}, below in ${below}.`
  );
}
