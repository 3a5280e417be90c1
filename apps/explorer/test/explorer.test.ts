import { expect, test } from "vitest";
import { machineFileSystem } from "../src/file-system.ts";
import { Session } from "./session.ts";

test("a table with a row per store, and no progress where nobody watches", async () => {
  const session = new Session();
  expect(await session.run()).toBe(0);
  const lines = session.stdout.split("\n");
  expect(lines[0]).toBe(`Indexing ${session.folder.path}`);
  expect(lines[2]).toMatch(/^store +files +directories +hashed +cold +warm +speed-up +bytes\/entry +equal$/);
  expect(lines[3]).toMatch(/^lmdb +3 +2 +8 B .* yes$/);
  expect(lines[4]).toMatch(/^sqlite +3 +2 +8 B .* yes$/);
  expect(lines[5]).toMatch(/^memory +3 +2 +8 B .* yes$/);
  expect(session.stdout).toContain("sqlite: the second pass read nothing; the cache of 5 entries equals a fresh scan of 5.");
  expect(session.stdout).not.toContain("Problems");
  expect(session.stderr).toBe("");
  expect(session.left).toEqual([]);
});

test("with --json one document, and nothing else", async () => {
  const session = new Session();
  session.folder.fifo("fifo");
  expect(await session.run("folder", "--json")).toBe(0);
  const document = JSON.parse(session.stdout);
  expect(Object.keys(document)).toEqual(["folder", "stores"]);
  expect(document.folder).toBe(session.folder.path);
  const row = {
    files: 3,
    directories: 2,
    bytesHashed: 8,
    coldMs: expect.any(Number),
    warmMs: expect.any(Number),
    equal: true,
    cacheBytesPerEntry: expect.any(Number),
    problems: [{ path: "fifo", problem: "it is a fifo; never opened" }],
  };
  expect(document.stores).toEqual(["lmdb", "sqlite", "memory"].map((store) => ({ store, ...row })));
  for (const { coldMs, warmMs, cacheBytesPerEntry } of document.stores) {
    expect(Math.min(coldMs, warmMs)).toBeGreaterThan(0);
    expect(cacheBytesPerEntry).toBeGreaterThan(50);
  }
  expect(session.stderr).toBe("");
});

test("on a terminal it counts, then shows each step", async () => {
  const session = new Session();
  const watching = new Session({ stderr: session.terminal(), defaultFolder: session.folder.path });
  expect(await watching.run("--store", "memory")).toBe(0);
  const steps = [...session.stderr.matchAll(/(counting|memory {2}(?:first pass|second pass|fresh scan))/g)].map(([step]) => step);
  expect(steps).toEqual(["counting", "memory  first pass", "memory  second pass", "memory  fresh scan"]);
  expect(session.stderr.endsWith("\r\u001B[K")).toBe(true);
  expect(watching.stdout).toContain(": 5 entries, 8 B");
});

test("problems are summed up by kind, once for all stores", async () => {
  const session = new Session();
  for (const name of ["p1", "p2", "p3", "p4", "p\u001B5"]) session.folder.fifo(name);
  session.folder.link("loop", "loop");
  expect(await session.run()).toBe(0);
  expect(session.stdout.split("\n\n").at(-1)).toBe(
    `Problems, none of them fatal:
  5 × sockets, fifos and devices, never opened: ${String.raw`p\x1b5`}, p1, p2 and 2 more
  1 × links that lead back to themselves or a folder above, not followed: loop
`,
  );
});

test("a cache that isn't equal to a fresh scan is told in words, in the document and by the exit code", async () => {
  let opened = 0;
  const session = new Session({
    fileSystem: {
      ...machineFileSystem,
      async open(path) {
        const file = await machineFileSystem.open(path);
        const isLater = path.toString().endsWith("top") && ++opened > 1;
        const read: typeof file.read = async (buffer, length) => {
          const bytes = await file.read(buffer, length);
          if (isLater) buffer[0] = 0;
          return bytes;
        };
        return { ...file, read };
      },
    },
  });
  expect(await session.run("--store", "memory", "--json")).toBe(1);
  expect(JSON.parse(session.stdout).stores[0]).toMatchObject({ equal: false });
  expect(session.stderr).toBe("memory: the cache differs from a fresh scan\n  top: the cache differs from the folder in sha256\n");
  opened = 0;
  expect(await session.run("--store", "memory")).toBe(1);
  expect(session.stdout).toMatch(/^memory .* NO$/m);
  expect(session.stdout).toContain("DIFFERS FROM a fresh scan of 5.\n  top: the cache differs from the folder in sha256\n");
  expect(session.stderr).toBe("");
});

test("a folder that isn't there, or isn't one", async () => {
  const session = new Session();
  expect(await session.run("nowhere")).toBe(2);
  expect(session.stderr).toContain(`there is no folder ${session.folder.outside("nowhere")}\nUsage: npm start`);
  expect(await session.run("folder/top")).toBe(2);
  expect(session.stderr).toContain(`${session.folder.in("top")} is not a folder\n`);
  expect(await session.run("folder/top/below")).toBe(2);
  expect(session.stdout).toBe("");
});

test("help, and arguments that are wrong", async () => {
  const session = new Session();
  expect(await session.run("--help")).toBe(0);
  expect(session.stdout).toMatch(/^Usage: npm start/);
  expect(await session.run("--store", "redis")).toBe(2);
  expect(session.stderr).toBe(
    `there is no store "redis"; there are: lmdb, sqlite, memory\nUsage: npm start -- [<folder>] [--store lmdb|sqlite|memory] [--cache <path>] [--json]   (--help tells more)\n`,
  );
  expect(session.stdout).toBe("");
});

test("a folder given by a link is the one that it leads to", async () => {
  const session = new Session();
  session.folder.link("a/here", session.folder.in("a"));
  expect(await session.run("folder/a/here", "--store", "memory", "--json")).toBe(0);
  expect(JSON.parse(session.stdout)).toMatchObject({ folder: session.folder.in("a/here"), stores: [{ files: 2, directories: 1 }] });
});

test("an unexpected failure leaves nothing behind", async () => {
  const session = new Session({ fileSystem: { ...machineFileSystem, lstat: () => Promise.reject(new TypeError("a mistake")) } });
  await expect(session.run()).rejects.toThrow("a mistake");
  expect(session.left).toEqual([]);
});
