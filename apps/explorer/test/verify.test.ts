import { appendFileSync, mkdirSync, renameSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { type Cache, openCache } from "@cache/core";
import { memoryStore } from "@cache/core/memory";
import { expect, test } from "vitest";
import type { CachedValue } from "../src/file-entry.ts";
import { type FileSystem, machineFileSystem } from "../src/file-system.ts";
import { indexFolder } from "../src/index-folder.ts";
import type { Scan } from "../src/scan.ts";
import { type Comparison, compareWithFreshScan } from "../src/verify.ts";
import { longAgo, SampleFolder } from "./sample-folder.ts";
import { laterClock, noMeter, problemsOf, rootOf, sampleScan } from "./sample-scan.ts";

const files = { "a/one": "1", "a/two": "22", "b/c/deep": "4444", top: "55555" };

async function indexed(folder: SampleFolder): Promise<Cache<CachedValue>> {
  const cache = await openCache<CachedValue>(memoryStore());
  await indexFolder(cache, rootOf(folder), sampleScan(), noMeter);
  return cache;
}

/** Compares as if the last pass had begun later than all that the test did. */
const compare = (cache: Cache<CachedValue>, folder: SampleFolder, scan: Scan = sampleScan(), since = laterClock()): Promise<Comparison> =>
  compareWithFreshScan(cache, rootOf(folder), scan, { since, meter: noMeter });

/** A file system on which something happens just before a directory is listed for the first time. */
function beforeListing(directory: string, act: () => void): Partial<FileSystem> {
  let isDone = false;
  return {
    readdir(path) {
      if (!isDone && path.toString() === directory) {
        isDone = true;
        act();
      }
      return machineFileSystem.readdir(path);
    },
  };
}

test("a cache in line with its folder is equal", async () => {
  await using folder = new SampleFolder(files);
  await using cache = await indexed(folder);
  expect(await compare(cache, folder)).toEqual({ compared: 8, changed: 0, differences: [] });
});

test("an entry that the cache has lost, and one that it made up", async () => {
  await using folder = new SampleFolder(files);
  await using cache = await indexed(folder);
  const entry = await cache.get(["entry", "top"]);
  await cache.delete(["entry", "a", "two"]);
  if (entry) await cache.set(["entry", "b", "ghost"], entry);
  expect((await compare(cache, folder)).differences).toEqual([
    { path: "a/two", difference: "it is in the folder, but not in the cache" },
    { path: "b/ghost", difference: "it is in the cache, but not in the folder" },
  ]);
});

test.each(["size", "mode", "mtime", "ctime", "birthtime", "inode", "device", "sha256", "kind", "name", "path"])(
  "an entry whose %s is wrong",
  async (field) => {
    await using folder = new SampleFolder(files);
    await using cache = await indexed(folder);
    const entry = await cache.get(["entry", "top"]);
    if (entry?.kind !== "file") throw new Error("there is no entry");
    const wrong = { size: 1, mode: 0, sha256: new Uint8Array(32), kind: "fifo", name: "t", path: "t" }[field] ?? 1n;
    await cache.set(["entry", "top"], { ...entry, [field]: wrong });
    const [difference, ...more] = (await compare(cache, folder)).differences;
    expect(difference).toEqual({ path: "top", difference: `the cache differs from the folder in ${field}` });
    expect(more).toEqual([]);
  },
);

test("content that changed behind an unchanged size, mtime and inode is found out", async () => {
  await using folder = new SampleFolder(files);
  await using cache = await indexed(folder);
  folder.write("top", "66666");
  await indexFolder(cache, rootOf(folder), sampleScan(), noMeter);
  expect((await compare(cache, folder)).differences).toEqual([{ path: "top", difference: "the cache differs from the folder in sha256" }]);
});

test("an entry without content identity is no excuse for a file that can be read", async () => {
  await using folder = new SampleFolder(files);
  await using cache = await indexed(folder);
  const entry = await cache.get(["entry", "top"]);
  if (entry?.kind !== "file") throw new Error("there is no entry");
  const { sha256: _, ...without } = entry;
  await cache.set(["entry", "top"], without);
  expect((await compare(cache, folder)).differences).toHaveLength(1);
});

test("what can't be read now is a problem, not a difference", async () => {
  await using folder = new SampleFolder(files);
  await using cache = await indexed(folder);
  const scan = sampleScan({ open: () => Promise.reject(Object.assign(new Error("denied"), { code: "EACCES" })) });
  expect((await compare(cache, folder, scan)).differences).toEqual([]);
  expect(problemsOf(scan)).toHaveLength(4);
});

test("what changed since the last pass is told apart, and brought in line", async () => {
  await using folder = new SampleFolder(files);
  const before = Date.now() - 60_000;
  await using cache = await indexed(folder);
  folder.write("top", "more than before", new Date());
  folder.write("a/new", "new");
  folder.write("made/in/between", "new");
  rmSync(folder.in("b"), { recursive: true });
  renameSync(folder.in("a/one"), folder.in("a/uno"));
  const comparison = await compare(cache, folder, sampleScan(), before);
  expect(comparison.differences).toEqual([]);
  expect(comparison.changed).toBeGreaterThanOrEqual(10);
  expect(await compare(cache, folder)).toEqual({ compared: 9, changed: 0, differences: [] });
});

test("a directory moved in with old files in it", async () => {
  await using folder = new SampleFolder(files);
  await using cache = await indexed(folder);
  mkdirSync(folder.outside("old/inner"), { recursive: true });
  writeFileSync(folder.outside("old/inner/file"), "old");
  // Only the moved directory itself gets a new ctime: the clock of this comparison stands between its files and the move.
  const since = Date.now() + 1000;
  const scan = sampleScan({
    async lstat(path) {
      const stats = await machineFileSystem.lstat(path);
      const isTouched = [folder.path, folder.in("old")].includes(path.toString());
      return isTouched ? Object.assign(stats, { ctimeNs: BigInt(since + 1000) * 1_000_000n }) : stats;
    },
  });
  renameSync(folder.outside("old"), folder.in("old"));
  expect(await compare(cache, folder, scan, since)).toMatchObject({ changed: 4, differences: [] });
});

test("a change does not excuse what did not change", async () => {
  await using folder = new SampleFolder(files);
  await using cache = await indexed(folder);
  await cache.delete(["entry", "b", "c", "deep"]);
  const since = Date.now() + 60_000;
  const scan = sampleScan({
    async lstat(path) {
      const stats = await machineFileSystem.lstat(path);
      return path.toString() === folder.in("top") ? Object.assign(stats, { ctimeNs: BigInt(since + 1000) * 1_000_000n }) : stats;
    },
  });
  const comparison = await compare(cache, folder, scan, since);
  expect(comparison.differences.map(({ path }) => path)).toEqual(["b/c/deep"]);
});

test("what changes during the comparison is looked at again", async () => {
  await using folder = new SampleFolder(files);
  await using cache = await indexed(folder);
  const since = Date.now();
  const faults = beforeListing(folder.in("b"), () => {
    folder.write("b/late", "late", new Date());
    appendFileSync(folder.in("top"), "!");
  });
  expect(await compare(cache, folder, sampleScan(faults, { now: Date.now }), since)).toMatchObject({ differences: [] });
});

test("what changes at every look can't be compared, which is a problem and no difference", async () => {
  await using folder = new SampleFolder(files);
  await using cache = await indexed(folder);
  let looks = 0;
  const scan = sampleScan(
    {
      async lstat(path) {
        if (path.toString() === folder.in("top")) utimesSync(path, longAgo, new Date(longAgo.getTime() + ++looks));
        return machineFileSystem.lstat(path);
      },
    },
    { now: Date.now },
  );
  expect(await compare(cache, folder, scan, Date.now())).toMatchObject({ changed: 1, differences: [] });
  expect(problemsOf(scan)).toEqual(["changing top"]);
});
