import { casesOf } from "@cache/conformance";
import { describe, test } from "vitest";
import { sqliteHarness } from "./sqlite-harness.ts";

describe("sqlite", () => {
  for (const { name, run } of casesOf(sqliteHarness)) test(name, run);
});
