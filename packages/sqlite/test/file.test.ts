import { isCacheError, openCacheSync, sqliteStore } from "@cache/sqlite";
import SqliteDatabase from "better-sqlite3";
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, truncateSync, writeFileSync, writeSync } from "node:fs";
import { describe, expect, test, vi } from "vitest";
import { audit } from "./audit.ts";
import { TestFolder } from "./folder.ts";
import { put, valueAt } from "./rows.ts";

function digest(path: string): string {
  return createHash("sha256").update(readFileSync(path)).digest("hex");
}

/** Runs a script that ends by killing itself, so that nothing is closed. */
function crash(script: string, ...words: string[]): void {
  const { signal, stderr } = spawnSync(
    process.execPath,
    ["--conditions=@cache/source", "--input-type=module", "--eval", `${script}; process.kill(process.pid, "SIGKILL");`, ...words],
    { cwd: import.meta.dirname, encoding: "utf8" },
  );
  expect({ signal, stderr }).toEqual({ signal: "SIGKILL", stderr: "" });
}

const fillAndDie = `
  import { openCacheSync } from "@cache/sqlite";
  const cache = openCacheSync({ path: process.argv[1] });
  for (let at = 0; at < 500; at++) cache.set(["key", at], { at, text: "x".repeat(at) });
`;

/** Overwrites the middle of a file. */
function damage(path: string): void {
  const file = openSync(path, "r+");
  for (let page = 4; page < 40; page++) writeSync(file, Buffer.alloc(1000, 0xa5), 0, 1000, page * 4096);
  closeSync(file);
}

describe("a file that is no cache", () => {
  test.each([
    ["garbage", Buffer.from("this is no database. ".repeat(500))],
    ["a few bytes", Buffer.from("hi")],
    ["zeros", Buffer.alloc(8192)],
  ])("%s: the error names the file, which stays as it is", (_, content) => {
    using folder = new TestFolder();
    const path = folder.in("cache.db");
    writeFileSync(path, content);
    const store = sqliteStore({ path });
    const refusal = expect.objectContaining({ code: "CACHE_CORRUPT", message: expect.stringContaining(path) as string });
    expect(() => store.open()).toThrow(refusal);
    expect(() => store.destroy()).toThrow(refusal);
    expect(readFileSync(path)).toEqual(content);
  });

  test("another program's SQLite file stays as it is", () => {
    using folder = new TestFolder();
    const path = folder.in("notes.db");
    const notes = new SqliteDatabase(path);
    notes.exec("CREATE TABLE notes (text); INSERT INTO notes VALUES ('keep me')");
    notes.close();
    const before = digest(path);
    const store = sqliteStore({ path });
    const refusal = expect.objectContaining({ code: "CACHE_CORRUPT", message: expect.stringContaining(path) as string });
    expect(() => store.open()).toThrow(refusal);
    expect(() => store.destroy()).toThrow(refusal);
    expect(digest(path)).toBe(before);
    expect(readdirSync(folder.path)).toEqual(["notes.db"]);
  });

  test("nor is its log touched, if the program crashed", () => {
    using folder = new TestFolder();
    const path = folder.in("notes.db");
    crash(
      `import Database from "better-sqlite3"; const notes = new Database(process.argv[1]); notes.pragma("journal_mode = WAL");
       notes.exec("CREATE TABLE notes (text)")`,
      path,
    );
    const before = [digest(path), digest(`${path}-wal`)];
    expect(() => sqliteStore({ path }).open()).toThrow(expect.objectContaining({ code: "CACHE_CORRUPT" }));
    expect([digest(path), digest(`${path}-wal`)]).toEqual(before);
  });

  test("a folder is none, either", () => {
    using folder = new TestFolder();
    mkdirSync(folder.in("cache.db"));
    expect(() => sqliteStore({ path: folder.in("cache.db") }).open()).toThrow(expect.objectContaining({ code: "CACHE_IO" }));
  });
});

describe("a file of another format", () => {
  test.each([1, 2, 3, 5])("is refused and stays as it is: %i", (version) => {
    using folder = new TestFolder();
    const path = folder.in("cache.db");
    openCacheSync({ path }).close();
    const database = new SqliteDatabase(path);
    database.pragma(`user_version = ${version}`);
    database.close();
    const before = digest(path);
    const store = sqliteStore({ path });
    expect(() => store.open()).toThrow(
      expect.objectContaining({ code: "CACHE_VERSION", message: expect.stringContaining(`${path} has format ${version}`) as string }),
    );
    expect(() => store.destroy()).toThrow(expect.objectContaining({ code: "CACHE_VERSION" }));
    expect(digest(path)).toBe(before);
  });
});

