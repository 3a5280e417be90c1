import { setImmediate as nextTurn } from "node:timers/promises";
import { expect, test } from "vitest";
import { mapAhead } from "../src/map-ahead.ts";

/** Work that a test ends piece by piece. */
class Pieces {
  readonly started: number[] = [];
  readonly #ends = new Map<number, { resolve: (result: number) => void; reject: (error: Error) => void }>();

  work = (piece: number): Promise<number> => {
    this.started.push(piece);
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    this.#ends.set(piece, { resolve, reject });
    return promise;
  };

  async end(piece: number): Promise<void> {
    this.#ends.get(piece)?.resolve(piece * 10);
    await nextTurn();
  }

  async fail(piece: number): Promise<void> {
    this.#ends.get(piece)?.reject(new Error(`piece ${piece}`));
    await nextTurn();
  }
}

test("results come in the order of the items, however the work ends", async () => {
  const pieces = new Pieces();
  const results = Array.fromAsync(mapAhead([0, 1, 2, 3], pieces.work, { concurrency: 4 }));
  await nextTurn();
  for (const piece of [2, 0, 3, 1]) await pieces.end(piece);
  expect(await results).toEqual([0, 10, 20, 30]);
});

test("no more is under way than allowed, and no more waits for the reader", async () => {
  const pieces = new Pieces();
  const reading = mapAhead([0, 1, 2, 3, 4, 5, 6], pieces.work, { concurrency: 2, ahead: 4 });
  const first = reading.next();
  await nextTurn();
  expect(pieces.started).toEqual([0, 1]);
  await pieces.end(1);
  expect(pieces.started).toEqual([0, 1, 2]);
  await pieces.end(2);
  await pieces.end(3);
  expect(pieces.started, "0 is still under way, and three results wait behind it").toEqual([0, 1, 2, 3]);
  await pieces.end(0);
  expect(await first).toEqual({ done: false, value: 0 });
  await nextTurn();
  expect(pieces.started).toEqual([0, 1, 2, 3, 4]);
  await pieces.end(4);
  await reading.return();
});

test("a reader that leaves ends the source, and work under way is waited for", async () => {
  const pieces = new Pieces();
  let isSourceEnded = false;
  async function* source(): AsyncGenerator<number> {
    try {
      for (let item = 0; ; item++) yield item;
    } finally {
      isSourceEnded = true;
    }
  }
  const reading = mapAhead(source(), pieces.work, { concurrency: 2 });
  const first = reading.next();
  await nextTurn();
  await pieces.end(0);
  await first;
  let hasLeft = false;
  const leaving = reading.return().then(() => (hasLeft = true));
  await nextTurn();
  expect(hasLeft).toBe(false);
  for (const piece of pieces.started) await pieces.end(piece);
  await leaving;
  expect(isSourceEnded).toBe(true);
});

test("what comes before a failure is given, then the failure is thrown", async () => {
  const pieces = new Pieces();
  const reading = mapAhead([0, 1, 2], pieces.work, { concurrency: 3 });
  const first = reading.next();
  await nextTurn();
  await pieces.fail(1);
  await pieces.end(2);
  await pieces.end(0);
  expect((await first).value).toBe(0);
  await expect(reading.next()).rejects.toThrow("piece 1");
});

test("a source that fails is heard of after all that it gave", async () => {
  async function* source(): AsyncGenerator<number> {
    yield 1;
    throw new Error("source");
  }
  const given: number[] = [];
  const reading = async (): Promise<void> => {
    for await (const result of mapAhead(source(), async (item) => item, { concurrency: 8 })) given.push(result);
  };
  await expect(reading()).rejects.toThrow("source");
  expect(given).toEqual([1]);
});
