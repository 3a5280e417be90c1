import { chmodSync, mkdirSync, renameSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { describe, expect, onTestFinished, test } from "vitest";
import { cacheHome, type StoreName, storeNames } from "../src/cache-home.ts";
import { cachedEntries } from "../src/cached-entries.ts";
import type { FileEntry } from "../src/file-entry.ts";
import { type FileSystem, machineFileSystem } from "../src/file-system.ts";
import { indexFolder, type Pass } from "../src/index-folder.ts";
import type { Scan } from "../src/scan.ts";
import { type Comparison, compareWithFreshScan } from "../src/verify.ts";
import { type PlainEntry, plainScan } from "./plain-scan.ts";
import { SampleFolder } from "./sample-folder.ts";
import { laterClock, noMeter, problemsOf, rootOf, sampleScan } from "./sample-scan.ts";

/** A folder and a cache of it that is opened anew for every pass. */
class Bench {
  readonly folder: SampleFolder;
  readonly #home: ReturnType<typeof cacheHome>;

  constructor(store: StoreName, files: Readonly<Record<string, string>>) {
    this.folder = new SampleFolder(files);
    this.#home = cacheHome(store, this.folder.outside("cache"));
    onTestFinished(() => this.folder[Symbol.asyncDispose]());
  }

  async index(scan: Scan = sampleScan()): Promise<Pass> {
    const home = await this.#home;
    await using cache = await home.open();
    return await indexFolder(cache, rootOf(this.folder), scan, noMeter);
  }

  async entries(): Promise<FileEntry[]> {
    const home = await this.#home;
    await using cache = await home.open();
    const entries = await Array.fromAsync(cachedEntries(cache, new AbortController().signal));
    return entries.map(({ entry }) => entry);
  }

  async compare(scan: Scan): Promise<Comparison> {
    const home = await this.#home;
    await using cache = await home.open();
    return await compareWithFreshScan(cache, rootOf(this.folder), scan, { since: laterClock(), meter: noMeter });
  }

  get bytes(): Promise<number> {
    return this.#home.then((home) => home.bytes());
  }
}

/** Checks a cache against a fresh scan by the explorer's own account, and by that of the plainest scan there is. */
async function expectEqual(bench: Bench): Promise<void> {
  expect(await bench.compare(sampleScan())).toMatchObject({ changed: 0, differences: [] });
  expect((await bench.entries()).map(plain)).toEqual(plainScan(bench.folder.path));
}

function plain({ path, size, mode, mtime, inode, target, sha256 }: FileEntry): PlainEntry {
  const text = target === undefined ? undefined : String(target);
  return { path, size, mode, mtime, inode, target: text, sha256: sha256 && Buffer.from(sha256).toString("hex") };
}

/** Counts what is opened. */
function counting(): { opened: string[]; faults: Partial<FileSystem> } {
  const opened: string[] = [];
  return { opened, faults: { open: (path) => (opened.push(path.toString()), machineFileSystem.open(path)) } };
}

const files = { "a/one": "1", "a/two": "22", "a.txt": "333", "b/c/deep": "4444", top: "55555" };

describe.each(storeNames)("in a cache of %s", (store) => {
  test("the first pass records everything, the second reads nothing", async () => {
    const bench = new Bench(store, files);
    bench.folder.link("link", "a/one");
    const first = await bench.index();
    expect(first).toMatchObject({ met: 0, reused: 0, changes: 10, bytesRead: 15, bytesHashed: 15 });
    expect(Object.fromEntries(first.kinds)).toEqual({ directory: 4, file: 5, link: 1 });
    await expectEqual(bench);
    const { opened, faults } = counting();
    expect(await bench.index(sampleScan(faults))).toMatchObject({ met: 10, reused: 5, changes: 0, bytesRead: 0, bytesHashed: 0 });
    expect(opened).toEqual([]);
    await expectEqual(bench);
    expect(await bench.bytes).toBeGreaterThan(10 * 32);
  });

  test("a later pass reads what changed, and only that", async () => {
    const bench = new Bench(store, files);
    await bench.index();
    bench.folder.write("top", "54321", new Date());
    bench.folder.write("a/new", "666666");
    bench.folder.write("a/two", "two", new Date("2024-03-01"));
    chmodSync(bench.folder.in("a.txt"), 0o600);
    const { opened, faults } = counting();
    const pass = await bench.index(sampleScan(faults));
    expect(opened.toSorted()).toEqual(["a/new", "a/two", "top"].map((path) => bench.folder.in(path)));
    expect(pass).toMatchObject({ reused: 3, bytesRead: 14 });
    await expectEqual(bench);
  });

  test("entries of what is gone are deleted, whole directories too", async () => {
    const bench = new Bench(store, files);
    await bench.index();
    rmSync(bench.folder.in("b"), { recursive: true });
    rmSync(bench.folder.in("a/one"));
    await bench.index();
    expect((await bench.entries()).map(({ path }) => path)).toEqual([".", "a", "a/two", "a.txt", "top"]);
    await expectEqual(bench);
  });

  test("a file that becomes a directory, and a directory that becomes a file", async () => {
    const bench = new Bench(store, files);
    await bench.index();
    rmSync(bench.folder.in("a"), { recursive: true });
    writeFileSync(bench.folder.in("a"), "now a file");
    rmSync(bench.folder.in("top"));
    mkdirSync(bench.folder.in("top/inner"), { recursive: true });
    await bench.index();
    await expectEqual(bench);
  });

  test("a file replaced by one of the same size and time is read: it has another inode", async () => {
    const bench = new Bench(store, files);
    await bench.index();
    bench.folder.write("other", "99999");
    renameSync(bench.folder.in("other"), bench.folder.in("top"));
    expect(await bench.index()).toMatchObject({ bytesRead: 5 });
    await expectEqual(bench);
  });

  test("times are compared to the nanosecond", async () => {
    const bench = new Bench(store, files);
    utimesSync(bench.folder.in("top"), 1_700_000_000, "1700000000.000001");
    await bench.index();
    utimesSync(bench.folder.in("top"), 1_700_000_000, "1700000000.000002");
    expect(await bench.index()).toMatchObject({ bytesRead: 5, reused: 4 });
  });

  test("a file read in the very moment of its last change is read again once more", async () => {
    const bench = new Bench(store, files);
    const lastChange = new Date();
    bench.folder.write("top", "fresh", lastChange);
    await bench.index(sampleScan({}, { now: () => lastChange.getTime() + 10 }));
    expect(await bench.index()).toMatchObject({ bytesRead: 5, reused: 4 });
    expect(await bench.index()).toMatchObject({ bytesRead: 0, reused: 5 });
  });

  test("what can't be text or can't be read is recorded all the same", async () => {
    const bench = new Bench(store, { good: "1", locked: "2" });
    bench.folder.write(bench.folder.inBytes("", 0x66, 0xfc, 0x72), "für in Latin-1");
    mkdirSync(bench.folder.inBytes("", 0xff));
    bench.folder.fifo("fifo");
    await bench.folder.socket("socket");
    bench.folder.link("loop", "loop");
    const locked: Partial<FileSystem> = {
      open: (path) =>
        path.toString().endsWith("locked")
          ? Promise.reject(Object.assign(new Error("locked"), { code: "EACCES" }))
          : machineFileSystem.open(path),
    };
    for (const bytesRead of [16, 0]) {
      const scan = sampleScan(locked);
      expect(await bench.index(scan)).toMatchObject({ bytesRead });
      expect(problemsOf(scan).toSorted()).toEqual([
        "loop loop",
        String.raw`name \xff`,
        String.raw`name f\xfcr`,
        "special fifo",
        "special socket",
        "unreadable locked",
      ]);
      expect(await bench.compare(scan)).toEqual({ compared: 8, changed: 0, differences: [] });
    }
    const kinds = (await bench.entries()).map(({ path, kind, sha256 }) => `${kind} ${path}${sha256 ? " hashed" : ""}`);
    expect(kinds).toEqual([
      "directory .",
      "fifo fifo",
      "file good hashed",
      "file locked",
      "link loop",
      "socket socket",
      String.raw`file f\xfcr hashed`,
      String.raw`directory \xff`,
    ]);
  });

  test("more entries than fit in a batch or a page", async () => {
    const bench = new Bench(store, Object.fromEntries(Array.from({ length: 1300 }, (_, at) => [`d${at % 20}/f${at}`, `${at}`])));
    expect(await bench.index()).toMatchObject({ changes: 1321 });
    await expectEqual(bench);
    for (let at = 0; at < 1300; at += 2) rmSync(bench.folder.in(`d${at % 20}/f${at}`));
    expect(await bench.index()).toMatchObject({ met: 1321, reused: 650, bytesRead: 0 });
    await expectEqual(bench);
  });

  test("what is done when a signal comes is kept, and taken over by the next pass", async () => {
    const bench = new Bench(store, Object.fromEntries(Array.from({ length: 40 }, (_, at) => [`f${10 + at}`, "content"])));
    const controller = new AbortController();
    let opened = 0;
    const abortAtThirtieth: Partial<FileSystem> = {
      open(path) {
        if (++opened === 30) controller.abort(new Error("enough"));
        return machineFileSystem.open(path);
      },
    };
    await expect(bench.index(sampleScan(abortAtThirtieth, { signal: controller.signal }))).rejects.toThrow("enough");
    const kept = (await bench.entries()).filter(({ sha256 }) => sha256).length;
    expect(kept).toBeGreaterThan(0);
    expect(kept).toBeLessThan(40);
    expect(await bench.index()).toMatchObject({ reused: kept, bytesRead: 7 * (40 - kept) });
    await expectEqual(bench);
  });
});

test("nothing is deleted from the cache when the walk is cut short", async () => {
  const bench = new Bench("memory", files);
  await bench.index();
  const controller = new AbortController();
  const readdir: FileSystem["readdir"] = (path) => {
    if (path.toString().endsWith("/a")) controller.abort(new Error("enough"));
    return machineFileSystem.readdir(path);
  };
  await expect(bench.index(sampleScan({ readdir }, { signal: controller.signal }))).rejects.toThrow("enough");
  expect(await bench.entries()).toHaveLength(9);
});
