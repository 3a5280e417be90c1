import { openCache, openCacheSync, sqliteStore } from "@cache/sqlite";
import SqliteDatabase from "better-sqlite3";
import { readdirSync, statSync } from "node:fs";
import { afterEach, describe, expect, test, vi } from "vitest";
import { TestFolder } from "./folder.ts";
import { put, valueAt } from "./rows.ts";

afterEach(() => vi.unstubAllGlobals());

describe("closing", () => {
  test("leaves one file, and may be done again", async () => {
    using folder = new TestFolder();
    const cache = await openCache<number>({ path: folder.in("cache.db") });
    await cache.set("a", 1);
    expect(readdirSync(folder.path)).toContain("cache.db-wal");
    await cache.close();
    await cache.close();
    expect(readdirSync(folder.path)).toEqual(["cache.db"]);
  });

  test("makes the store's methods fail, until it is opened again", () => {
    using folder = new TestFolder();
    const store = sqliteStore({ path: folder.in("cache.db") });
    const closed = expect.objectContaining({ code: "CACHE_CLOSED" });
    expect(() => store.usage(1)).toThrow(closed);
    store.open();
    store.open();
    put(store, "a", "1");
    store.closeSync();
    expect(() => store.get(1, new Uint8Array([1]))).toThrow(closed);
    expect(() => put(store, "a", "2")).toThrow(closed);
    store.open();
    expect(valueAt(store, "a")).toBe("1");
    store.closeSync();
    store.closeSync();
  });

  test("gives free space back to the file system", async () => {
    using folder = new TestFolder();
    const path = folder.in("cache.db");
    const cache = await openCache<string>({ path });
    await cache.setMany(Array.from({ length: 2000 }, (_, at) => [at, "x".repeat(1000)] as const));
    await cache.close();
    expect(statSync(path).size).toBeGreaterThan(2_000_000);
    const again = await openCache<string>({ path });
    await again.clear();
    await again.close();
    expect(statSync(path).size).toBeLessThan(200_000);
  });
});

describe("opening a file twice in a process", () => {
  test("gives two caches on the same data", async () => {
    using folder = new TestFolder();
    const path = folder.in("cache.db");
    await using one = await openCache<number>({ path });
    using two = openCacheSync<number>({ path });
    await one.set("a", 1);
    expect(two.get("a")).toBe(1);
    two.set("a", 2);
    expect(await one.get("a")).toBe(2);
    expect([await one.size, two.size]).toEqual([1, 1]);
  });
});

describe("destroying", () => {
  test("deletes the files, open or not", () => {
    using folder = new TestFolder();
    const store = sqliteStore({ path: folder.in("cache.db") });
    store.open();
    put(store, "a", "1");
    void store.destroy();
    expect(readdirSync(folder.path)).toEqual([]);
    void store.destroy();
    store.open();
    expect(store.usage(1).entries).toBe(0);
    store.closeSync();
    void store.destroy();
    expect(readdirSync(folder.path)).toEqual([]);
  });

  test("is refused while the file is open elsewhere", () => {
    using folder = new TestFolder();
    const path = folder.in("cache.db");
    const [store, other] = [sqliteStore({ path }), sqliteStore({ path })];
    store.open();
    other.open();
    put(other, "a", "1");
    expect(() => store.destroy()).toThrow(
      expect.objectContaining({ code: "CACHE_LOCKED", message: expect.stringContaining(path) as string }),
    );
    expect(valueAt(other, "a")).toBe("1");
    put(other, "a", "2");
    other.closeSync();
    void store.destroy();
    expect(readdirSync(folder.path)).toEqual([]);
  });
});

describe("a lock that another process holds", () => {
  test("fails a commit with CACHE_LOCKED; reads go on, and the next commit works", () => {
    using folder = new TestFolder();
    const path = folder.in("cache.db");
    const store = sqliteStore({ path, lockTimeout: 10 });
    store.open();
    put(store, "a", "1");
    const other = new SqliteDatabase(path);
    other.exec("BEGIN IMMEDIATE");
    expect(() => put(store, "a", "2")).toThrow(
      expect.objectContaining({ code: "CACHE_LOCKED", message: expect.stringContaining(path) as string }),
    );
    expect(valueAt(store, "a")).toBe("1");
    other.exec("ROLLBACK");
    other.close();
    put(store, "a", "2");
    expect(valueAt(store, "a")).toBe("2");
    store.closeSync();
  });
});

describe("an old Node.js", () => {
  test("is told from the engine's own end of it", () => {
    using folder = new TestFolder();
    vi.stubGlobal("process", { ...process, versions: { ...process.versions, node: "20.20.2" } });
    expect(() => sqliteStore({ path: folder.in("cache.db") }).open()).toThrow(
      expect.objectContaining({ code: "CACHE_UNSUPPORTED", message: "@cache/sqlite needs Node.js 22 or newer; this is 20.20.2" }),
    );
  });
});
