import { sqliteStore } from "@cache/sqlite";
import SqliteDatabase from "better-sqlite3";
import { setImmediate as turn } from "node:timers/promises";
import { describe, expect, test, vi } from "vitest";
import { TestFolder } from "./folder.ts";
import { bytes, put, valueAt } from "./rows.ts";

/** Changes all values behind the store's back, as another process would. */
function overwrite(path: string, value: string): void {
  const other = new SqliteDatabase(path);
  other.prepare("UPDATE rows SET value = ?").run(Buffer.from(value));
  other.close();
}

/** Whether anybody holds a read transaction that began before the last commit: then the log can't be written back whole. */
function isRead(path: string): boolean {
  const other = new SqliteDatabase(path, { timeout: 0 });
  try {
    other.prepare("UPDATE state SET suspect = suspect").run();
    const [outcome] = other.pragma("wal_checkpoint(TRUNCATE)") as [{ busy: number }];
    return outcome.busy === 1;
  } finally {
    other.close();
  }
}

describe("the reads of a turn", () => {
  test("see one snapshot, whatever other processes write; those of the next turn see it", async () => {
    using folder = new TestFolder();
    const path = folder.in("cache.db");
    const store = sqliteStore({ path });
    store.open();
    put(store, "a", "old");
    put(store, "b", "old");
    await turn();
    expect(valueAt(store, "a")).toBe("old");
    overwrite(path, "new");
    expect(valueAt(store, "b")).toBe("old");
    expect(store.getMany(1, [bytes("a")])[0]?.value.toString()).toBe("old");
    expect(store.range(1, { limit: 5 }).rows.map(({ stored }) => stored?.value.toString())).toEqual(["old", "old"]);
    await turn();
    expect(valueAt(store, "b")).toBe("new");
    store.closeSync();
  });

  test("hold no transaction beyond it", async () => {
    using folder = new TestFolder();
    const path = folder.in("cache.db");
    const store = sqliteStore({ path });
    store.open();
    put(store, "a", "1");
    valueAt(store, "a");
    expect(isRead(path)).toBe(true);
    await turn();
    expect(isRead(path)).toBe(false);
    store.closeSync();
  });

  test("end with it under a test's fake timers, too", async () => {
    using folder = new TestFolder();
    const path = folder.in("cache.db");
    const store = sqliteStore({ path });
    store.open();
    put(store, "a", "old");
    vi.useFakeTimers({ toFake: ["setImmediate", "setTimeout", "setInterval", "queueMicrotask"] });
    try {
      expect(valueAt(store, "a")).toBe("old");
    } finally {
      vi.useRealTimers();
    }
    overwrite(path, "new");
    await turn();
    expect(valueAt(store, "a")).toBe("new");
    store.closeSync();
  });

  test("end with a commit of the store, or of another in this process", () => {
    using folder = new TestFolder();
    const path = folder.in("cache.db");
    const [store, other] = [sqliteStore({ path }), sqliteStore({ path })];
    store.open();
    other.open();
    put(store, "a", "1");
    expect([valueAt(store, "a"), valueAt(other, "a")]).toEqual(["1", "1"]);
    put(other, "a", "2");
    expect([valueAt(store, "a"), valueAt(other, "a")]).toEqual(["2", "2"]);
    put(store, "a", "3");
    expect([valueAt(store, "a"), valueAt(other, "a")]).toEqual(["3", "3"]);
    store.closeSync();
    other.closeSync();
  });

  test("end when the store closes", () => {
    using folder = new TestFolder();
    const path = folder.in("cache.db");
    const store = sqliteStore({ path });
    store.open();
    put(store, "a", "1");
    valueAt(store, "a");
    store.closeSync();
    expect(isRead(path)).toBe(false);
  });

  test("go on after a read that failed", () => {
    using folder = new TestFolder();
    const path = folder.in("cache.db");
    const store = sqliteStore({ path });
    store.open();
    put(store, "a", "1");
    const other = new SqliteDatabase(path);
    other.prepare("UPDATE rows SET value = NULL").run();
    other.close();
    expect(() => store.get(1, bytes("a"))).toThrow(expect.objectContaining({ code: "CACHE_CORRUPT" }));
    expect(store.get(1, bytes("b"))).toBeUndefined();
    put(store, "a", "2");
    expect(valueAt(store, "a")).toBe("2");
    store.closeSync();
  });
});
