import * as fc from "fast-check";
import { expect, test } from "vitest";
import { compareBytes } from "../src/byte-order.ts";
import { encodeKey } from "../src/key-encoder.ts";
import { encodeRange, extendsKey } from "../src/key-range.ts";
import { MAX_INDEX_BYTES, MAX_KEY_BYTES } from "../src/limits.ts";
import type { ByteRange } from "../src/operation.ts";
import { encodeTag } from "../src/tag.ts";
import { tagLine, tagLines, tagRange } from "../src/tag-range.ts";
import { holdsKey } from "../src/transaction/row-order.ts";

/** Texts short, and so long that a tag and a key have no room beside one another. */
const text = fc.oneof(
  fc.constantFrom("", "a", "a\0", "ab", "b"),
  fc.nat({ max: MAX_KEY_BYTES - 10 }).map((length) => "a".repeat(length)),
  fc.nat({ max: 4 }).map((less) => "a".repeat(MAX_INDEX_BYTES / 2 - less)),
);
const key = fc.oneof(text, fc.tuple(text, fc.constantFrom(0, 1))).filter((one) => fits(one));

function fits(one: string | [string, number]): boolean {
  return (typeof one === "string" ? one.length : one[0].length + 9) + 3 <= MAX_KEY_BYTES - 10;
}

const range: fc.Arbitrary<ByteRange> = fc
  .record({ low: fc.option(fc.tuple(fc.constantFrom("gt", "gte"), key)), high: fc.option(fc.tuple(fc.constantFrom("lt", "lte"), key)) })
  .map(
    ({ low, high }) =>
      encodeRange({ ...(low && { [low[0]]: low[1] }), ...(high && { [high[0]]: high[1] }) }, new Uint8Array(0)) ?? {
        gt: encodeKey(0),
        lt: encodeKey(0),
      },
  );

test("the lines of a tag in a range are those of the keys in it, whatever their lengths", () => {
  fc.assert(
    fc.property(text, text, key, range, (tag, other, rowKey, keys) => {
      const line = tagLine(encodeTag(other), encodeKey(rowKey));
      if (line.length > MAX_INDEX_BYTES) return;
      const lines = tagRange(encodeTag(tag), keys);
      const isWithin = lines !== undefined && holdsKey(lines, line);
      expect(isWithin).toBe(tag === other && holdsKey(keys, encodeKey(rowKey)));
      for (const bound of Object.values(lines ?? {})) expect(bound?.length ?? 0).toBeLessThanOrEqual(MAX_INDEX_BYTES);
    }),
    { numRuns: 3000 },
  );
});

test("the lines of a tag in a namespace are those of its keys alone", () => {
  fc.assert(
    fc.property(text, text, key, text, (tag, other, rowKey, namespace) => {
      const row = encodeKey(rowKey);
      const line = tagLine(encodeTag(other), row);
      if (line.length > MAX_INDEX_BYTES) return;
      const prefix = encodeKey(namespace);
      const lines = tagLines(encodeTag(tag), prefix);
      const isWithin = lines !== undefined && compareBytes(line, lines.gte) >= 0 && compareBytes(line, lines.lt) < 0;
      expect(isWithin).toBe(tag === other && row.length > prefix.length && extendsKey(row, prefix));
    }),
    { numRuns: 3000 },
  );
});
