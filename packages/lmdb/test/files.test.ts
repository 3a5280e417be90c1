import { isCacheError, lmdbStore } from "@cache/lmdb";
import { open } from "lmdb";
import { randomBytes } from "node:crypto";
import { closeSync, mkdirSync, openSync, readFileSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { openEngine } from "../src/engine.ts";
import { EngineKey } from "../src/engine-key.ts";
import { KIND } from "../src/layout.ts";
import { outOfReach } from "../src/page-walk.ts";
import { TestFolder } from "./folder.ts";
import { batchOf, set, TABLE, usageTwice, valueOf } from "./rows.ts";

/** Opening fails with a code and names the file, which stays as it is. */
function expectRefusal(path: string, code: "CACHE_CORRUPT" | "CACHE_VERSION", file = `${path}/data.mdb`): void {
  const before = readFileSync(file);
  let error: unknown;
  try {
    lmdbStore({ path }).open();
  } catch (caught) {
    error = caught;
  }
  expect(isCacheError(error) ? error.code : error).toBe(code);
  expect(String(error)).toContain(file);
  expect(readFileSync(file).equals(before)).toBe(true);
}

async function fill(path: string, rows: number): Promise<void> {
  const store = lmdbStore({ path });
  store.open();
  for (let at = 0; at < rows; at += 100)
    store.commitSync(batchOf(...Array.from({ length: Math.min(100, rows - at) }, (_, row) => set(`row ${at + row}`, "x".repeat(200)))));
  await store.close();
}

test.each([
  ["text", Buffer.from("not a database, but long enough to be one".repeat(1000))],
  ["noise", randomBytes(64 * 1024)],
  ["zeros", Buffer.alloc(64 * 1024)],
  ["one byte", Buffer.from("x")],
  ["an SQLite file's beginning", Buffer.concat([Buffer.from("SQLite format 3\0"), Buffer.alloc(8192)])],
])("%s instead of a database is CACHE_CORRUPT", (_, content) => {
  using folder = new TestFolder();
  mkdirSync(folder.in("cache"));
  writeFileSync(folder.in("cache", "data.mdb"), content);
  expectRefusal(folder.in("cache"), "CACHE_CORRUPT");
});

test("a file in place of the folder is CACHE_CORRUPT", () => {
  using folder = new TestFolder();
  writeFileSync(folder.in("cache"), "x");
  expectRefusal(folder.in("cache"), "CACHE_CORRUPT", folder.in("cache"));
});

test("another program's LMDB database is CACHE_CORRUPT", async () => {
  using folder = new TestFolder();
  const theirs = open({ path: folder.in("cache") });
  await theirs.put("a", 1);
  await theirs.close();
  expectRefusal(folder.in("cache"), "CACHE_CORRUPT");
});

test.each([
  ["newer", "CACHE_VERSION", 3],
  ["older", "CACHE_CORRUPT", 1],
] as const)("a database of a %s LMDB is %s", async (_, code, version) => {
  using folder = new TestFolder();
  await fill(folder.in("cache"), 10);
  const file = folder.in("cache", "data.mdb");
  const content = readFileSync(file);
  for (const meta of [24, 4096 + 24]) content.writeUInt32LE(version, meta + 4);
  writeFileSync(file, content);
  expectRefusal(folder.in("cache"), code);
});

test.each([
  ["newer", 5],
  ["older", 3],
  ["much older", 1],
])("data of a %s format is CACHE_VERSION", async (_, version) => {
  using folder = new TestFolder();
  await fill(folder.in("cache"), 10);
  const engine = openEngine(folder.in("cache"), 126);
  engine.transactionSync(() => {
    engine.put(new EngineKey().single(KIND.format), Buffer.from([...Buffer.from("@cache/lmdb"), 0, version]));
  });
  await engine.close();
  expectRefusal(folder.in("cache"), "CACHE_VERSION");
});

test.each([0.9, 0.5, 0.1, 0.01])("a database cut to %d of its size is CACHE_CORRUPT", async (part) => {
  using folder = new TestFolder();
  await fill(folder.in("cache"), 3000);
  const file = folder.in("cache", "data.mdb");
  truncateSync(file, Math.floor(statSync(file).size * part));
  expectRefusal(folder.in("cache"), "CACHE_CORRUPT");
});

test("a file that ends before its last page, since that is free, is whole", async () => {
  using folder = new TestFolder();
  const path = folder.in("cache");
  await fill(path, 3000);
  const store = lmdbStore({ path });
  store.open();
  store.commitSync(batchOf({ type: "deleteRange", table: TABLE }));
  for (let at = 0; at < 5; at++) store.commitSync(batchOf(set("kept", `value ${at}`)));
  await store.close();
  const file = folder.in("cache", "data.mdb");
  const pages = neededPages(file);
  expect(pages).toBeLessThan(statSync(file).size / 4096);
  truncateSync(file, pages * 4096);

  const again = lmdbStore({ path });
  again.open();
  expect(valueOf(again, "kept")).toBe("value 4");
  again.commitSync(batchOf(...Array.from({ length: 1000 }, (_, at) => set(`new ${at}`, "y".repeat(200)))));
  const { kept, counted } = await usageTwice(again, TABLE);
  expect(kept).toEqual(counted);
  expect(kept[0]).toBe(1001);
  await again.close();
});

/** How many pages a file must have at least for all that is in use to be there. */
function neededPages(file: string): number {
  const content = readFileSync(file);
  const metas = [24, 4096 + 24].map((at) => ({ transaction: content.readBigUInt64LE(at + 128), roots: [at + 64, at + 112] }));
  const [newest] = metas.toSorted((a, b) => Number(b.transaction - a.transaction));
  const roots = (newest?.roots ?? []).map((at) => Number(content.readBigUInt64LE(at)));
  const descriptor = openSync(file, "r");
  try {
    let pages = content.length / 4096;
    while (!outOfReach(descriptor, 4096, pages - 1, roots)) pages--;
    return pages;
  } finally {
    closeSync(descriptor);
  }
}

test("an empty file and an empty folder are a new cache", async () => {
  using folder = new TestFolder();
  mkdirSync(folder.in("cache"));
  writeFileSync(folder.in("cache", "data.mdb"), "");
  await fill(folder.in("cache"), 10);
  await fill(folder.in("deep", "in", "folders.with.dots"), 10);
  expect(statSync(folder.in("deep", "in", "folders.with.dots")).isDirectory()).toBe(true);
});
