import { openCacheSync } from "@cache/lmdb";
import { readdirSync, statSync } from "node:fs";
import { expect, test } from "vitest";
import { TestFolder } from "./folder.ts";

test("bytesOnDisk is how long the files are", () => {
  using folder = new TestFolder();
  using cache = openCacheSync({ path: folder.path });
  for (let at = 0; at < 100; at++) cache.set(at, "x".repeat(1000));
  cache.flush();
  const bytes = readdirSync(folder.path).reduce((sum, name) => sum + statSync(folder.in(name)).size, 0);
  expect(cache.stats().bytesOnDisk).toBe(bytes);
  expect(bytes).toBeGreaterThan(100_000);
});

test("a temporary store tells it, too", () => {
  using cache = openCacheSync({ temporary: true });
  expect(cache.stats().bytesOnDisk).toBeGreaterThan(0);
});
