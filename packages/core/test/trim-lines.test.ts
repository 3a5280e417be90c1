import { expect, test } from "vitest";
import type { TrimOperation } from "../src/operation.ts";
import { trimLines, type TrimLine, type TrimOutcome } from "../src/trim-lines.ts";

function bytesOf(number: number): Uint8Array {
  return Uint8Array.of(number >>> 16, (number >>> 8) & 0xff, number & 0xff);
}

test("rows that are kept just behind where they were don't make it read many lines again for each", () => {
  const ROWS = 3000;
  const EXCESS = 1000;
  /** The rows' places, the lowest first; a row that may be kept has an even one, and gets the next. */
  const places = Array.from({ length: ROWS }, (_, at) => 2 * at);
  const tally = { entries: ROWS, bytes: ROWS };
  let read = 0;
  const operation: TrimOperation = { type: "trim", tables: [16], index: 1, maxEntries: ROWS - EXCESS, limit: ROWS };
  const done = trimLines(operation, [{ table: 16, tally }], {
    lines(_table, count): readonly TrimLine[] {
      const found = places.slice(0, count);
      read += found.length;
      return found.map((place) => ({ position: bytesOf(place), key: bytesOf(Math.floor(place / 2)) }));
    },
    take(_table, { position }): TrimOutcome {
      const place = ((position[0] ?? 0) << 16) | ((position[1] ?? 0) << 8) | (position[2] ?? 0);
      const at = places.indexOf(place);
      if (at < 0) return "nothing";
      if (place % 2 === 0) {
        places[at] = place + 1;
        return bytesOf(place + 1);
      }
      places.splice(at, 1);
      tally.entries--;
      return "live";
    },
  });
  expect(done.rows.map(({ key }) => [...key])).toEqual(Array.from({ length: EXCESS }, (_, at) => [...bytesOf(at)]));
  expect([done.kept, done.more, tally.entries]).toEqual([EXCESS, false, ROWS - EXCESS]);
  expect(read).toBeLessThan(20 * EXCESS);
});
