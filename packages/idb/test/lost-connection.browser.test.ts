import { type CommitResult, EXPIRY_INDEX, type Operation, type Store } from "@cache/core/spi";
import { type IdbStore, idbStore, openCache } from "@cache/idb";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { cdp, server } from "vitest/browser";
import { watchConnections, type WatchedConnections } from "./watched-connections.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

const set = (key: string, value: string): Operation => ({
  type: "set",
  table: 1,
  key: bytes(key),
  value: bytes(value),
  expiresAt: Infinity,
  entries: [{ index: EXPIRY_INDEX, bytes: bytes("line") }],
});

const put = async (store: Store, ...operations: Operation[]): Promise<CommitResult> => store.commit({ now: 1, checks: [], operations });

const valueOf = async (store: Store, key: string): Promise<string | undefined> => {
  const stored = await store.get(1, bytes(key));
  return stored && new TextDecoder().decode(stored.value);
};

let connections: WatchedConnections;
let store: IdbStore;
let name: string;

beforeEach(async () => {
  connections = watchConnections();
  name = `lost ${crypto.randomUUID()}`;
  store = idbStore({ name });
  await store.open();
  await put(store, set("old", "1"));
});

afterEach(async () => {
  connections.stop();
  await store.destroy();
});

describe("a connection that the browser forced closed", () => {
  test("is opened again by the next read", async () => {
    await connections.forceClose();
    expect(await valueOf(store, "old")).toBe("1");
    expect(connections.opened).toBe(2);
  });

  test("is opened again by the next write", async () => {
    await connections.forceClose();
    expect(await put(store, set("new", "2"))).toMatchObject({ ok: true, version: 2, counts: [0] });
    expect(await valueOf(store, "new")).toBe("2");
    expect(connections.opened).toBe(2);
  });

  test("loses none of the calls that were under way", async () => {
    const reads = Array.from({ length: 100 }, () => valueOf(store, "old"));
    const page = store.range(1, { limit: 10, index: EXPIRY_INDEX });
    const writes = Array.from({ length: 5 }, (_, at) => put(store, set(`new ${at}`, "2")));
    await Promise.resolve();
    const closed = connections.forceClose();
    expect(new Set(await Promise.all(reads))).toEqual(new Set(["1"]));
    expect((await page).rows.length).toBeGreaterThan(0);
    const results = await Promise.all(writes);
    expect(new Set(results.map((result) => result.ok && result.version))).toEqual(new Set([2, 3, 4, 5, 6]));
    expect(await store.usage(1)).toMatchObject({ entries: 6 });
    await closed;
  });

  test("is noticed though nobody tells", async () => {
    connections.closeSilently();
    expect(await valueOf(store, "old")).toBe("1");
    connections.closeSilently();
    expect(await put(store, set("old", "2"))).toMatchObject({ ok: true, version: 2, counts: [1] });
    expect(connections.opened).toBe(3);
  });
});

describe("a write whose outcome the browser did not tell", () => {
  test("does not happen twice when it did happen", async () => {
    connections.onBegin = (transaction) => {
      if (transaction.mode !== "readwrite") return;
      connections.onBegin = () => {};
      const hide = (event: Event): void => {
        event.stopImmediatePropagation();
        transaction.dispatchEvent(new Event("abort"));
      };
      transaction.addEventListener("complete", hide, { capture: true });
    };
    const key = bytes("old");
    const batch = {
      now: 1,
      checks: [{ type: "version", table: 1, key, version: 1 }],
      operations: [{ type: "delete", table: 1, key }],
    } as const;
    // Done again, the check would fail, and there would be nothing to delete.
    expect(await store.commit(batch)).toEqual({ ok: true, version: 2, counts: [1], trimmed: [] });
    expect(await store.usage(1)).toEqual({ entries: 0, bytes: 0, version: 2 });
  });

  test("happens when it did not", async () => {
    connections.onBegin = (transaction) => {
      if (transaction.mode !== "readwrite") return;
      connections.onBegin = () => {};
      transaction.commit = () => transaction.abort();
    };
    expect(await put(store, set("new", "2"))).toMatchObject({ ok: true, version: 2, counts: [0] });
    expect(await valueOf(store, "new")).toBe("2");
  });

  test("is an error when it fails on the new connection, too", async () => {
    connections.onBegin = (transaction) => {
      if (transaction.mode === "readwrite") transaction.commit = () => transaction.abort();
    };
    await expect(put(store, set("new", "2"))).rejects.toMatchObject({ code: "CACHE_IO" });
    connections.onBegin = () => {};
    expect(await valueOf(store, "new")).toBeUndefined();
    expect(await store.usage(1)).toMatchObject({ entries: 1, version: 1 });
  });
});

describe.skipIf(server.browser !== "chromium")("a site whose data the user deletes under an open page", () => {
  /** Records of one shape, which share a structure that was stored with the first. */
  const record = (at: number): object => ({ id: at, name: `name ${at}`, size: at * 512 });

  const deleteData = async (): Promise<void> => {
    // What Vitest's session does is Chromium's to say.
    const session = cdp() as { send(method: string, parameters: object): Promise<unknown> };
    await session.send("Storage.clearDataForOrigin", { origin: location.origin, storageTypes: "indexeddb" });
  };

  test("goes on with an empty cache whose new values stay readable", async () => {
    const cache = await openCache({ name: `deleted ${crypto.randomUUID()}` });
    await cache.set("before", record(1));
    const version = (await cache.getEntry("before"))?.version ?? 0;
    await deleteData();
    expect(await cache.get("before")).toBeUndefined();
    await cache.set("after", record(2));
    expect((await cache.getEntry("after"))?.version).toBeGreaterThan(version);
    expect(await cache.size).toBe(1);
    await cache.close();
  });

  test("can be read by who opens it then", async () => {
    const own = `deleted ${crypto.randomUUID()}`;
    const cache = await openCache({ name: own });
    await cache.set("before", record(1));
    await deleteData();
    await cache.set("after", record(2));
    await using other = await openCache({ name: own });
    expect(await other.get("after")).toEqual(record(2));
    await other.set("other shape", { path: "/", mode: 0o755 });
    expect(await cache.get("other shape")).toEqual({ path: "/", mode: 0o755 });
    await cache.close();
  });

  test("refuses a page's cache when others have filled it otherwise", async () => {
    const own = `deleted ${crypto.randomUUID()}`;
    const cache = await openCache({ name: own });
    await cache.set("before", record(1));
    await deleteData();
    await using other = await openCache({ name: own });
    await other.set("other shape", { path: "/", mode: 0o755 });
    await expect(cache.get("other shape")).rejects.toMatchObject({ code: "CACHE_CLOSED" });
    await cache.close();
  });
});
