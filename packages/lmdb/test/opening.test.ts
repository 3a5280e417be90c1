import { lmdbStore } from "@cache/lmdb";
import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { commitNumbers } from "./durable-version.ts";
import { TestFolder } from "./folder.ts";
import { batchOf, set, valueOf } from "./rows.ts";

/**
 * Does what a process does to the others that opens the engine: it tells them the number of the newest transaction as it was when it looked.
 * In a process of its own, since this one would lose its locks when it closes the file.
 */
function tellNewest(lockFile: string, newest: number): void {
  const program = `
    const { openSync, writeSync } = require("node:fs");
    const number = Buffer.alloc(8);
    number.writeBigUInt64LE(BigInt(process.argv[2]));
    writeSync(openSync(process.argv[1], "r+"), number, 0, 8, 8);
  `;
  execFileSync(process.execPath, ["-e", program, lockFile, String(newest)]);
}

test.each([
  ["commit", 1],
  ["commit", 2],
  ["commit", 3],
  ["commitSync", 1],
  ["commitSync", 2],
  ["commitSync", 3],
] as const)("%s loses nothing when another process opened the file %i commits ago and only now says so", async (commit, ago) => {
  using folder = new TestFolder();
  const store = lmdbStore({ path: folder.in("cache") });
  store.open();
  const keys = ["a", "b", "c", "d", "e", "f"];
  for (const key of keys) {
    store.commitSync(batchOf(set(key, key)));
    await store.flush();
  }
  const { visible } = commitNumbers(folder.in("cache", "data.mdb"));
  tellNewest(folder.in("cache", "lock.mdb"), visible - ago);
  await store[commit](batchOf(set("next", "next")));
  expect(commitNumbers(folder.in("cache", "data.mdb")).visible).toBe(visible + 1);
  for (const key of [...keys, "next"]) expect(valueOf(store, key)).toBe(key);
  await store.close();
});
