import { describe, expect, test } from "vitest";
import { exactFifoHits } from "../src/policy/exact-fifo.ts";
import { exactLruHits } from "../src/policy/exact-lru.ts";
import { type HitRatios, hitRatiosOf } from "../src/policy/hit-ratios.ts";
import { plot } from "../src/policy/plot.ts";
import { ratioTable } from "../src/policy/ratio-table.ts";
import { replayHits } from "../src/policy/replay.ts";
import { scanTrace } from "../src/policy/synthetic.ts";
import { readTrace } from "../src/policy/trace.ts";
import { lruMisses, summary } from "../src/policy/verdicts.ts";
import { zipfFrom } from "../src/policy/zipf.ts";
import { randomFrom } from "../src/random.ts";

describe("a bounded table", () => {
  test.each([1, 2, 3])("with lru and fifo does what the exact ones do on random requests (seed %d)", (seed) => {
    const keys = Array.from({ length: 5000 }, zipfFrom(randomFrom(seed), 400, 0.8));
    for (const size of [1, 10, 100]) {
      expect(replayHits(keys, size, "lru"), `lru, size ${size}`).toBe(exactLruHits(keys, size));
      expect(replayHits(keys, size, "fifo"), `fifo, size ${size}`).toBe(exactFifoHits(keys, size));
    }
  });

  test("with lru and fifo does what the exact ones do on a public trace", () => {
    const { keys } = readTrace(new URL("../traces/multi1.trace.gz", import.meta.url));
    expect([replayHits(keys, 500, "lru"), replayHits(keys, 500, "fifo")]).toEqual([exactLruHits(keys, 500), exactFifoHits(keys, 500)]);
  });

  test("with s3fifo keeps what is asked for again and again through scans and loops that flush LRU", () => {
    const scanned = scanTrace({ exponent: 0.9, seed: 7, every: 2000, length: 500 }).keys.slice(0, 12_000);
    expect(replayHits(scanned, 200, "s3fifo")).toBeGreaterThan(exactLruHits(scanned, 200) * 1.2);
    const looped = Array.from({ length: 6000 }, (_, at) => at % 110);
    expect(exactLruHits(looped, 100)).toBe(0);
    expect(replayHits(looped, 100, "s3fifo")).toBeGreaterThan(looped.length * 0.6);
  });
});

describe("a report", () => {
  const result = (trace: string, size: number, lru: number, s3fifo = 50): HitRatios => ({
    trace,
    requests: 1000,
    distinctKeys: 100,
    size,
    percent: { optimum: 80, s3fifo, lru, "exact lru": 40, fifo: 30, "exact fifo": 30 },
  });

  test("has all contenders' hits of a hundred requests", () => {
    expect(hitRatiosOf({ name: "tiny", keys: [1, 2, 1, 3, 1, 2, 1, 3] }, 2)).toEqual({
      trace: "tiny",
      requests: 8,
      distinctKeys: 3,
      size: 2,
      percent: expect.objectContaining({ optimum: 50, lru: 37.5, "exact lru": 37.5, fifo: 25, "exact fifo": 25 }),
    });
  });

  test("names each case in which lru is more than a point from exact LRU", () => {
    const results = [result("a", 10, 39), result("a", 20, 38.9), result("b", 10, 41.5)];
    expect(lruMisses(results)).toEqual(["lru is 1.10 points from exact LRU on a at 20", "lru is 1.50 points from exact LRU on b at 10"]);
  });

  test("sums up", () => {
    expect(summary([result("a", 10, 39.5), result("a", 20, 40, 40), result("b", 10, 40, 39)])).toBe(
      "`lru` is at most 0.50 points from exact LRU; `s3fifo` is above exact LRU in 1 of 3 cases, level in 1, below in 1.",
    );
  });

  test("is a table of Markdown whose columns are in line", () => {
    const lines = ratioTable([result("a", 10, 39), result("a longer one", 2000, 40)]);
    expect(lines[2]).toBe("| a            |     1000 |  100 |   10 |   80.00 |  50.00 | 39.00 |     40.00 | 30.00 |      30.00 |");
    expect(new Set(lines.map((line) => line.length)).size).toBe(1);
  });

  test("is a plot with a panel for each trace", () => {
    const svg = plot([result("a < b", 10, 39), result("a < b", 20, 40), result("c", 10, 40)]);
    expect(svg.match(/<g transform/g)).toHaveLength(2);
    expect(svg).toContain("a &lt; b");
    expect(svg).not.toMatch(/NaN|undefined/);
  });
});
