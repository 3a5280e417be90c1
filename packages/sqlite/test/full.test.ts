import { openCache, sqliteStore } from "@cache/sqlite";
import { statSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { audit } from "./audit.ts";
import { TestFolder } from "./folder.ts";
import { put, valueAt } from "./rows.ts";

const full = expect.objectContaining({ code: "CACHE_FULL" });

describe("a file that may not grow", () => {
  test("refuses what doesn't fit, keeps the old entry, and takes what fits", async () => {
    using folder = new TestFolder();
    const path = folder.in("cache.db");
    const maxFileBytes = 256 * 1024;
    await using cache = await openCache<string>({ path, maxFileBytes });
    await cache.set("a", "old");
    await expect(cache.set("a", "x".repeat(2 * maxFileBytes))).rejects.toEqual(full);
    expect(await cache.get("a")).toBe("old");
    await cache.set("a", "new");
    expect(await cache.get("a")).toBe("new");
    await cache.close();
    expect(statSync(path).size).toBeLessThanOrEqual(maxFileBytes);
    const { kept, counted, strays, integrity } = audit(path);
    expect({ kept, strays, integrity }).toEqual({ kept: counted, strays: 0, integrity: "ok" });
  });

  test("fills up to the last row that fits, and has room again after deletions", async () => {
    using folder = new TestFolder();
    const path = folder.in("cache.db");
    await using cache = await openCache<string>({ path, maxFileBytes: 256 * 1024 });
    const fill = async (at = 0): Promise<number> => {
      const error = await cache.set(["row", at], `${at} `.repeat(200), { ttl: "1h" }).catch((reason: unknown) => reason);
      if (error === undefined) return fill(at + 1);
      expect(error).toEqual(full);
      return at;
    };
    const count = await fill();
    expect(count).toBeGreaterThan(50);
    expect(await cache.size).toBe(count);
    expect(await cache.get(["row", count - 1])).toBe(`${count - 1} `.repeat(200));
    await cache.clear();
    expect(await fill()).toBeGreaterThan(count * 0.8);
    await cache.close();
    const { kept, counted, strays, integrity } = audit(path);
    expect({ kept, strays, integrity }).toEqual({ kept: counted, strays: 0, integrity: "ok" });
  });

  test("a batch that doesn't fit leaves nothing behind, on the synchronous face, too", () => {
    using folder = new TestFolder();
    const store = sqliteStore({ path: folder.in("cache.db"), maxFileBytes: 128 * 1024 });
    store.open();
    put(store, "a", "old");
    const usage = store.usage(1);
    const value = new Uint8Array(64 * 1024);
    const operations = ["a", "b", "c"].map((key) => ({
      type: "set" as const,
      table: 1,
      key: new TextEncoder().encode(key),
      value,
      expiresAt: Infinity,
      entries: [{ index: 1, bytes: new Uint8Array([1]) }],
    }));
    expect(() => store.commitSync({ now: 0, checks: [], operations })).toThrow(full);
    expect(valueAt(store, "a")).toBe("old");
    expect(store.usage(1)).toEqual(usage);
    expect(store.range(1, { index: 1, limit: 5 }).rows).toEqual([]);
    put(store, "a", "new");
    expect(store.usage(1).version).toBe(usage.version + 1);
    store.closeSync();
  });
});
