import { sqliteStore } from "@cache/sqlite";
import SqliteDatabase from "better-sqlite3";
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { afterEach, expect, test, vi } from "vitest";
import { TestFolder } from "./folder.ts";
import { put, valueAt } from "./rows.ts";

afterEach(() => {
  vi.restoreAllMocks();
  syncBuiltinESMExports();
});

test.runIf(process.platform === "linux")("a flush brings the log to the disk, and nothing where there is no log to keep", () => {
  using folder = new TestFolder();
  const path = folder.in("cache.db");
  const stores = [sqliteStore({ path }), sqliteStore({ path: ":memory:" }), sqliteStore({ temporary: true })];
  const synced: string[] = [];
  vi.spyOn(fs, "fsyncSync").mockImplementation((file) => void synced.push(fs.readlinkSync(`/proc/self/fd/${file}`)));
  syncBuiltinESMExports();
  for (const store of stores) {
    store.open();
    put(store, "a", "1");
    store.flushSync();
    store.closeSync();
  }
  expect(synced).toEqual([`${fs.realpathSync(path)}-wal`]);
});

test("a flush works on a file that was only opened, and on one whose log was just written back", async () => {
  using folder = new TestFolder();
  const path = folder.in("cache.db");
  for (let life = 0; life < 2; life++) {
    const store = sqliteStore({ path });
    store.open();
    await store.flush();
    store.flushSync();
    put(store, "a", "1");
    const other = new SqliteDatabase(path);
    other.pragma("wal_checkpoint(TRUNCATE)");
    await store.flush();
    store.flushSync();
    other.close();
    await store.flush();
    await store.close();
  }
});

test("a flush waits for nobody: neither for others that read and write, nor for this turn's reads", async () => {
  using folder = new TestFolder();
  const path = folder.in("cache.db");
  const store = sqliteStore({ path, lockTimeout: 10 });
  store.open();
  put(store, "a", "1");
  const reader = new SqliteDatabase(path);
  reader.exec("BEGIN");
  reader.prepare("SELECT count(*) FROM rows").get();
  const writer = new SqliteDatabase(path);
  writer.exec("BEGIN IMMEDIATE");
  expect(valueAt(store, "a")).toBe("1");
  store.flushSync();
  await store.flush();
  expect(valueAt(store, "a")).toBe("1");
  for (const other of [reader, writer]) other.close();
  store.closeSync();
});

test("a flush leaves SQLite's locks as they are", () => {
  using folder = new TestFolder();
  const path = folder.in("cache.db");
  const store = sqliteStore({ path });
  store.open();
  put(store, "a", "1");
  store.flushSync();
  // Refused while anybody has the file open.
  expect(() => sqliteStore({ path }).destroy()).toThrow(expect.objectContaining({ code: "CACHE_LOCKED" }));
  expect(valueAt(store, "a")).toBe("1");
  store.closeSync();
});

test("closing waits for a flush, also at once, and what is closed can't be flushed", async () => {
  using folder = new TestFolder();
  const store = sqliteStore({ path: folder.in("cache.db") });
  const isClosed = expect.objectContaining({ code: "CACHE_CLOSED" });
  for (const close of ["close", "closeSync"] as const) {
    store.open();
    put(store, "a", "1");
    const flushes = Promise.all([store.flush(), store.flush()]);
    const closed = store[close]();
    expect(() => store.flushSync()).toThrow(isClosed);
    await closed;
    await flushes;
    await expect(store.flush()).rejects.toThrow(isClosed);
  }
  expect(fs.readdirSync(folder.path)).toEqual(["cache.db"]);
});
