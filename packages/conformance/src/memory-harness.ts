import { memoryStore } from "@cache/core/memory";
import type { Harness } from "./harness.ts";

/** The memory store, whose data lives in the store object: every store of a fixture is the same one. */
export const memoryHarness: Harness = {
  name: "memory",
  faces: ["async", "sync"],
  reopens: true,
  shares: false,
  create() {
    const store = memoryStore();
    return { store: () => store, dispose: () => store.destroy() };
  },
};
