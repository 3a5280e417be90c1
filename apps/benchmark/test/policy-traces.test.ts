import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, describe, expect, test } from "vitest";
import { policyArgumentsOf } from "../src/policy/policy-arguments.ts";
import { loopTrace, scanTrace, zipfTrace } from "../src/policy/synthetic.ts";
import { readTrace } from "../src/policy/trace.ts";
import { zipfFrom } from "../src/policy/zipf.ts";
import { randomFrom } from "../src/random.ts";

const folder = mkdtempSync(join(tmpdir(), "cache-traces-"));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

describe("a trace's file", () => {
  test("is a number a line, compressed or not, between lines that say nothing", () => {
    const text = "7\n*\n\n 12 \r\n0\n7";
    const trace = { name: "mine", keys: [7, 12, 0, 7] };
    expect(readTrace(file("mine.txt", text))).toEqual(trace);
    expect(readTrace(file("mine.trace.gz", gzipSync(text)))).toEqual(trace);
  });

  test.each([
    ["words.txt", "1\n2\nthree\n", 'words.txt, line 3: "three" is no whole decimal number'],
    ["negative.txt", "-1", 'negative.txt, line 1: "-1" is no whole decimal number'],
    ["fraction.txt", "1.5", 'fraction.txt, line 1: "1.5" is no whole decimal number'],
    ["large.txt", "9007199254740993", 'large.txt, line 1: "9007199254740993" is no whole decimal number'],
    ["empty.txt", "\n*\n", "empty.txt has no requests"],
    ["broken.gz", gzipSync("1\n2\n").subarray(0, 12), "broken.gz can't be read: unexpected end of file"],
  ])("that is at fault is told so: %s", (name, content, message) => {
    expect(() => readTrace(file(name, content))).toThrow(message);
  });

  test("that isn't there is told so", () => {
    expect(() => readTrace(join(folder, "none.trace"))).toThrow(/none\.trace can't be read: ENOENT/);
  });
});

describe("synthetic traces", () => {
  test("come the same from the same seed, and others from another", () => {
    const of = (seed: number): readonly number[] => zipfTrace({ exponent: 0.9, seed }).keys;
    expect(of(1)).toEqual(of(1));
    expect(of(2)).not.toEqual(of(1));
  });

  test.each([0.7, 1, 1.1])("ask for key n about as often as 1 ÷ (n + 1)^%d", (exponent) => {
    const [count, draws] = [50, 200_000];
    const next = zipfFrom(randomFrom(5), count, exponent);
    const counts = Array.from({ length: count }, () => 0);
    for (let at = 0; at < draws; at++) {
      const number = next();
      counts[number] = (counts[number] ?? 0) + 1;
    }
    const weights = counts.map((_, number) => (number + 1) ** -exponent);
    const all = weights.reduce((sum, weight) => sum + weight, 0);
    for (const [number, found] of counts.entries()) {
      const expected = (draws * (weights[number] ?? 0)) / all;
      // Five standard deviations: with a seed it holds for good.
      expect(Math.abs(found - expected), `number ${number}`).toBeLessThan(5 * Math.sqrt(expected));
    }
  });

  test("have scans of keys that come once, and loops of keys that come again and again", () => {
    const scanned = scanTrace({ exponent: 1, seed: 1, every: 2000, length: 500 }).keys.filter((key) => key >= 10_000_000);
    expect([scanned.length, new Set(scanned).size]).toEqual([10_000, 10_000]);
    const looped = loopTrace({ exponent: 1, seed: 1, part: 0.25, length: 600 }).keys.filter((key) => key >= 20_000_000);
    expect(new Set(looped).size).toBe(600);
    expect(looped.slice(600, 1200)).toEqual(looped.slice(0, 600));
  });
});

describe("the command line", () => {
  test("names a trace and sizes", () => {
    expect(policyArgumentsOf(["--trace", "my.trace", "--sizes", "10,200", "--requests", "5000", "--output", "out"])).toEqual({
      trace: "my.trace",
      sizes: [10, 200],
      requests: 5000,
      output: "out",
    });
    expect(policyArgumentsOf(["--trace", "my.trace"]).sizes).toEqual([100, 1000, 10_000]);
  });

  test.each([
    [["--trace", "a", "--sizes", "10,0"], '--sizes: "0" is no whole number above 0'],
    [["--requests", "many"], '--requests: "many" is no whole number above 0'],
    [["--sizes", "10"], "--sizes needs a --trace"],
    [["--size", "10"], "Unknown option '--size'"],
  ])("that is wrong is told so: %s", (words, message) => {
    expect(() => policyArgumentsOf(words)).toThrow(message);
  });
});
