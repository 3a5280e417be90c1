import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Pattern } from "../src/query/pattern.ts";

/** The pattern as a regular expression: right, but not in bounded time. */
function expression(source: string): RegExp {
  const parts = Array.from(source.matchAll(/\\(.)|(.)/gsu), ([, escaped, plain = ""]) => {
    if (escaped === undefined && plain === "*") return ".*";
    return escaped === undefined && plain === "?" ? "." : (escaped ?? plain).replace(/[\\^$.*+?()[\]{}|/-]/u, String.raw`\$&`);
  });
  return new RegExp(`^${parts.join("")}$`, "su");
}

describe("a pattern", () => {
  test.each([
    ["*.pdf", "a.pdf", true],
    ["*.pdf", ".pdf", true],
    ["*.pdf", "a.PDF", false],
    ["a*b*c", "a__b__c", true],
    ["a*b*c", "a__c__b", false],
    ["", "", true],
    ["", "a", false],
    ["*", "", true],
    ["?", "\u{1f600}", true],
    ["??", "\u{1f600}", false],
    ["\\*\\?\\\\", "*?\\", true],
    ["\\a", "a", true],
    ["**a", "a", true],
  ])("%j and %j: %j", (pattern, text, isMatch) => {
    expect(new Pattern(pattern).matches(text)).toBe(isMatch);
  });

  test("matches as the regular expression does", () => {
    const unit = fc.constantFrom("a", "b", ".", "\u{1f600}", "\n");
    const text = fc.array(unit, { maxLength: 10 }).map((units) => units.join(""));
    const pattern = fc
      .array(fc.oneof(unit, fc.constantFrom("*", "?", "\\*", "\\?", "\\\\", "\\a")), { maxLength: 7 })
      .map((units) => units.join(""));
    fc.assert(
      fc.property(pattern, text, (source, one) => {
        expect(new Pattern(source).matches(one)).toBe(expression(source).test(one));
      }),
      { numRuns: 3000 },
    );
  });

  test("knows what its texts begin with", () => {
    const known = (source: string) => [new Pattern(source).literal, new Pattern(source).kind];
    expect(known("abc")).toEqual(["abc", "exact"]);
    expect(known("a\\*c*")).toEqual(["a*c", "prefix"]);
    expect(known("a?c")).toEqual(["a", "wild"]);
    expect(known("*")).toEqual(["", "prefix"]);
  });

  test("takes its time from the lengths alone", () => {
    const begin = performance.now();
    expect(new Pattern(`${"*a".repeat(30)}*b`).matches("a".repeat(100_000))).toBe(false);
    expect(performance.now() - begin).toBeLessThan(2000);
  });

  test("is refused when it ends in an escape", () => {
    expect(() => new Pattern("a\\")).toThrow(TypeError);
    // Whatever types say.
    expect(() => new Pattern(/a/ as unknown as string)).toThrow(TypeError);
  });
});
