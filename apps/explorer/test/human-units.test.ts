import { expect, test } from "vitest";
import { bytesText, countText, durationText, factorText, printable, remainingText } from "../src/human-units.ts";

test.each([
  [0, "0 B"],
  [999, "999 B"],
  [999.6, "1.00 kB"],
  [1000, "1.00 kB"],
  [9994, "9.99 kB"],
  [9996, "10.0 kB"],
  [999_499, "999 kB"],
  [999_500, "1.00 MB"],
  [804_000_000, "804 MB"],
  [3e18, "3000 PB"],
])("%d bytes are %s", (bytes, text) => expect(bytesText(bytes)).toBe(text));

test.each([
  [0.25, "0.25 ms"],
  [310, "310 ms"],
  [999.6, "1.00 s"],
  [1940, "1.94 s"],
  [59_400, "59.4 s"],
  [59_600, "1 min 0 s"],
  [125_000, "2 min 5 s"],
  [7_380_000, "2 h 3 min"],
])("%d milliseconds are %s", (milliseconds, text) => expect(durationText(milliseconds)).toBe(text));

test("counts, factors and estimates", () => {
  expect(countText(13_480)).toBe("13,480");
  expect(factorText(6.28)).toBe("6.28×");
  expect(remainingText(74)).toBe("1 s");
  expect(remainingText(2001)).toBe("3 s");
  expect(remainingText(59_001)).toBe("1 min 0 s");
});

test("a name can't command the terminal", () => {
  expect(printable("a\u001B[2Jb\nc\u009Bd")).toBe(String.raw`a\x1b[2Jb\x0ac\x9bd`);
});
