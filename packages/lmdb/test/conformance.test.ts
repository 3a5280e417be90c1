import { casesOf, type Harness } from "@cache/conformance";
import { lmdbStore } from "@cache/lmdb";
import { test } from "vitest";
import { TestFolder } from "./folder.ts";

const harness: Harness = {
  name: "lmdb",
  faces: ["async", "sync"],
  reopens: true,
  shares: true,
  create() {
    const folder = new TestFolder();
    return { store: () => lmdbStore({ path: folder.in("cache") }), dispose: () => folder[Symbol.dispose]() };
  },
};

for (const { name, run } of casesOf(harness)) test(name, run);
