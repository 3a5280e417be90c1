/** What two ordered sequences have at one place: an item of each, or of only one. */
export type Pair<A, B> = readonly [left: A, right: B] | readonly [left: A, right: undefined] | readonly [left: undefined, right: B];

/**
 * Walks through two sequences side by side and puts together what belongs together. Both must ascend by `compare`, without repetition. Holds
 * no more than one item of each, however long they are.
 */
export async function* pairUp<A extends object, B extends object>(
  left: AsyncIterable<A>,
  right: AsyncIterable<B>,
  compare: (a: A, b: B) => number,
): AsyncGenerator<Pair<A, B>, void, undefined> {
  const lefts = left[Symbol.asyncIterator]();
  const rights = right[Symbol.asyncIterator]();
  try {
    let a = await nextOf(lefts);
    let b = await nextOf(rights);
    while (a || b) {
      const order = a && b ? compare(a, b) : a ? -1 : 1;
      if (a && b && order === 0) yield [a, b];
      else if (a && order < 0) yield [a, undefined];
      else if (b) yield [undefined, b];
      if (order <= 0) a = await nextOf(lefts);
      if (order >= 0) b = await nextOf(rights);
    }
  } finally {
    await lefts.return?.();
    await rights.return?.();
  }
}

async function nextOf<T>(iterator: AsyncIterator<T>): Promise<T | undefined> {
  const { done, value } = await iterator.next();
  return done ? undefined : value;
}
