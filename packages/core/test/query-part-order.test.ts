import * as fc from "fast-check";
import { expect, test } from "vitest";
import { compareBytes } from "../src/byte-order.ts";
import type { KeyPart } from "../src/key.ts";
import { encodeEntry } from "../src/key-encoder.ts";
import { compareParts, isPart } from "../src/query/part-order.ts";

const { part } = fc.letrec<{ part: KeyPart; leaf: KeyPart }>((tie) => ({
  leaf: fc.oneof(
    fc.constantFrom<KeyPart[]>(null, true, false, 0, -0, Number.POSITIVE_INFINITY, 0n, -1n, "", "\0", "a"),
    fc.double({ noNaN: true }),
    fc.bigInt({ min: -(2n ** 80n), max: 2n ** 80n }),
    // Any code units: lone surrogates, too.
    fc
      .array(fc.constantFrom(0, 0x61, 0x7ff, 0xd7ff, 0xd83d, 0xde00, 0xdfff, 0xe000, 0xffff), { maxLength: 5 })
      .map((units) => String.fromCharCode(...units)),
    fc.date({ noInvalidDate: true }),
    fc.uint8Array({ maxLength: 4 }),
  ),
  part: fc.oneof({ weight: 4, arbitrary: tie("leaf") }, { weight: 1, arbitrary: fc.array(tie("part"), { maxLength: 3 }) }),
}));

test("parts compare as their bytes do", () => {
  fc.assert(
    fc.property(part, part, (a, b) => {
      expect(Math.sign(compareParts(a, b))).toBe(Math.sign(compareBytes(encodeEntry([a]), encodeEntry([b]))));
    }),
    { numRuns: 5000 },
  );
});

test("what can't be encoded is no part", () => {
  for (const value of [undefined, Number.NaN, new Date(Number.NaN), {}, () => 1, Symbol("x"), new Map(), [1, [undefined]]])
    expect(isPart(value)).toBe(false);
  for (const value of [null, "", 0, -0, 1n, false, new Date(0), new Uint8Array(), [], [[1]]]) expect(isPart(value)).toBe(true);
});
