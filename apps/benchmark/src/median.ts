/** The middle of some numbers, or the mean of the two in the middle. Throws a `TypeError` when there are none. */
export function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const above = sorted[Math.floor(sorted.length / 2)];
  const below = sorted[Math.floor((sorted.length - 1) / 2)];
  if (above === undefined || below === undefined) throw new TypeError("there is no median of nothing");
  return (below + above) / 2;
}
