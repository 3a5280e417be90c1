import { casesOf, type Harness } from "@cache/conformance";
import { sqliteStore, openCache, openCacheSync } from "@cache/sqlite";
import SqliteDatabase from "better-sqlite3";
import { readdirSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { TestFolder } from "./folder.ts";
import { put, valueAt } from "./rows.ts";

let system: TestFolder;

beforeEach(() => {
  system = new TestFolder();
  // Where the system keeps its temporary files.
  for (const name of ["TMPDIR", "TEMP", "TMP"]) vi.stubEnv(name, system.path);
});

afterEach(() => {
  vi.unstubAllEnvs();
  system[Symbol.dispose]();
});

const harness: Harness = {
  name: "temporary sqlite",
  faces: ["async", "sync"],
  reopens: false,
  shares: false,
  create: () => ({ store: () => sqliteStore({ temporary: true }), dispose: () => expect(readdirSync(system.path)).toEqual([]) }),
};

describe("a temporary store", () => {
  for (const { name, run } of casesOf(harness, { variants: ["fresh"], prefix: "store-" })) test(name, run);

  test("says what it is", () => {
    const { name, capabilities } = sqliteStore({ temporary: true });
    expect([name, capabilities]).toEqual(["sqlite in a temporary file", { sync: true, durable: false, shared: "none", watch: false }]);
  });

  test.each(["close", "closeSync", "destroy"] as const)("has a folder of its own, and %s deletes it", async (end) => {
    const [store, other] = [sqliteStore({ temporary: true }), sqliteStore({ temporary: true })];
    expect(readdirSync(system.path)).toEqual([]);
    for (const one of [store, other]) one.open();
    expect(readdirSync(system.path)).toHaveLength(2);
    put(store, "a", "1");
    expect([valueAt(store, "a"), valueAt(other, "a")]).toEqual(["1", undefined]);
    await store[end]();
    expect(readdirSync(system.path)).toHaveLength(1);
    other.closeSync();
    expect(readdirSync(system.path)).toEqual([]);
    store.closeSync();
  });

  test("is empty when it is opened again", () => {
    const store = sqliteStore({ temporary: true });
    store.open();
    put(store, "a", "1");
    store.closeSync();
    store.open();
    expect(store.usage(1)).toEqual({ entries: 0, bytes: 0, version: 0 });
    store.closeSync();
    expect(readdirSync(system.path)).toEqual([]);
  });

  test("leaves nothing behind when it can't be opened", () => {
    // Less than the tables themselves need.
    const store = sqliteStore({ temporary: true, maxFileBytes: 4096 });
    expect(() => store.open()).toThrow(expect.objectContaining({ code: "CACHE_FULL" }));
    expect(readdirSync(system.path)).toEqual([]);
  });

  test("never waits for the disk", () => {
    const pragmas = vi.spyOn(SqliteDatabase.prototype, "pragma");
    const store = sqliteStore({ temporary: true, durability: "strict" });
    store.open();
    expect(pragmas.mock.calls.map(([text]) => text)).toContain("synchronous = OFF");
    store.closeSync();
    pragmas.mockRestore();
  });

  test("can be had by openCache and openCacheSync", async () => {
    const cache = await openCache<number>({ temporary: true, ttl: "5m" });
    await cache.set("a", 1);
    expect([await cache.get("a"), readdirSync(system.path).length]).toEqual([1, 1]);
    await cache.close();
    const sync = openCacheSync<number>({ temporary: true });
    sync.set("a", 1);
    expect([sync.get("a"), readdirSync(system.path).length]).toEqual([1, 1]);
    sync.close();
    expect(readdirSync(system.path)).toEqual([]);
  });

  test("has no path", async () => {
    // @ts-expect-error: one or the other
    expect(() => sqliteStore({ temporary: true, path: "x" })).toThrow(TypeError);
    // @ts-expect-error: one of them
    expect(() => sqliteStore({ temporary: false })).toThrow(TypeError);
    // @ts-expect-error: the same, with the cache's options beside them
    await expect(openCache({ temporary: true, path: "x", ttl: 1 })).rejects.toThrow(TypeError);
  });
});
