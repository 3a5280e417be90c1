import { openCache, openCacheSync, sqliteStore } from "@cache/sqlite";
import SqliteDatabase from "better-sqlite3";
import { readdirSync } from "node:fs";
import { afterEach, describe, expect, test, vi } from "vitest";
import { TestFolder } from "./folder.ts";

afterEach(() => vi.restoreAllMocks());

describe("options", () => {
  test.each([
    [
      { path: "a.db", pathh: "b.db" },
      'sqliteStore has no option "pathh"; there are: path, temporary, durability, lockTimeout, maxFileBytes',
    ],
    [{}, "path must name a file"],
    [{ path: "" }, "path must name a file"],
    [{ path: "a\0b" }, "path must name a file"],
    [{ path: "a.db " }, "path must name a file"],
    [{ path: 7 }, "path must name a file"],
    [{ temporary: false }, "path must name a file"],
    [{ temporary: 1 }, "temporary must be true or false"],
    [{ temporary: true, path: "a.db" }, "a temporary store has no path; give one or the other"],
    [{ path: "a.db", durability: "sync" }, 'durability must be "relaxed" or "strict"'],
    [{ path: "a.db", lockTimeout: -1 }, "lockTimeout must be a whole number of milliseconds, 0 or more"],
    [{ path: "a.db", lockTimeout: 0.5 }, "lockTimeout must be a whole number of milliseconds, 0 or more"],
    [{ path: "a.db", lockTimeout: Number.POSITIVE_INFINITY }, "lockTimeout must be a whole number of milliseconds, 0 or more"],
    [{ path: "a.db", maxFileBytes: 0 }, "maxFileBytes must be a positive number of bytes"],
    [{ path: "a.db", maxFileBytes: Number.NaN }, "maxFileBytes must be a positive number of bytes"],
  ])("%j is refused", (options, message) => {
    // What TypeScript wouldn't let through.
    expect(() => sqliteStore(options as { path: string })).toThrow(new TypeError(message));
  });

  test("an option that neither the store nor the cache knows is refused, and no file is made", async () => {
    using folder = new TestFolder();
    // What TypeScript wouldn't let through.
    const options = { path: folder.in("cache.db"), tttl: "5m" } as { path: string };
    await expect(openCache(options)).rejects.toThrow(/no option "tttl"/);
    expect(() => openCacheSync(options)).toThrow(TypeError);
    expect(readdirSync(folder.path)).toEqual([]);
  });

  test("openCache takes the options of store and cache together", async () => {
    using folder = new TestFolder();
    await using cache = await openCache<string>({ path: folder.in("cache.db"), durability: "strict", lockTimeout: 100, ttl: "5m" });
    await cache.set("key", "value");
    expect((await cache.getEntry("key"))?.expiresAt).toBeGreaterThan(Date.now());
  });

  test("openCacheSync answers at once", () => {
    using folder = new TestFolder();
    using cache = openCacheSync<number>({ path: folder.in("cache.db") });
    cache.set("key", 7);
    expect(cache.get("key")).toBe(7);
  });

  test.each([
    ["relaxed", "synchronous = NORMAL"],
    ["strict", "synchronous = FULL"],
  ] as const)("%s durability means %s", (durability, pragma) => {
    using folder = new TestFolder();
    const pragmas = vi.spyOn(SqliteDatabase.prototype, "pragma");
    const store = sqliteStore({ path: folder.in("cache.db"), durability });
    store.open();
    expect(pragmas.mock.calls.map(([text]) => text)).toContain(pragma);
    store.closeSync();
  });
});

describe("what a store says of itself", () => {
  test("one in a file is durable and shared", () => {
    const { name, capabilities } = sqliteStore({ path: "somewhere/cache.db" });
    expect(name).toBe("sqlite at somewhere/cache.db");
    expect(capabilities).toEqual({ sync: true, durable: true, shared: "processes", watch: false });
  });

  test("one in memory is neither, and empty each time it is opened", () => {
    const store = sqliteStore({ path: ":memory:" });
    expect(store.capabilities).toEqual({ sync: true, durable: false, shared: "none", watch: false });
    const key = new Uint8Array([1]);
    store.open();
    store.commitSync({ now: 0, checks: [], operations: [{ type: "set", table: 1, key, value: key, expiresAt: Infinity, entries: [] }] });
    expect(store.get(1, key)?.value).toEqual(Uint8Array.from(key));
    store.closeSync();
    store.open();
    expect(store.get(1, key)).toBeUndefined();
    void store.destroy();
  });
});
