import { casesOf, type Harness } from "@cache/conformance";
import { type Operation, type Store } from "@cache/core/spi";
import { idbStore, openCache } from "@cache/idb";
import { afterEach, describe, expect, test, vi } from "vitest";
import { commands, server } from "vitest/browser";
import { watchConnections } from "./watched-connections.ts";

declare module "vitest/browser" {
  interface BrowserCommands {
    inOtherTab(source: string): Promise<unknown>;
  }
}

const key = new Uint8Array([1]);
const set: Operation = { type: "set", table: 1, key, value: key, expiresAt: Infinity, entries: [] };
const put = async (store: Store): Promise<unknown> => store.commit({ now: 1, checks: [], operations: [set] });

/** The temporary databases that there are. */
async function databases(): Promise<string[]> {
  const all = await indexedDB.databases();
  return all.flatMap(({ name }) => (name?.includes("temporary @cache/idb ") ? [name] : []));
}

const harness: Harness = {
  name: "temporary idb",
  faces: ["async"],
  reopens: false,
  shares: false,
  create: () => ({ store: () => idbStore({ temporary: true }), dispose: () => {} }),
};

afterEach(async () => {
  vi.restoreAllMocks();
  if ((await databases()).length > 0) throw new Error("a temporary database was left behind");
});

describe("a temporary store", () => {
  for (const { name, run } of casesOf(harness, { variants: ["fresh"], prefix: "store-" })) test(name, run);

  test("says what it is", () => {
    const { name, capabilities } = idbStore({ temporary: true });
    expect([name, capabilities]).toEqual(["temporary idb database", { sync: false, durable: false, shared: "none", watch: false }]);
  });

  test.each(["close", "destroy"] as const)("has a database of its own, and %s deletes it", async (end) => {
    const [store, other] = [idbStore({ temporary: true }), idbStore({ temporary: true })];
    expect(await databases()).toEqual([]);
    await Promise.all([store.open(), other.open(), store.open()]);
    expect(await databases()).toHaveLength(2);
    await put(store);
    expect([(await store.get(1, key))?.value, await other.get(1, key)]).toEqual([key, undefined]);
    const commit = put(store);
    await store[end]();
    expect(await commit).toMatchObject({ ok: true });
    expect(await databases()).toHaveLength(1);
    await Promise.all([other.close(), other.close(), store.close()]);
  });

  test("is empty when it is opened again", async () => {
    const store = idbStore({ temporary: true });
    await store.open();
    await put(store);
    await store.close();
    await store.open();
    expect(await store.usage(1)).toEqual({ entries: 0, bytes: 0, version: 0 });
    await store.close();
  });

  test("keeps its database when the browser takes the connection away", async () => {
    const connections = watchConnections();
    const store = idbStore({ temporary: true });
    await store.open();
    await put(store);
    await connections.forceClose();
    expect((await store.get(1, key))?.value).toEqual(key);
    connections.stop();
    await store.close();
  });

  test("leaves nothing behind when it can't be opened", async () => {
    const begin = vi.spyOn(IDBDatabase.prototype, "transaction").mockImplementation(() => {
      throw new DOMException("no", "UnknownError");
    });
    await expect(idbStore({ temporary: true }).open()).rejects.toMatchObject({ name: "CacheError" });
    expect(begin).toHaveBeenCalled();
    expect((await navigator.locks?.query())?.held ?? []).toEqual([]);
  });

  test("can be had by openCache", async () => {
    const cache = await openCache<number>({ temporary: true, ttl: "5m" });
    await cache.set("a", 1);
    expect([await cache.get("a"), (await databases()).length]).toEqual([1, 1]);
    await cache.close();
  });

  test("works without Web Locks, and is then taken for abandoned by nobody", async () => {
    vi.spyOn(navigator, "locks", "get").mockReturnValue(undefined as unknown as LockManager);
    const store = idbStore({ temporary: true });
    await store.open();
    await put(store);
    const [name] = await databases();
    vi.restoreAllMocks();
    const other = idbStore({ temporary: true });
    await other.open();
    expect(await databases()).toContain(name);
    await other.close();
    expect((await store.get(1, key))?.value).toEqual(key);
    await store.close();
  });
});

describe.skipIf(server.provider !== "playwright")("the temporary store of a tab that was closed in the middle", () => {
  test("is deleted when the next one is opened, unlike those of living tabs", async () => {
    const living = idbStore({ temporary: true });
    await living.open();
    await put(living);
    const before = await databases();
    // The tab ends without closing it.
    await commands.inOtherTab(`
      const { idbStore } = await import("/packages/idb/src/index.ts");
      const store = idbStore({ temporary: true });
      await store.open();
    `);
    const abandoned = (await databases()).filter((name) => !before.includes(name));
    expect(abandoned).toHaveLength(1);
    const next = idbStore({ temporary: true });
    await expect
      .poll(async () => {
        await next.open();
        const left = await databases();
        await next.close();
        return left.some((name) => abandoned.includes(name));
      })
      .toBe(false);
    expect((await living.get(1, key))?.value).toEqual(key);
    await living.close();
  });
});
