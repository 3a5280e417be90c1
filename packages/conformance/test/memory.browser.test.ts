import { describe, test } from "vitest";
import { casesOf, memoryHarness } from "../src/index.ts";

describe("memory", () => {
  for (const { name, run } of casesOf(memoryHarness)) test(name, run);
});
