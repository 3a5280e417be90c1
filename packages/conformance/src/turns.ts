import { AssertionError } from "./assert.ts";

/** How long `until` waits, in milliseconds of the system's clock. */
const PATIENCE_MS = 10_000;

/** Lets the event loop turn once. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

/** Lets the event loop turn until a condition holds. Throws when it doesn't within ten seconds. */
export async function until(condition: () => unknown, what: string): Promise<void> {
  const end = performance.now() + PATIENCE_MS;
  while (!(await condition())) {
    if (performance.now() > end) throw new AssertionError(`expected, sooner or later: ${what}`);
    await turn();
  }
}

/** The answers of several calls made in one turn, on either face. */
export async function together<const T extends readonly unknown[]>(answers: T): Promise<{ -readonly [At in keyof T]: Awaited<T[At]> }> {
  return Promise.all(answers);
}

/** The most items an iteration may give before it counts as endless. */
const MAX_ITEMS = 100_000;

/** All that an iteration gives, on either face. */
export async function collect<T>(iteration: Iterable<T> | AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of iteration) {
    items.push(item);
    if (items.length > MAX_ITEMS) throw new AssertionError("an iteration has no end");
  }
  return items;
}
