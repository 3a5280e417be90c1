import * as fc from "fast-check";
import { expect, test } from "vitest";
import { compareBytes } from "../src/byte-order.ts";
import { MAX_HITS, MAX_POSITION, MAX_QUEUES, type Place, placeBytes, placeOf, queueBound } from "../src/eviction/place.ts";

const queues = fc.integer({ min: 0, max: MAX_QUEUES - 1 });
const positions = fc.oneof(
  fc.maxSafeNat(),
  fc.constantFrom(0, 255, 256, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 48, MAX_POSITION - 1, MAX_POSITION),
);
const places: fc.Arbitrary<Place> = fc.record({ queue: queues, position: positions, hits: fc.integer({ min: 0, max: MAX_HITS }) });

test("bytes stand for the place that they were made of", () => {
  fc.assert(
    fc.property(places, (place) => {
      expect(placeOf(placeBytes(place))).toEqual(place);
    }),
  );
  const greatest: Place = { queue: MAX_QUEUES - 1, position: MAX_POSITION, hits: MAX_HITS };
  expect(placeOf(placeBytes(greatest))).toEqual(greatest);
});

test("bytes have the order of queues, then of positions", () => {
  fc.assert(
    fc.property(places, places, (a, b) => {
      const order = a.queue - b.queue || a.position - b.position || a.hits - b.hits;
      expect(Math.sign(compareBytes(placeBytes(a), placeBytes(b)))).toBe(Math.sign(order));
    }),
    { numRuns: 1000 },
  );
  // Neighbours, which random places seldom are.
  fc.assert(
    fc.property(queues, positions, (queue, position) => {
      const below = placeBytes({ queue, position: Math.max(0, position - 1), hits: MAX_HITS });
      expect(compareBytes(below, placeBytes({ queue, position, hits: MAX_HITS }))).toBe(position === 0 ? 0 : -1);
    }),
  );
});

test("the bounds of a queue enclose its places", () => {
  fc.assert(
    fc.property(places, (place) => {
      const bytes = placeBytes(place);
      expect(compareBytes(queueBound(place.queue), bytes)).toBeLessThan(0);
      expect(compareBytes(bytes, queueBound(place.queue + 1))).toBeLessThan(0);
    }),
  );
});
