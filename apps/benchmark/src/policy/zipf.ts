/**
 * Draws numbers from 0 up to, not including, `count`, of which number n comes with a probability that is as 1 ÷ (n + 1)^exponent: what requests
 * to the web do (L. Breslau et al., "Web caching and Zipf-like distributions", INFOCOM 1999). By inversion: a random number is looked up in the
 * table of cumulative weights (L. Devroye, "Non-uniform random variate generation", 1986, III.2).
 */
export function zipfFrom(random: () => number, count: number, exponent: number): () => number {
  const cumulative = new Float64Array(count);
  let sum = 0;
  for (let number = 0; number < count; number++) cumulative[number] = sum += (number + 1) ** -exponent;
  return () => firstAbove(cumulative, random() * sum);
}

/** Where the first of some ascending numbers is that is greater than `bound`; the last place when none is. */
function firstAbove(ascending: Float64Array, bound: number): number {
  let low = 0;
  let high = ascending.length - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ascending[middle] ?? 0) > bound) high = middle;
    else low = middle + 1;
  }
  return low;
}
