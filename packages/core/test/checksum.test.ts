import { expect, test } from "vitest";
import { checksum } from "../src/checksum.ts";

function sumOf(bytes: Uint8Array, start = 0, end: number = bytes.length): number {
  return checksum(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), start, end);
}

// Sums as the reference implementation (xxhsum -H0) gives them.
test.each([
  ["", 0x02cc5d05],
  ["a", 0x550d7456],
  ["abc", 0x32d153ff],
  ["Nobody inspects the spammish repetition", 0xe2293b2f],
])("XXH32 of %j", (text, sum) => {
  expect(sumOf(new TextEncoder().encode(text))).toBe(sum);
});

test("a part of an array sums like the same bytes alone", () => {
  const bytes = Uint8Array.from({ length: 100 }, (_, index) => index * 7);
  for (let start = 0; start < 8; start++)
    for (let end = 60; end < 70; end++) expect(sumOf(bytes, start, end)).toBe(sumOf(bytes.slice(start, end)));
});
