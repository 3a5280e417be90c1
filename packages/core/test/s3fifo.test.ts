import { expect, test } from "vitest";
import type { Budget, RankedRow, Ranking } from "../src/eviction/eviction-policy.ts";
import type { Place } from "../src/eviction/place.ts";
import { s3fifo } from "../src/eviction/s3fifo.ts";

const [small, main] = [0, 1];
const hundred: Budget = { maxEntries: 100, maxBytes: Number.POSITIVE_INFINITY };

function rowAt(place: Place, { hash = 1, hits = 0 } = {}): RankedRow {
  return { place, hash, hits, lastHit: hits > 0 ? place.position + 1 : 0 };
}

/** Tells a ranking of so many new rows. */
function fill(ranking: Ranking, queue: number, rows: number): void {
  for (let at = 0; at < rows; at++) ranking.stored?.({ queue, position: at, hits: 0 }, true);
}

/** Which queue loses rows first. */
function firstVictim(ranking: Ranking): number | undefined {
  return ranking.victims()[0]?.queue;
}

test("what is new waits in the small queue; what was read there twice goes on to the main one, and else goes", () => {
  const ranking = s3fifo.start(hundred);
  const place = ranking.admit(1, 10);
  expect(place).toEqual({ queue: small, position: 10, hits: 0 });
  expect(ranking.review?.(rowAt(place), 20)).toBeUndefined();
  expect(ranking.review?.(rowAt(place, { hits: 1 }), 20)).toBeUndefined();
  expect(ranking.review?.(rowAt(place, { hits: 2 }), 20)).toEqual({ queue: main, position: 20, hits: 0 });
});

test("hits that were written down count with those since", () => {
  const ranking = s3fifo.start(hundred);
  const place = ranking.promote?.(rowAt(ranking.admit(1, 10), { hits: 1 }));
  expect(place).toEqual({ queue: small, position: 10, hits: 1 });
  expect(place && ranking.review?.(rowAt(place, { hits: 1 }), 20)).toEqual({ queue: main, position: 20, hits: 0 });
});

test("what is in the main queue has a round more for each hit, three at most", () => {
  const ranking = s3fifo.start(hundred);
  let place: Place | undefined = ranking.review?.(rowAt({ queue: main, position: 10, hits: 0 }, { hits: 50 }), 20);
  const rounds: (Place | undefined)[] = [place];
  while (place) rounds.push((place = ranking.review?.(rowAt(place), place.position + 1)));
  expect(rounds).toEqual([
    { queue: main, position: 20, hits: 2 },
    { queue: main, position: 21, hits: 1 },
    { queue: main, position: 22, hits: 0 },
    undefined,
  ]);
  expect(ranking.promote?.(rowAt({ queue: main, position: 10, hits: 3 }, { hits: 1 }))).toBeUndefined();
});

test("a key that left the small queue and comes back goes to the main one, this one time", () => {
  const ranking = s3fifo.start(hundred);
  ranking.moved?.(rowAt(ranking.admit(1, 10), { hash: 1 }), undefined);
  expect([ranking.admit(1, 20).queue, ranking.admit(1, 30).queue]).toEqual([main, small]);
});

test("a key that left the main queue is not remembered", () => {
  const ranking = s3fifo.start(hundred);
  ranking.moved?.(rowAt({ queue: main, position: 10, hits: 0 }), undefined);
  expect(ranking.admit(1, 20).queue).toBe(small);
});

test("no more keys are remembered than there may be entries", () => {
  const ranking = s3fifo.start({ ...hundred, maxEntries: 2 });
  for (const hash of [1, 2, 3]) ranking.moved?.(rowAt(ranking.admit(hash, hash), { hash }), undefined);
  expect([1, 2, 3].map((hash) => ranking.admit(hash, 10).queue)).toEqual([small, main, main]);
});

test("the main queue loses rows only while it has more than nine tenths", () => {
  const ranking = s3fifo.start(hundred);
  fill(ranking, main, 90);
  fill(ranking, small, 10);
  expect(ranking.victims()).toEqual([{ queue: small }, { queue: main }]);
  ranking.moved?.(rowAt({ queue: small, position: 0, hits: 2 }), { queue: main, position: 200, hits: 0 });
  expect(firstVictim(ranking)).toBe(main);
  ranking.moved?.(rowAt({ queue: main, position: 0, hits: 0 }), undefined);
  fill(ranking, small, 1);
  expect(firstVictim(ranking)).toBe(small);
});

test("with a bound in bytes, a tenth of what there is now may wait in the small queue", () => {
  const ranking = s3fifo.start({ maxEntries: Number.POSITIVE_INFINITY, maxBytes: 1000 });
  fill(ranking, main, 18);
  fill(ranking, small, 1);
  expect(firstVictim(ranking)).toBe(main);
  fill(ranking, small, 1);
  expect(firstVictim(ranking)).toBe(small);
});

test("rows that were removed otherwise, and queues found empty, set right what is known of the queues", () => {
  const ranking = s3fifo.start(hundred);
  fill(ranking, main, 95);
  fill(ranking, small, 5);
  ranking.removed?.(100);
  expect(firstVictim(ranking)).toBe(small);
  fill(ranking, main, 95);
  expect(firstVictim(ranking)).toBe(main);
  ranking.emptied?.(main);
  fill(ranking, small, 5);
  expect(firstVictim(ranking)).toBe(small);
});

test("a row that replaces another makes no more of them", () => {
  const ranking = s3fifo.start(hundred);
  fill(ranking, main, 90);
  fill(ranking, small, 10);
  for (let at = 0; at < 50; at++) ranking.stored?.({ queue: small, position: at, hits: 0 }, false);
  expect(firstVictim(ranking)).toBe(small);
});
