import { existsSync, mkdirSync, readdirSync } from "node:fs";
import { afterEach, expect, onTestFinished, test, vi } from "vitest";
import { explore, type Host } from "../src/explorer.ts";
import { machineFileSystem } from "../src/file-system.ts";
import { SampleFolder } from "./sample-folder.ts";
import { laterClock } from "./sample-scan.ts";

afterEach(() => {
  vi.unstubAllEnvs();
});

const files = { "a/one": "1", "a/two": "22", top: "55555" };

/** A process that explores, without being one. */
class Session {
  stdout = "";
  stderr = "";
  readonly folder: SampleFolder;
  readonly #host: Host;

  constructor(host: Partial<Host> = {}) {
    this.folder = new SampleFolder(files);
    onTestFinished(() => this.folder[Symbol.asyncDispose]());
    mkdirSync(this.folder.outside("temporary"));
    vi.stubEnv("TMPDIR", this.folder.outside("temporary"));
    this.#host = {
      stdout: { write: (text) => (this.stdout += text) },
      stderr: { write: (text) => (this.stderr += text) },
      workingFolder: this.folder.outside("."),
      defaultFolder: this.folder.path,
      fileSystem: machineFileSystem,
      now: laterClock,
      elapsed: () => performance.now(),
      signal: new AbortController().signal,
      ...host,
    };
  }

  /** What is left of temporary caches. */
  get left(): string[] {
    return readdirSync(this.folder.outside("temporary"));
  }

  async run(...args: string[]): Promise<number> {
    this.stdout = "";
    this.stderr = "";
    return await explore(args, this.#host);
  }

  /** A terminal for its stderr. */
  terminal(): Host["stderr"] {
    return { isTTY: true, columns: 100, write: (text) => (this.stderr += text) };
  }
}

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

test.each([
  ["lmdb", "kept/lmdb"],
  ["sqlite", "kept/cache.sqlite"],
])("a cache of %s is kept, and gone on with", async (store, path) => {
  const session = new Session();
  expect(await session.run("folder", "--store", store, "--cache", path)).toBe(0);
  expect(existsSync(session.folder.outside(path))).toBe(true);
  expect(await session.run("folder", "--store", store, "--cache", path)).toBe(0);
  expect(session.stdout).toContain(`${store}: the first pass met 5 entries of an earlier run and took over 3 hashes.`);
  expect(session.stdout).toMatch(new RegExp(`^${store} +3 +2 +0 B `, "m"));
});

test("a cache kept inside of the folder is left out of it", async () => {
  for (const args of [
    ["--store", "lmdb", "--cache", "folder/a/cache"],
    ["--store", "sqlite", "--cache", "folder/a/cache.sqlite"],
  ]) {
    // The cache's files come and go during the job, and change the times of the directory that they are in.
    const session = new Session({ now: Date.now });
    expect(await session.run("folder", ...args, "--json")).toBe(0);
    const [{ files: count, equal, problems }] = JSON.parse(session.stdout).stores;
    expect({ count, equal }).toEqual({ count: 3, equal: true });
    expect(problems.map(({ path }: { path: string }) => path)).toContain(args.at(-1)?.replace("folder/", ""));
  }
});

test("a cache of another folder, or of something else, is refused and left as it is", async () => {
  const session = new Session();
  await session.run("folder/a", "--store", "sqlite", "--cache", "kept");
  expect(await session.run("folder", "--store", "sqlite", "--cache", "kept")).toBe(2);
  expect(session.stderr).toContain(`this cache is of ${session.folder.in("a")}, not of ${session.folder.path}`);
  expect(await session.run("folder", "--store", "lmdb", "--cache", "folder")).toBe(2);
  expect(session.stderr).toContain("give the cache a path of its own");
  const { openCache } = await import("@cache/lmdb");
  const other = await openCache({ path: session.folder.outside("other") });
  await other.set("something", "else");
  await other.close();
  expect(await session.run("folder", "--store", "lmdb", "--cache", "other")).toBe(2);
  expect(session.stderr).toContain("holds something other than a folder's files");
  expect(await session.run("folder", "--store", "sqlite", "--cache", "folder/top")).toBe(1);
  expect(session.stderr).toMatch(/^CACHE_CORRUPT: .*top/);
  expect(await session.run("folder", "--store", "sqlite", "--cache", "folder/top/cache")).toBe(1);
  expect(session.stderr).toMatch(/^EEXIST: .*top/);
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

/** A session that is interrupted when a file is opened for the nth time. */
function interrupted(atOpening: number): Session {
  const controller = new AbortController();
  let opened = 0;
  return new Session({
    signal: controller.signal,
    fileSystem: {
      ...machineFileSystem,
      open(path) {
        if (++opened === atOpening) controller.abort();
        return machineFileSystem.open(path);
      },
    },
  });
}

test("interrupted with a store of its own, it keeps what is done and says where", async () => {
  // Three files in the first pass, three in the fresh scan.
  const session = interrupted(5);
  expect(await session.run("--store", "lmdb")).toBe(130);
  const [, kept = ""] = /^Interrupted: 5 entries were in the lmdb cache\. They are kept in (.*)\n/.exec(session.stderr) ?? [];
  expect(session.left).toHaveLength(1);
  expect(kept).toBe(session.folder.outside(`temporary/${session.left[0]}/lmdb`));
  expect(session.stderr).toContain(`To go on: npm start -- --store lmdb --cache ${kept}\n`);
  const again = new Session({ defaultFolder: session.folder.path });
  expect(await again.run("--store", "lmdb", "--cache", kept)).toBe(0);
  expect(again.stdout).toContain("met 5 entries of an earlier run and took over 3 hashes");
});

test("interrupted with all stores, it tells what was found out, and leaves nothing behind", async () => {
  const session = interrupted(8);
  expect(await session.run()).toBe(130);
  expect(session.stdout).toMatch(/^lmdb .* yes$/m);
  expect(session.stderr).toMatch(
    /^Interrupted: \d entries were in the sqlite cache\. It was a temporary one; with --store, what is done is kept\.\n$/,
  );
  expect(session.left).toEqual([]);
});

test("interrupted in memory, nothing can be kept; in a document, nothing is printed", async () => {
  const session = interrupted(5);
  expect(await session.run("--store", "memory", "--json")).toBe(130);
  expect(session.stderr).toContain("They are gone with the process");
  expect(session.stdout).toBe("");
});

test("an unexpected failure leaves nothing behind", async () => {
  const session = new Session({ fileSystem: { ...machineFileSystem, lstat: () => Promise.reject(new TypeError("a mistake")) } });
  await expect(session.run()).rejects.toThrow("a mistake");
  expect(session.left).toEqual([]);
});
