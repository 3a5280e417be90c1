import { memoryStore } from "@cache/core/memory";
import { describe, test } from "vitest";
import { casesOf, type Harness } from "../src/index.ts";
import { DeferredStore } from "./deferred-store.ts";

/** What the asynchronous face does when the store takes its time, without a browser. */
const harness: Harness = {
  name: "deferred memory",
  faces: ["async"],
  reopens: true,
  shares: false,
  create() {
    const memory = memoryStore();
    return { store: () => new DeferredStore(memory), dispose: () => memory.destroy() };
  },
};

describe("deferred memory", () => {
  for (const { name, run } of casesOf(harness)) test(name, run);
});
