import { FakeClock } from "@cache/conformance";
import { idbStore, openCache } from "@cache/idb";
import { describe, expect, test } from "vitest";

function outcome<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.addEventListener("success", () => resolve(request.result));
    request.addEventListener("error", () => reject(request.error ?? new Error("the request failed")));
  });
}

/** Opens a database without the store's help. */
function openRaw(name: string, version?: number, upgrade: (database: IDBDatabase) => void = () => {}): Promise<IDBDatabase> {
  const request = indexedDB.open(name, version);
  request.onupgradeneeded = () => upgrade(request.result);
  return outcome(request);
}

async function advanceOnceScheduled(clock: FakeClock): Promise<void> {
  await expect.poll(() => clock.pending).toBe(1);
  clock.advance(1000);
}

const fresh = (): string => `other ${crypto.randomUUID()}`;

describe("a database that holds something else", () => {
  const notes = (database: IDBDatabase): void => {
    database.createObjectStore("notes").put("dear diary", 1);
  };

  test.each([1, 7])("is CACHE_CORRUPT, named and left as it is (its version is %i)", async (version) => {
    const name = fresh();
    (await openRaw(name, version, notes)).close();
    const opening = openCache({ name });
    await expect(opening).rejects.toMatchObject({ code: "CACHE_CORRUPT", message: expect.stringContaining(name) });
    const database = await openRaw(name);
    expect([database.version, [...database.objectStoreNames]]).toEqual([version, ["notes"]]);
    expect(await outcome(database.transaction("notes").objectStore("notes").get(1))).toBe("dear diary");
    database.close();
  });

  test("is told from ours by its contents though its object stores have the same names", async () => {
    const name = fresh();
    const lookalike = await openRaw(name, 1, (database) => {
      database.createObjectStore("rows").createIndex("lines", "lines", { multiEntry: true });
      database.createObjectStore("meta");
    });
    lookalike.close();
    await expect(openCache({ name })).rejects.toMatchObject({ code: "CACHE_CORRUPT" });
  });
});

describe("data of another release", () => {
  test("is CACHE_VERSION when the database has a greater version", async () => {
    const name = fresh();
    await (await openCache({ name })).close();
    (await openRaw(name, 2)).close();
    await expect(openCache({ name })).rejects.toMatchObject({ code: "CACHE_VERSION", message: expect.stringContaining(name) });
  });

  test.each([
    [4, "update @cache/idb"],
    [2, "delete it"],
  ])("is CACHE_VERSION when its format is %i, and says to %s", async (version, advice) => {
    const name = fresh();
    await (await openCache({ name })).close();
    const database = await openRaw(name);
    const meta = database.transaction("meta", "readwrite").objectStore("meta");
    await outcome(meta.put({ name: "@cache/idb", version, id: "x" }, "format"));
    database.close();
    const opening = openCache({ name });
    await expect(opening).rejects.toMatchObject({ code: "CACHE_VERSION", message: expect.stringContaining(`format ${version}`) });
    await expect(opening).rejects.toThrow(advice);
  });

  test("that arrives while the cache is open is let through, and CACHE_VERSION from then on", async () => {
    const name = fresh();
    const cache = await openCache({ name });
    await cache.set("k", 1);
    (await openRaw(name, 2)).close();
    await expect(cache.get("k")).rejects.toMatchObject({ code: "CACHE_VERSION" });
    await expect(cache.set("k", 2)).rejects.toMatchObject({ code: "CACHE_VERSION" });
    await cache.close();
  });
});

describe("a database that others hold", () => {
  test("is CACHE_LOCKED when opening takes too long", async () => {
    const name = fresh();
    const held = await openRaw(name, 1);
    const deletion = outcome(indexedDB.deleteDatabase(name));
    const clock = new FakeClock();
    const opening = idbStore({ name, lockTimeout: 1000, clock }).open();
    const advanced = advanceOnceScheduled(clock);
    await expect(opening).rejects.toMatchObject({ code: "CACHE_LOCKED", message: expect.stringContaining(name) });
    await advanced;
    held.close();
    await deletion;
    await using cache = await openCache({ name });
    await cache.set("k", 1);
    expect(await cache.get("k")).toBe(1);
  });

  test("is CACHE_LOCKED when destroying takes too long, and deleted once it is let go", async () => {
    const name = fresh();
    const clock = new FakeClock();
    const store = idbStore({ name, lockTimeout: 1000, clock });
    await store.open();
    const held = await openRaw(name);
    const advanced = advanceOnceScheduled(clock);
    await expect(store.destroy()).rejects.toMatchObject({ code: "CACHE_LOCKED" });
    await advanced;
    held.close();
    await expect.poll(async () => (await indexedDB.databases()).some((database) => database.name === name)).toBe(false);
  });

  test("leaves no timer behind when it is there in time", async () => {
    const clock = new FakeClock();
    const store = idbStore({ name: fresh(), clock });
    await store.open();
    expect(clock.pending).toBe(0);
    await store.destroy();
    expect(clock.pending).toBe(0);
  });
});
