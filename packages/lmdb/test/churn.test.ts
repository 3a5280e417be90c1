import { expect, test } from "vitest";
import { churn } from "../soak/churn.ts";
import { TestFolder } from "./folder.ts";

test("rows that come and go leave the data whole, and the file bounded", async () => {
  using folder = new TestFolder();
  const seed = Date.now() % 2 ** 31;
  const report = await churn({
    path: folder.in("cache"),
    isOver: (commits) => commits === 300,
    seed,
    rowsAtOnce: 100,
    maxEntries: 2000,
  }).catch((error: unknown) => {
    throw new Error(`with seed ${seed}`, { cause: error });
  });
  expect(report.sets).toBe(30_000);
  const [first, last] = report.fileBytes;
  expect(last, `with seed ${seed}`).toBeLessThan(first * 2);
});
