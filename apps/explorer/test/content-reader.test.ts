import { createHash } from "node:crypto";
import { appendFileSync, renameSync, symlinkSync, unlinkSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { ContentReader } from "../src/content-reader.ts";
import type { FileEntry } from "../src/file-entry.ts";
import { type FileSystem, machineFileSystem, type OpenFile } from "../src/file-system.ts";
import { look } from "../src/look.ts";
import type { Scan } from "../src/scan.ts";
import { SampleFolder } from "./sample-folder.ts";
import { problemsOf, rootOf, sampleScan, systemError } from "./sample-scan.ts";

const sha256 = (content: string | Buffer): string => createHash("sha256").update(content).digest("hex");
const hex = (entry: FileEntry | undefined): string | undefined => entry?.sha256 && Buffer.from(entry.sha256).toString("hex");

async function identify(folder: SampleFolder, scan: Scan, path = "file"): Promise<[FileEntry | undefined, ContentReader]> {
  const found = await look(rootOf(folder).child(Buffer.from(path)), scan);
  if (!found) throw new Error(`there is no ${path}`);
  const reader = new ContentReader(scan, () => {});
  return [await reader.identify(found.location, found.entry), reader];
}

/** A file system that does something after each read of a file. */
function afterEachRead(act: (reads: number) => void): Partial<FileSystem> {
  let reads = 0;
  return {
    async open(path) {
      const file: OpenFile = await machineFileSystem.open(path);
      return {
        stat: () => file.stat(),
        close: () => file.close(),
        async read(buffer, length) {
          const bytes = await file.read(buffer, length);
          act(++reads);
          return bytes;
        },
      };
    },
  };
}

test.each([0, 1, 128 * 1024 - 1, 128 * 1024, 128 * 1024 + 1, 3_000_001])("a file of %d bytes is hashed whole", async (size) => {
  const content = Buffer.alloc(size, "every byte counts. ");
  await using folder = new SampleFolder();
  folder.write("file", content);
  const scan = sampleScan();
  const [entry, reader] = await identify(folder, scan);
  expect(hex(entry)).toBe(sha256(content));
  expect(reader).toMatchObject({ bytesRead: size, bytesHashed: size });
  expect(scan.problems.list).toEqual([]);
});

test("memory stays bounded however large the file", async () => {
  await using folder = new SampleFolder();
  folder.write("file", Buffer.alloc(5_000_000));
  let longest = 0;
  const scan = sampleScan({
    async open(path) {
      const file = await machineFileSystem.open(path);
      return { ...file, read: (buffer, length) => ((longest = Math.max(longest, buffer.byteLength)), file.read(buffer, length)) };
    },
  });
  await identify(folder, scan);
  expect(longest).toBe(128 * 1024);
});

test("a file that changes while it is read is read again", async () => {
  await using folder = new SampleFolder({ file: "before" });
  const scan = sampleScan(afterEachRead((reads) => reads === 1 && appendFileSync(folder.in("file"), " and after")));
  const [entry, reader] = await identify(folder, scan);
  expect(hex(entry)).toBe(sha256("before and after"));
  expect(entry?.size).toBe(16);
  expect(reader).toMatchObject({ bytesRead: 22, bytesHashed: 16 });
  expect(scan.problems.list).toEqual([]);
});

test("a file that grows with every read ends, and is recorded without content identity", async () => {
  await using folder = new SampleFolder({ file: "x".repeat(300_000) });
  const scan = sampleScan(afterEachRead(() => appendFileSync(folder.in("file"), "x".repeat(200_000))));
  const [entry] = await identify(folder, scan);
  expect(entry).toMatchObject({ path: "file", kind: "file" });
  expect(entry).not.toHaveProperty("sha256");
  expect(problemsOf(scan)).toEqual(["changing file"]);
});

test("a file rewritten in place with the same size is noticed", async () => {
  await using folder = new SampleFolder({ file: "a".repeat(300_000) });
  const rewrite = (reads: number): void => {
    if (reads === 1) folder.write("file", "b".repeat(300_000));
  };
  const [entry] = await identify(folder, sampleScan(afterEachRead(rewrite)));
  expect(hex(entry)).toBe(sha256("b".repeat(300_000)));
});

test("a file that shrinks while it is read", async () => {
  await using folder = new SampleFolder({ file: "a".repeat(300_000) });
  const [entry] = await identify(folder, sampleScan(afterEachRead((reads) => reads === 1 && folder.write("file", "short"))));
  expect(hex(entry)).toBe(sha256("short"));
});

test("a file replaced by another", async () => {
  await using folder = new SampleFolder({ file: "old", new: "replacement" });
  let opened = 0;
  const scan = sampleScan({
    open(path) {
      if (++opened === 1) renameSync(folder.in("new"), folder.in("file"));
      return machineFileSystem.open(path);
    },
  });
  const [entry] = await identify(folder, scan);
  expect(hex(entry)).toBe(sha256("replacement"));
});

test("a file replaced by a link isn't followed, by a fifo isn't waited for", async () => {
  for (const replace of [
    (folder: SampleFolder) => symlinkSync("target", folder.in("file")),
    (folder: SampleFolder) => folder.fifo("file"),
  ]) {
    await using folder = new SampleFolder({ file: "content", target: "other" });
    const scan = sampleScan({
      open(path) {
        unlinkSync(path);
        replace(folder);
        return machineFileSystem.open(path);
      },
    });
    const [entry] = await identify(folder, scan);
    expect(entry).not.toHaveProperty("sha256");
    expect(problemsOf(scan)).toEqual(["changing file"]);
  }
});

test("a file that vanishes before it is read has no entry", async () => {
  await using folder = new SampleFolder({ file: "content" });
  const scan = sampleScan({
    open(path) {
      unlinkSync(path);
      return machineFileSystem.open(path);
    },
  });
  const [entry] = await identify(folder, scan);
  expect(entry).toBeUndefined();
  expect(problemsOf(scan)).toEqual(["vanished file"]);
});

test("a file that vanishes while it is read is what it was", async () => {
  await using folder = new SampleFolder({ file: "content" });
  const [entry] = await identify(folder, sampleScan(afterEachRead((reads) => reads === 1 && unlinkSync(folder.in("file")))));
  expect(entry).toBeUndefined();
});

test.each([
  ["open", "EACCES", "permission denied"],
  ["open", "EPERM", "not permitted"],
  ["read", "EIO", "input/output error"],
  ["read", "ESTALE", "the system refuses"],
] as const)("a file whose %s fails with %s is recorded without content identity", async (call, code, reason) => {
  await using folder = new SampleFolder({ file: "content" });
  let closed = 0;
  const scan = sampleScan({
    async open(path) {
      if (call === "open") throw systemError(code);
      const file = await machineFileSystem.open(path);
      const close = async (): Promise<void> => (closed++, file.close());
      return { ...file, close, read: () => Promise.reject(systemError(code)) };
    },
  });
  const [entry] = await identify(folder, scan);
  expect(entry).toMatchObject({ size: 7 });
  expect(entry).not.toHaveProperty("sha256");
  expect(scan.problems.list).toEqual([{ path: "file", kind: "unreadable", problem: `it can't be read: ${reason} (${code})` }]);
  expect(closed).toBe(call === "read" ? 1 : 0);
});

test("a file without permissions is what this user may see of it", async () => {
  await using folder = new SampleFolder();
  writeFileSync(folder.in("file"), "secret", { mode: 0 });
  const scan = sampleScan();
  const [entry] = await identify(folder, scan);
  // To root permissions mean nothing.
  const expected = process.getuid?.() === 0 ? [sha256("secret")] : [undefined, "unreadable file"];
  expect([hex(entry), ...problemsOf(scan)]).toEqual(expected);
});

test("mistakes of the program are not taken for problems of the folder", async () => {
  await using folder = new SampleFolder({ file: "content" });
  const scan = sampleScan({ open: () => Promise.reject(new TypeError("a mistake")) });
  await expect(identify(folder, scan)).rejects.toThrow("a mistake");
});

test("a signal ends a reading after the chunk", async () => {
  await using folder = new SampleFolder();
  folder.write("file", Buffer.alloc(1_000_000));
  const controller = new AbortController();
  const scan = sampleScan(
    afterEachRead((reads) => reads === 2 && controller.abort(new Error("enough"))),
    { signal: controller.signal },
  );
  await expect(identify(folder, scan)).rejects.toThrow("enough");
});
