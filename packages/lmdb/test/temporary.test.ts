import { casesOf, type Harness } from "@cache/conformance";
import { lmdbStore, openCache, openCacheSync } from "@cache/lmdb";
import { readdirSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { TestFolder } from "./folder.ts";
import { batchOf, set, TABLE, valueOf } from "./rows.ts";

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
  name: "temporary lmdb",
  faces: ["async", "sync"],
  reopens: false,
  shares: false,
  create: () => ({ store: () => lmdbStore({ temporary: true }), dispose: () => expect(readdirSync(system.path)).toEqual([]) }),
};

describe("a temporary store", () => {
  for (const { name, run } of casesOf(harness, { variants: ["fresh"], prefix: "store-" })) test(name, run);

  test("says what it is", () => {
    const { name, capabilities } = lmdbStore({ temporary: true });
    expect([name, capabilities]).toEqual(["lmdb in a temporary folder", { sync: true, durable: false, shared: "none", watch: false }]);
  });

  test.each(["close", "closeSync", "destroy"] as const)("has a folder of its own, and %s deletes it", async (end) => {
    const [store, other] = [lmdbStore({ temporary: true }), lmdbStore({ temporary: true })];
    expect(readdirSync(system.path)).toEqual([]);
    for (const one of [store, other]) one.open();
    expect(readdirSync(system.path)).toHaveLength(2);
    store.commitSync(batchOf(set("a", "1")));
    await store.commit(batchOf(set("b", "2")));
    expect([valueOf(store, "a"), valueOf(store, "b"), valueOf(other, "a")]).toEqual(["1", "2", undefined]);
    await store[end]();
    expect(readdirSync(system.path)).toHaveLength(1);
    await other.close();
    expect(readdirSync(system.path)).toEqual([]);
    await store.close();
  });

  test("is empty when it is opened again", async () => {
    const store = lmdbStore({ temporary: true });
    store.open();
    store.commitSync(batchOf(set("a", "1")));
    store.closeSync();
    store.open();
    expect(store.usage(TABLE)).toEqual({ entries: 0, bytes: 0, version: 0 });
    await store.close();
    expect(readdirSync(system.path)).toEqual([]);
  });

  test.each(["close", "closeSync"] as const)("carries out commits under way at %s, then vanishes", async (end) => {
    const store = lmdbStore({ temporary: true });
    store.open();
    const commits = Array.from({ length: 20 }, (_, at) => store.commit(batchOf(set(`row ${at}`, "x".repeat(10_000)))));
    await store[end]();
    expect((await Promise.all(commits)).every(({ ok }) => ok)).toBe(true);
    await expect.poll(() => readdirSync(system.path)).toEqual([]);
  });

  test("leaves nothing behind when it can't be opened", () => {
    const store = lmdbStore({ temporary: true, maxReaders: 2 ** 40 });
    expect(() => store.open()).toThrow(expect.objectContaining({ name: "CacheError" }));
    expect(readdirSync(system.path)).toEqual([]);
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

  test("is gone when closeSync returns", () => {
    const store = lmdbStore({ temporary: true });
    store.open();
    store.commitSync(batchOf(set("a", "1")));
    store.closeSync();
    expect(readdirSync(system.path)).toEqual([]);
  });

  test("has no path", async () => {
    // @ts-expect-error: one or the other
    expect(() => lmdbStore({ temporary: true, path: "x" })).toThrow(new TypeError("a temporary store has no path; give one or the other"));
    // @ts-expect-error: one of them
    expect(() => lmdbStore({ temporary: false })).toThrow(new TypeError("path must name a folder"));
    // @ts-expect-error: the same, with the cache's options beside them
    await expect(openCache({ temporary: true, path: "x", ttl: 1 })).rejects.toThrow(TypeError);
  });
});
