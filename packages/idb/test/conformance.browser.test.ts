import { casesOf, type Harness } from "@cache/conformance";
import { idbStore } from "@cache/idb";
import { describe, test } from "vitest";

const harness: Harness = {
  name: "idb",
  faces: ["async"],
  reopens: true,
  shares: true,
  create() {
    const name = `conformance ${crypto.randomUUID()}`;
    return { store: () => idbStore({ name }), dispose: () => idbStore({ name }).destroy() };
  },
};

describe("idb", () => {
  for (const { name, run } of casesOf(harness)) test(name, run);
});
