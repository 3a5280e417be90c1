import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { casesOf, type Harness } from "../src/index.ts";
import { SmallestStore } from "./smallest-store.ts";

const harness: Harness = {
  name: "maps in memory",
  faces: ["async", "sync"],
  reopens: true,
  shares: false,
  create() {
    const store = new SmallestStore();
    return { store: () => store, dispose: () => store.destroy() };
  },
};

test("the guide for authors shows the smallest store as it is", async () => {
  const [guide, store] = await Promise.all([
    readFile(new URL("../../../docs/writing-an-adapter.md", import.meta.url), "utf8"),
    readFile(new URL("./smallest-store.ts", import.meta.url), "utf8"),
  ]);
  expect(guide).toContain(`\`\`\`ts\n${store}\`\`\``);
});

describe("the smallest store", () => {
  // It looks at all rows for each one that a trim removes.
  for (const { name, run } of casesOf(harness, { variants: ["fresh"] })) test(name, run);
});
