import { expect, test } from "vitest";
import { compareBytes } from "../src/byte-order.ts";
import { deadline, deadlineBytes, type Ttl, ttlMs } from "../src/expiry.ts";
import { MAX_EXPIRES_AT } from "../src/limits.ts";

test.each<[Ttl, number]>([
  [1, 1],
  ["250ms", 250],
  ["1.5s", 1500],
  ["5m", 300_000],
  ["12h", 43_200_000],
  ["30d", 2_592_000_000],
  ["2w", 1_209_600_000],
  [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY],
])("%s is %d ms", (ttl, ms) => {
  expect(ttlMs(ttl)).toBe(ms);
});

test.each([0, -1, Number.NaN, "", "5", "m", "0s", "-5m", "5 m", "5y", null, {}])("%s is no lifetime", (bad) => {
  expect(() => ttlMs(bad as Ttl)).toThrow(TypeError);
});

test("deadlines sort as bytes like as numbers, up to the last", () => {
  const moments = [0, 1, 255, 256, 2 ** 32 - 1, 2 ** 32, 1_795_250_698_158, MAX_EXPIRES_AT];
  for (const [at, moment] of moments.slice(1).entries())
    expect(compareBytes(deadlineBytes(moments[at] ?? 0), deadlineBytes(moment))).toBeLessThan(0);
  expect(deadline(0, MAX_EXPIRES_AT)).toBe(MAX_EXPIRES_AT);
  expect(deadline(1, MAX_EXPIRES_AT)).toBe(Number.POSITIVE_INFINITY);
});
