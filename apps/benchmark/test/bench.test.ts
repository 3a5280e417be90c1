import { describe, expect, test } from "vitest";
import { argumentsOf } from "../src/arguments.ts";
import { Bench } from "../src/bench.ts";
import { memoryBoundedSuite } from "../src/bounded/bounded-suites.ts";
import { memorySuite } from "../src/memory/memory-suite.ts";
import { reportOf } from "../src/result.ts";
import { type Scale, short } from "../src/scale.ts";
import { vaultId, vaultRecord } from "../src/vault-record.ts";

const tiny: Scale = {
  entries: 0,
  memoryEntries: 200,
  pageEntries: 0,
  readRounds: { warmUp: 0, counted: 1 },
  writeRounds: { warmUp: 0, counted: 1 },
  longRounds: { warmUp: 0, counted: 1 },
  pageRounds: { warmUp: 0, counted: 1 },
  allOpponents: true,
  manyEntries: 0,
};

function tinyBench(only: readonly string[]): Bench {
  return new Bench(tiny, "", only, () => {});
}

describe("a run", () => {
  test("over the memory store gives a document of results", async () => {
    const bench = tinyBench(["memory."]);
    await memorySuite(bench);
    const document: unknown = JSON.parse(JSON.stringify(reportOf(bench.results)));
    const result = (name: string, unit: string): object => ({
      name,
      unit,
      against: "Map of msgpackr records",
      ours: expect.any(Number),
      theirs: expect.any(Number),
      ratio: expect.any(Number),
    });
    expect(document).toEqual({
      results: [result("memory.get.sync", "µs/get"), result("memory.get.async", "µs/get"), result("memory.set.turn1000", "µs/set")],
    });
  });

  test("holds tables with a budget against those without", async () => {
    const bench = tinyBench(["memory.get.recorded"]);
    await memoryBoundedSuite(bench);
    const others = ["without a budget", "fifo, which notes no reads"];
    expect(bench.results.map(({ name, against }) => [name, against])).toEqual(
      ["memory.get.recorded", "memory.get.recorded.many"].flatMap((name) => others.map((against) => [name, against])),
    );
  });

  test("does only what is asked for", async () => {
    const bench = tinyBench(["memory.get.s"]);
    await memorySuite(bench);
    expect(bench.results.map(({ name }) => name)).toEqual(["memory.get.sync"]);
    expect(bench.wantsSome("lmdb.")).toBe(false);
  });
});

describe("vault records", () => {
  test("are the same whenever they are made, and change with their edition but for what they are found by", () => {
    expect(vaultRecord(5)).toEqual(vaultRecord(5));
    const { vaultId: id, filePath, size, md5 } = vaultRecord(5, 1);
    expect(vaultRecord(5)).toMatchObject({ vaultId: id, filePath, size });
    expect(vaultRecord(5).md5).not.toBe(md5);
  });

  test("have ids and hashes of their own", () => {
    const records = Array.from({ length: 10_000 }, (_, number) => vaultRecord(number));
    expect(new Set(records.map((record) => record.vaultId)).size).toBe(10_000);
    expect(new Set(records.map((record) => record.sha1)).size).toBe(10_000);
    expect(records.every(({ md5, sha1 }) => /^[\da-f]{32}$/.test(md5) && /^[\da-f]{40}$/.test(sha1))).toBe(true);
    expect(records[42]?.vaultId).toBe(vaultId(42));
  });
});

describe("the command line", () => {
  test("takes lists of names", () => {
    expect(argumentsOf(["--quick", "--only", "lmdb.get,idb", "--only", "sqlite"])).toEqual({
      quick: true,
      json: false,
      only: ["lmdb.get", "idb", "sqlite"],
    });
  });

  test("refuses what it doesn't know", () => {
    expect(() => argumentsOf(["--fast"])).toThrow(TypeError);
  });
});

test("counts are told in few characters", () => {
  expect([999, 1000, 20_000, 100_000, 1_000_000, 1_500_000].map(short)).toEqual(["999", "1k", "20k", "100k", "1M", "1500k"]);
});
