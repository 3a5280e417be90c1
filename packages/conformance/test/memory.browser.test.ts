import { describe, test } from "vitest";
import { casesOf, memoryHarness } from "../src/index.ts";

// The asynchronous face has all its scenarios in browsers on the store of theirs.
describe("memory", () => {
  for (const { name, run } of casesOf({ ...memoryHarness, faces: ["sync"] })) test(name, run);
});
