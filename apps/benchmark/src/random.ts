/** Scrambles 32 bits one to one: different numbers stay different. The finalizer of MurmurHash3. */
export function scramble(number: number): number {
  let bits = number | 0;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}

/** A sequence of numbers from 0 up to, not including, 1, which the seed alone decides. Weyl steps through {@link scramble}. */
export function randomFrom(seed: number): () => number {
  let state = scramble(seed);
  return () => {
    state = (state + 0x9e3779b9) | 0;
    return scramble(state) / 2 ** 32;
  };
}

/** `count` whole numbers from 0 up to, not including, `below`. */
export function randomNumbers(seed: number, count: number, below: number): number[] {
  const random = randomFrom(seed);
  return Array.from({ length: count }, () => Math.floor(random() * below));
}
