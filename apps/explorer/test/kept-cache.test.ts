import { existsSync } from "node:fs";
import { expect, test } from "vitest";
import { machineFileSystem } from "../src/file-system.ts";
import { Session } from "./session.ts";

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
