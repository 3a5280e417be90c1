import type { Harness } from "@cache/conformance";
import { sqliteStore } from "@cache/sqlite";
import { TestFolder } from "./folder.ts";

/** SQLite files, each in a temporary folder of its own. */
export const sqliteHarness: Harness = {
  name: "sqlite",
  faces: ["async", "sync"],
  reopens: true,
  shares: true,
  create() {
    const folder = new TestFolder(true);
    return { store: () => sqliteStore({ path: folder.in("cache.db") }), dispose: () => folder[Symbol.dispose]() };
  },
};