describe("a new file", () => {
  test("is made with its folders", () => {
    using folder = new TestFolder();
    const path = folder.in("a", "b", "cache.db");
    openCacheSync({ path }).close();
    expect(readdirSync(folder.in("a", "b"))).toEqual(["cache.db"]);
  });

  test("may be there already, empty", () => {
    using folder = new TestFolder();
    const path = folder.in("cache.db");
    writeFileSync(path, "");
    using cache = openCacheSync<number>({ path });
    cache.set("a", 1);
    expect(cache.get("a")).toBe(1);
  });

  test("may be an empty database", () => {
    using folder = new TestFolder();
    const path = folder.in("cache.db");
    const database = new SqliteDatabase(path);
    database.pragma("journal_mode = WAL");
    database.close();
    using cache = openCacheSync<number>({ path });
    cache.set("a", 1);
    expect(cache.get("a")).toBe(1);
  });
});

describe("after a crash", () => {
  test("everything committed is there, and the file is checked once", () => {
    using folder = new TestFolder();
    const path = folder.in("cache.db");
    crash(fillAndDie, path);
    expect(readdirSync(folder.path)).toContain("cache.db-wal");
    const pragmas = vi.spyOn(SqliteDatabase.prototype, "pragma");
    const checks = (): number => pragmas.mock.calls.filter(([text]) => text.startsWith("quick_check")).length;
    const cache = openCacheSync<{ at: number }>({ path });
    expect(checks()).toBe(1);
    expect([cache.size, cache.get(["key", 499])?.at]).toEqual([500, 499]);
    cache.close();
    openCacheSync({ path }).close();
    expect(checks()).toBe(1);
    pragmas.mockRestore();
    const { kept, counted, strays, integrity } = audit(path);
    expect({ kept, strays, integrity }).toEqual({ kept: counted, strays: 0, integrity: "ok" });
  });

  test("a log that another process is still using is no reason for a check", () => {
    using folder = new TestFolder();
    const path = folder.in("cache.db");
    const store = sqliteStore({ path });
    store.open();
    put(store, "a", "1");
    const pragmas = vi.spyOn(SqliteDatabase.prototype, "pragma");
    const other = sqliteStore({ path });
    other.open();
    expect(pragmas.mock.calls.filter(([text]) => text.startsWith("quick_check"))).toEqual([]);
    pragmas.mockRestore();
    expect(valueAt(other, "a")).toBe("1");
    other.closeSync();
    store.closeSync();
  });

  test("a damaged file is refused each time, and kept", () => {
    using folder = new TestFolder();
    const path = folder.in("cache.db");
    openCacheSync({ path }).close();
    crash(fillAndDie, path);
    // Writes the log back, but leaves one behind.
    crash(
      `import Database from "better-sqlite3"; const database = new Database(process.argv[1]);
       database.pragma("wal_checkpoint(TRUNCATE)"); database.exec("UPDATE state SET suspect = 0")`,
      path,
    );
    damage(path);
    const refusal = expect.objectContaining({ code: "CACHE_CORRUPT", message: expect.stringContaining(path) as string });
    expect(() => sqliteStore({ path }).open()).toThrow(refusal);
    expect(() => sqliteStore({ path }).open()).toThrow(refusal);
    expect(readdirSync(folder.path)).toContain("cache.db");
  });
});

describe("a file damaged while it was closed", () => {
  test.each(["overwritten", "cut off"])("%s: reads that meet the damage fail, and none gives a wrong value", (how) => {
    using folder = new TestFolder();
    const path = folder.in("cache.db");
    const cache = openCacheSync<string>({ path });
    const valueOf = (at: number): string => `${at} `.repeat(at);
    for (let at = 0; at < 500; at++) cache.set(["key", at], valueOf(at));
    cache.close();
    if (how === "overwritten") damage(path);
    else truncateSync(path, 12 * 4096);
    const failures: unknown[] = [];
    const attempt = (work: () => void): void => {
      try {
        work();
      } catch (error) {
        failures.push(error);
      }
    };
    const found = new Map<number, string | undefined>();
    attempt(() => {
      const again = openCacheSync<string>({ path });
      for (let at = 0; at < 500; at++) attempt(() => found.set(at, again.get(["key", at])));
      attempt(() => again.close());
    });
    expect(failures.length).toBeGreaterThan(0);
    expect(failures.filter((error) => !isCacheError(error, "CACHE_CORRUPT"))).toEqual([]);
    expect([...found].filter(([at, value]) => value !== undefined && value !== valueOf(at))).toEqual([]);
  });
});
