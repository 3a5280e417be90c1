/** How far {@link mapAhead} runs ahead of its reader. */
export interface AheadOptions {
  /** The most pieces of work under way at once. */
  readonly concurrency: number;
  /** The most results, finished or not, that wait for the reader. At least `concurrency`; absent means the same. */
  readonly ahead?: number | undefined;
}

/**
 * Does asynchronous work on each of a source's items, several at once, and gives the results in the order of the items. Takes no more items
 * than the options allow, so a slow reader slows down the source. When the reader stops or something throws, work under way is waited for
 * before the generator ends: nothing goes on behind its back.
 */
export async function* mapAhead<T, R>(
  source: AsyncIterable<T> | Iterable<T>,
  work: (item: T) => Promise<R>,
  { concurrency, ahead = concurrency }: AheadOptions,
): AsyncGenerator<R, void, undefined> {
  const results: Promise<R>[] = [];
  let running = 0;
  let exhausted = false;
  let stopped = false;
  let wakeFeeder = nothing;
  let wakeReader = nothing;

  const mustWait = (): boolean => !stopped && (running >= concurrency || results.length >= ahead);

  const feed = async (): Promise<void> => {
    try {
      for await (const item of source) {
        while (mustWait()) await new Promise<void>((wake) => (wakeFeeder = wake));
        if (stopped) return;
        running++;
        const result = work(item).finally(() => {
          running--;
          wakeFeeder();
        });
        // The reader hears of a failure when its turn comes; until then it isn't unhandled.
        result.catch(nothing);
        results.push(result);
        wakeReader();
      }
    } finally {
      exhausted = true;
      wakeReader();
    }
  };

  const feeding = feed();
  feeding.catch(nothing);
  try {
    for (;;) {
      const [first] = results;
      if (first) {
        const result = await first;
        void results.shift();
        wakeFeeder();
        yield result;
      } else if (exhausted) break;
      else await new Promise<void>((wake) => (wakeReader = wake));
    }
    await feeding;
  } finally {
    stopped = true;
    wakeFeeder();
    await feeding.catch(nothing);
    await Promise.allSettled(results);
  }
}

function nothing(): void {}
