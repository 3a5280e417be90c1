import { expect, test } from "vitest";
import { pairUp } from "../src/pair-up.ts";

const numbered = async function* (...numbers: number[]): AsyncGenerator<{ number: number }> {
  for (const number of numbers) yield { number };
};

const pairsOf = async (left: number[], right: number[]): Promise<string[]> => {
  const pairs = pairUp(numbered(...left), numbered(...right), (a, b) => a.number - b.number);
  return (await Array.fromAsync(pairs)).map(([a, b]) => `${a?.number ?? ""}:${b?.number ?? ""}`);
};

test("items that belong together come as pairs, all others alone, in order", async () => {
  expect(await pairsOf([1, 2, 4, 7], [2, 3, 4, 9])).toEqual(["1:", "2:2", ":3", "4:4", "7:", ":9"]);
  expect(await pairsOf([], [1, 2])).toEqual([":1", ":2"]);
  expect(await pairsOf([1, 2], [])).toEqual(["1:", "2:"]);
  expect(await pairsOf([], [])).toEqual([]);
});

test("a reader that leaves ends both sources", async () => {
  let ended = 0;
  const endless = async function* (): AsyncGenerator<{ number: number }> {
    try {
      for (let number = 0; ; number++) yield { number };
    } finally {
      ended++;
    }
  };
  for await (const pair of pairUp(endless(), endless(), (a, b) => a.number - b.number)) {
    expect(pair).toEqual([{ number: 0 }, { number: 0 }]);
    break;
  }
  expect(ended).toBe(2);
});
