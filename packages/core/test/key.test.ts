import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compareBytes } from "../src/byte-order.ts";
import type { Key, KeyPart } from "../src/key.ts";
import { decodeKey } from "../src/key-decoder.ts";
import { encodeKey } from "../src/key-encoder.ts";
import { MAX_KEY_BYTES } from "../src/limits.ts";

const part = fc.letrec<{ part: KeyPart; leaf: KeyPart }>((tie) => ({
  leaf: fc.oneof(
    fc.constant(null),
    fc.boolean(),
    fc.double({ noNaN: true }),
    fc.integer(),
    fc.bigInt({ min: -(2n ** 200n), max: 2n ** 200n }),
    fc.string({ unit: "binary", maxLength: 12 }),
    // Any UTF-16, lone surrogates included.
    fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 6 }).map((units) => String.fromCharCode(...units)),
    fc.date({ noInvalidDate: true }),
    fc.uint8Array({ maxLength: 12 }),
  ),
  part: fc.oneof({ weight: 4, arbitrary: tie("leaf") }, { weight: 1, arbitrary: fc.array(tie("part"), { maxLength: 3 }) }),
})).part;
const key = fc.array(part, { minLength: 1, maxLength: 4 });

/** The documented order, written without regard to the encoding. */
function compareParts(a: KeyPart, b: KeyPart): number {
  const byType = rank(a) - rank(b);
  if (byType !== 0) return byType;
  if (typeof a === "string" && typeof b === "string") return compareLists(codePoints(a), codePoints(b), (x, y) => x - y);
  if (a instanceof Date && b instanceof Date) return a.getTime() - b.getTime();
  if (a instanceof Uint8Array && b instanceof Uint8Array) return compareLists([...a], [...b], (x, y) => x - y);
  if (Array.isArray(a) && Array.isArray(b)) return compareLists(a, b, compareParts);
  if (typeof a === "number" && typeof b === "number") return a < b ? -1 : a > b ? 1 : 0;
  if (typeof a === "bigint" && typeof b === "bigint") return a < b ? -1 : a > b ? 1 : 0;
  return 0;
}

function rank(one: KeyPart): number {
  if (one === null) return 0;
  if (typeof one === "boolean") return one ? 2 : 1;
  if (typeof one === "number") return 3;
  if (typeof one === "bigint") return 4;
  if (typeof one === "string") return 5;
  if (one instanceof Date) return 6;
  return one instanceof Uint8Array ? 7 : 8;
}

function codePoints(text: string): number[] {
  return Array.from(text, (character) => character.codePointAt(0) ?? 0);
}

function compareLists<T>(a: readonly T[], b: readonly T[], compare: (x: T, y: T) => number): number {
  for (const [at, x] of a.entries()) {
    if (at >= b.length) return 1;
    const order = compare(x, b[at] as T);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

describe("key encoding", () => {
  test("the order of bytes is the order of keys", () => {
    fc.assert(
      fc.property(key, key, (a, b) => {
        expect(Math.sign(compareBytes(encodeKey(a), encodeKey(b)))).toBe(Math.sign(compareLists(a, b, compareParts)));
      }),
      { numRuns: 3000 },
    );
  });

  test("keys that share beginnings are told apart in order, too", () => {
    fc.assert(
      fc.property(key, key, key, (head, a, b) => {
        const order = compareBytes(encodeKey([...head, ...a]), encodeKey([...head, ...b]));
        expect(Math.sign(order)).toBe(Math.sign(compareLists(a, b, compareParts)));
      }),
      { numRuns: 1000 },
    );
  });

  test("a key comes back as it was", () => {
    fc.assert(
      fc.property(key, (parts) => {
        const canonical = parts.map(positiveZero);
        const [only] = canonical;
        expect(decodeKey(encodeKey(parts))).toEqual(canonical.length === 1 && !Array.isArray(only) ? only : canonical);
      }),
      { numRuns: 3000 },
    );
  });

  test("a key's bytes begin those of its extensions", () => {
    fc.assert(
      fc.property(key, key, (head, tail) => {
        const short = encodeKey(head);
        expect(encodeKey([...head, ...tail]).subarray(0, short.length)).toEqual(short);
      }),
    );
  });

  test("a part alone is the list of just it, unless it is a list", () => {
    expect(encodeKey("a")).toEqual(encodeKey(["a"]));
    expect(decodeKey(encodeKey(["a"]))).toBe("a");
    expect(decodeKey(encodeKey([["a"]]))).toEqual([["a"]]);
  });

  test.each<[string, unknown]>([
    ["NaN", Number.NaN],
    ["an invalid date", new Date(Number.NaN)],
    ["undefined", undefined],
    ["an object", {}],
    ["a symbol", Symbol("s")],
    ["a function", () => 0],
    ["an empty list", []],
    ["a hole", Array(1)],
    ["NaN within", ["a", ["b", Number.NaN]]],
  ])("%s is refused", (_name, bad) => {
    expect(() => encodeKey(bad as Key)).toThrow(TypeError);
  });

  test("the limit is exact, and whatever is too long is refused", () => {
    const longest = "x".repeat(MAX_KEY_BYTES - 2);
    expect(encodeKey(longest)).toHaveLength(MAX_KEY_BYTES);
    const ring: KeyPart[] = [];
    ring.push(ring);
    for (const long of [
      `${longest}x`,
      "\0".repeat(MAX_KEY_BYTES / 2),
      "😀".repeat(MAX_KEY_BYTES),
      new Uint8Array(MAX_KEY_BYTES),
      2n ** BigInt(8 * MAX_KEY_BYTES),
      Array.from({ length: 300 }, (_, index) => index),
      ring,
    ])
      expect(() => encodeKey(long)).toThrow(expect.objectContaining({ code: "CACHE_KEY_TOO_LONG" }));
    expect(() => encodeKey("b", encodeKey(longest))).toThrow(expect.objectContaining({ code: "CACHE_KEY_TOO_LONG" }));
  });

  test("bytes that no key has are refused as corrupt", () => {
    for (const bad of [[], [0x99], [0x20, 1, 2], [0x30, 0x61], [0x50, 0x05], [0x29, 0, 4, 1]])
      expect(() => decodeKey(Uint8Array.from(bad))).toThrow(expect.objectContaining({ code: "CACHE_CORRUPT" }));
  });
});

function positiveZero(one: KeyPart): KeyPart {
  if (Array.isArray(one)) return one.map(positiveZero);
  return one === 0 ? 0 : one;
}
