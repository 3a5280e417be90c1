import { mkdirSync, rmdirSync, unlinkSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { machineFileSystem } from "../src/file-system.ts";
import { compareParts, Location } from "../src/location.ts";
import { look } from "../src/look.ts";
import type { Scan } from "../src/scan.ts";
import { walk } from "../src/walk.ts";
import { SampleFolder } from "./sample-folder.ts";
import { problemsOf, rootOf, sampleScan, systemError } from "./sample-scan.ts";

const pathsOf = async (folder: SampleFolder, scan: Scan): Promise<string[]> => {
  const found = await Array.fromAsync(walk(rootOf(folder), scan));
  return found.map(({ entry }) => `${entry.kind} ${entry.path}`);
};

test("it finds everything, in the order of the cache's keys", async () => {
  await using folder = new SampleFolder({ "b/c/deep.txt": "1", "b/c.txt": "2", "b!": "3", "a.txt": "4", "é.txt": "5", "z/z": "6" });
  mkdirSync(folder.in("empty"));
  folder.link("b/link", "../a.txt");
  const scan = sampleScan();
  const found = await Array.fromAsync(walk(rootOf(folder), scan));
  expect(found.map(({ entry }) => `${entry.kind} ${entry.path}`)).toEqual([
    "directory .",
    "file a.txt",
    "directory b",
    "directory b/c",
    "file b/c/deep.txt",
    "file b/c.txt",
    "link b/link",
    "file b!",
    "directory empty",
    "directory z",
    "file z/z",
    "file é.txt",
  ]);
  const parts = found.map(({ location }) => location.parts);
  expect(parts.toSorted(compareParts)).toEqual(parts);
  expect(found.find(({ entry }) => entry.kind === "link")?.entry.target).toBe("../a.txt");
  expect(scan.problems.list).toEqual([]);
});

test("a directory of thousands and a path of hundreds of directories", async () => {
  await using folder = new SampleFolder();
  const deep = Array.from({ length: 300 }, () => "d").join("/");
  mkdirSync(folder.in(deep), { recursive: true });
  for (let number = 0; number < 3000; number++) writeFileSync(folder.in(`f${number}`), "");
  const found = await pathsOf(folder, sampleScan());
  expect(found).toHaveLength(1 + 300 + 3000);
  expect(found[300]).toBe(`directory ${deep}`);
});

test("links that lead around are told, and no link is followed", async () => {
  await using folder = new SampleFolder({ "a/b/file": "1" });
  folder.link("a/b/up", "..");
  folder.link("a/b/top", folder.path);
  folder.link("a/self", "self");
  folder.link("ping", "pong");
  folder.link("pong", "ping");
  folder.link("dangling", "nowhere");
  folder.link("beside", "a/b");
  const scan = sampleScan();
  expect(await pathsOf(folder, scan)).toHaveLength(11);
  expect(problemsOf(scan).toSorted()).toEqual(["loop a/b/top", "loop a/b/up", "loop a/self", "loop ping", "loop pong"]);
});

test("sockets, fifos and devices are recorded and never opened", async () => {
  await using folder = new SampleFolder({ file: "1" });
  folder.fifo("fifo");
  await folder.socket("socket");
  const scan = sampleScan();
  expect(await pathsOf(folder, scan)).toEqual(["directory .", "fifo fifo", "file file", "socket socket"]);
  expect(problemsOf(scan)).toEqual(["special fifo", "special socket"]);
  const device = await look(Location.root("/dev").child(Buffer.from("null")), scan);
  expect(device?.entry.kind).toBe("character device");
  expect(problemsOf(scan)).toContain("special null");
});

test("names that aren't UTF-8 are kept byte by byte", async () => {
  await using folder = new SampleFolder({ ÿ: "1" });
  const directory = folder.inBytes("", 0xff, 0x64);
  mkdirSync(directory);
  folder.write(Buffer.concat([directory, Buffer.from("/in")]), "2");
  folder.link("link", "x");
  const scan = sampleScan();
  const found = await Array.fromAsync(walk(rootOf(folder), scan));
  expect(found.map(({ entry }) => entry.path)).toEqual([".", "link", "ÿ", String.raw`\xffd`, String.raw`\xffd/in`]);
  expect(found.at(-1)?.location.parts).toEqual([Buffer.from([0xff, 0x64]), "in"]);
  expect(problemsOf(scan)).toEqual([String.raw`name \xffd`]);
});

test("paths longer than a key may be are left out, and told once", async () => {
  await using folder = new SampleFolder({ short: "1" });
  const names = Array.from({ length: 9 }, (_, at) => String(at).repeat(240));
  mkdirSync(folder.in(names.slice(0, 8).join("/")), { recursive: true });
  // The whole path is longer than the system takes at once.
  const before = process.cwd();
  process.chdir(folder.in(names.slice(0, 8).join("/")));
  mkdirSync(names[8] ?? "");
  process.chdir(before);
  const scan = sampleScan();
  const found = await pathsOf(folder, scan);
  expect(found).toHaveLength(1 + 8 + 1);
  expect(problemsOf(scan)).toEqual([`too long ${names.join("/")}`]);
});

test("a pseudo file system isn't entered", async () => {
  const scan = sampleScan();
  const found = await Array.fromAsync(walk(Location.root("/proc"), scan));
  expect(found).toHaveLength(1);
  expect(problemsOf(scan)).toEqual(["pseudo ."]);
});

test("what belongs to the cache is left out", async () => {
  await using folder = new SampleFolder({ "a/cache/data.mdb": "1", "a/file": "2" });
  const scan = sampleScan({}, { leftOut: new Set([folder.in("a/cache")]) });
  expect(await pathsOf(folder, scan)).toEqual(["directory .", "directory a", "file a/file"]);
  expect(problemsOf(scan)).toEqual(["own cache a/cache"]);
});

test("a directory that can't be listed is recorded without what is in it", async () => {
  await using folder = new SampleFolder({ "a/file": "1", "locked/file": "2" });
  const scan = sampleScan({
    readdir(path) {
      if (path.equals(Buffer.from(folder.in("locked")))) throw systemError("EACCES");
      return machineFileSystem.readdir(path);
    },
  });
  expect(await pathsOf(folder, scan)).toEqual(["directory .", "directory a", "file a/file", "directory locked"]);
  expect(scan.problems.list).toEqual([{ path: "locked", kind: "unreadable", problem: "it can't be read: permission denied (EACCES)" }]);
});

test("what vanishes during the walk is passed over, directories too", async () => {
  await using folder = new SampleFolder({ "a/file": "1", other: "2" });
  mkdirSync(folder.in("gone"));
  const scan = sampleScan({
    async readdir(path) {
      if (path.equals(Buffer.from(folder.in("gone")))) rmdirSync(path);
      const names = await machineFileSystem.readdir(path);
      if (path.equals(Buffer.from(folder.in("a")))) unlinkSync(folder.in("a/file"));
      return names;
    },
  });
  expect(await pathsOf(folder, scan)).toEqual(["directory .", "directory a", "file other"]);
  expect(problemsOf(scan).toSorted()).toEqual(["vanished a/file", "vanished gone"]);
});

test("a directory that becomes a file between two looks is found as a file", async () => {
  await using folder = new SampleFolder();
  mkdirSync(folder.in("turned"));
  const scan = sampleScan({
    readdir(path) {
      if (path.equals(Buffer.from(folder.in("turned")))) {
        rmdirSync(path);
        writeFileSync(path, "now a file");
      }
      return machineFileSystem.readdir(path);
    },
  });
  expect(await pathsOf(folder, scan)).toEqual(["directory .", "file turned"]);
  expect(scan.problems.list).toEqual([]);
});

test("a signal ends the walk", async () => {
  await using folder = new SampleFolder({ a: "1", b: "2", c: "3" });
  const controller = new AbortController();
  const scan = sampleScan({}, { signal: controller.signal });
  const seen: string[] = [];
  const walking = async (): Promise<void> => {
    for await (const { entry } of walk(rootOf(folder), scan)) {
      seen.push(entry.path);
      if (entry.path === "a") controller.abort(new Error("enough"));
    }
  };
  await expect(walking()).rejects.toThrow("enough");
  expect(seen).toEqual([".", "a"]);
});
