import { casesOf } from "@cache/conformance";
import { describe, test } from "vitest";
import { idbHarness } from "./idb-harness.ts";

describe.concurrent("idb", () => {
  for (const { name, run } of casesOf(idbHarness)) test(name, run);
});
