import * as fc from "fast-check";
import { expect, test } from "vitest";
import { cursorOf, hashOf, placeOf } from "../src/query/cursor.ts";

const place = fc.record({
  index: fc.option(fc.string({ unit: "grapheme" }), { nil: undefined }),
  reverse: fc.boolean(),
  query: fc.integer({ min: 0, max: 0xffff_ffff }),
  position: fc.uint8Array({ maxLength: 100 }),
});

test("a cursor says what it was made of, in characters of a URL", () => {
  fc.assert(
    fc.property(place, (one) => {
      const cursor = cursorOf(one);
      expect(cursor).toMatch(/^[\w-]+$/);
      expect(placeOf(cursor)).toEqual(one);
    }),
  );
});

test("a cursor with any bit changed, shortened or lengthened is refused", () => {
  const cursor = cursorOf({ index: "name", reverse: false, query: 7, position: Uint8Array.of(1, 2, 3) });
  const bytes = Uint8Array.from(atob(cursor.replaceAll("-", "+").replaceAll("_", "/")), (character) => character.charCodeAt(0));
  for (let bit = 0; bit < bytes.length * 8; bit++) {
    const damaged = bytes.slice();
    damaged[bit >> 3] = (damaged[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    const text = btoa(String.fromCharCode(...damaged))
      .replaceAll("+", "-")
      .replaceAll("/", "_")
      .replaceAll("=", "");
    expect(() => placeOf(text)).toThrow(TypeError);
  }
  for (const text of ["", "A", cursor.slice(0, -4), `${cursor}AAAA`, `${cursor}=`, "ä"]) expect(() => placeOf(text)).toThrow(TypeError);
  // Whatever types say.
  expect(() => placeOf(5 as unknown as string)).toThrow(TypeError);
});

test("what queries ask has different hashes", () => {
  const asked = [
    [],
    [null],
    [[]],
    ["1"],
    [1],
    [1n],
    [new Date(1)],
    [Uint8Array.of(1)],
    [[1]],
    ["a", "b"],
    ["a,b"],
    [Infinity],
    [-Infinity],
    [null, null],
  ];
  expect(new Set(asked.map(hashOf)).size).toBe(asked.length);
});
