import { describe, expect, test } from "vitest";
import { median } from "../src/median.ts";
import { reportOf, resultOf } from "../src/result.ts";
import { alternate, type Participant } from "../src/rounds.ts";
import { verdictOn } from "../src/targets.ts";

describe("median", () => {
  test("is the middle of an odd count, whatever the order", () => {
    expect(median([9, 1, 5])).toBe(5);
  });

  test("is the mean of the two in the middle of an even count", () => {
    expect(median([4, 1, 3, 2])).toBe(2.5);
  });

  test("of nothing is refused", () => {
    expect(() => median([])).toThrow(TypeError);
  });
});

describe("alternate", () => {
  const noRest = async (): Promise<void> => {};

  function participant(name: string, log: string[], answer = 7): Participant {
    return {
      name,
      round: async (round) => {
        log.push(`${name}${round}`);
        return { ms: round + name.length, answer };
      },
    };
  }

  test("lets participants take turns and leaves the first rounds out", async () => {
    const log: string[] = [];
    const times = await alternate([participant("a", log), participant("bb", log)], { warmUp: 1, counted: 2 }, noRest);
    expect(log).toEqual(["a0", "bb0", "a1", "bb1", "a2", "bb2"]);
    expect(times).toEqual([
      [2, 3],
      [3, 4],
    ]);
  });

  test("comes to rest before each round", async () => {
    const log: string[] = [];
    const rest = async (): Promise<void> => void log.push("-");
    await alternate([participant("a", log), participant("b", log)], { warmUp: 0, counted: 1 }, rest);
    expect(log).toEqual(["-", "a0", "-", "b0"]);
  });

  test("refuses participants that didn't do the same", async () => {
    const outcome = alternate([participant("a", [], 1), participant("b", [], 2)], { warmUp: 0, counted: 1 }, noRest);
    await expect(outcome).rejects.toThrow("b answered 2 in round 0, others 1");
  });
});

describe("a result", () => {
  const result = resultOf(
    { name: "lmdb.get.sync", unit: "µs/get", scale: 10, against: "lmdb-js with shared structures" },
    [4, 2, 3],
    [2, 4, 2],
  );

  test("has medians in its unit, their ratio, and the spread of the rounds", () => {
    expect(result).toMatchObject({ ours: 30, theirs: 20, ratio: 1.5 });
    expect(result.spread).toEqual({ ours: { min: 20, max: 40 }, theirs: { min: 20, max: 40 }, ratio: { min: 0.5, max: 2 } });
  });

  test("goes into the report without what only the table shows", () => {
    expect(reportOf([result])).toEqual({
      results: [{ name: "lmdb.get.sync", ours: 30, theirs: 20, ratio: 1.5, unit: "µs/get", against: "lmdb-js with shared structures" }],
    });
  });

  test("is held against its target, and against no other", () => {
    expect(verdictOn(result)).toMatchObject({ figure: 1.5, isReached: false });
    expect(verdictOn({ ...result, ratio: 1.1 })).toMatchObject({ isReached: true });
    expect(verdictOn({ ...result, against: "lmdb-js, default encoding" })).toBeUndefined();
  });
});
