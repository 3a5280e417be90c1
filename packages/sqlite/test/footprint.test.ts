import { openCacheSync } from "@cache/sqlite";
import { readdirSync, statSync } from "node:fs";
import { expect, test } from "vitest";
import { TestFolder } from "./folder.ts";

test("bytesOnDisk is how long the file, its log and their index are", () => {
  using folder = new TestFolder(true);
  using cache = openCacheSync({ path: folder.in("cache.db") });
  for (let at = 0; at < 100; at++) cache.set(at, "x".repeat(1000));
  cache.flush();
  const bytes = readdirSync(folder.path).reduce((sum, name) => sum + statSync(folder.in(name)).size, 0);
  expect(cache.stats().bytesOnDisk).toBe(bytes);
  expect(bytes).toBeGreaterThan(100_000);
});

test("a store in memory takes nothing of a disk, a temporary one does", () => {
  using inMemory = openCacheSync({ path: ":memory:" });
  expect(inMemory.stats().bytesOnDisk).toBeUndefined();
  using temporary = openCacheSync({ temporary: true });
  expect(temporary.stats().bytesOnDisk).toBeGreaterThan(0);
});
