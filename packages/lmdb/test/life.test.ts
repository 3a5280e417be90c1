import { isCacheError, lmdbStore } from "@cache/lmdb";
import { existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { TestFolder } from "./folder.ts";
import { batchOf, bytes, set, TABLE, valueOf } from "./rows.ts";

test("a closed store says so, and closing it again does nothing", async () => {
  using folder = new TestFolder();
  const store = lmdbStore({ path: folder.in("cache") });
  store.open();
  store.open();
  await store.close();
  await store.close();
  store.closeSync();
  const isClosed = expect.objectContaining({ code: "CACHE_CLOSED" });
  expect(() => store.get(TABLE, bytes("a"))).toThrow(isClosed);
  expect(() => store.commitSync(batchOf(set("a", "b")))).toThrow(isClosed);
  await expect(store.commit(batchOf(set("a", "b")))).rejects.toThrow(isClosed);
});

test("close waits for commits under way", async () => {
  using folder = new TestFolder();
  const store = lmdbStore({ path: folder.in("cache") });
  store.open();
  const commits = Promise.all(Array.from({ length: 20 }, (_, at) => store.commit(batchOf(set(`row ${at}`, "x")))));
  await store.close();
  store.open();
  expect(store.usage(TABLE).entries).toBe(20);
  expect((await commits).every(({ ok }) => ok)).toBe(true);
  await store.close();
});

test("closeSync lets commits under way be carried out, also when the store is opened again at once", async () => {
  using folder = new TestFolder();
  const store = lmdbStore({ path: folder.in("cache") });
  store.open();
  const commit = store.commit(batchOf(set("a", "1")));
  store.closeSync();
  store.open();
  store.commitSync(batchOf(set("b", "2")));
  await commit;
  expect([valueOf(store, "a"), valueOf(store, "b")]).toEqual(["1", "2"]);
  store.closeSync();
});

test("a store can be closed and opened on the synchronous face alone", () => {
  using folder = new TestFolder();
  for (let round = 0; round < 20; round++) {
    const store = lmdbStore({ path: folder.in("cache") });
    store.open();
    expect(store.usage(TABLE).entries).toBe(round);
    store.commitSync(batchOf(set(`row ${round}`, "x")));
    store.closeSync();
  }
});

test("stores on one folder share what they write, however the folder is called", async () => {
  using folder = new TestFolder();
  mkdirSync(folder.in("cache"));
  symlinkSync(folder.in("cache"), folder.in("link"));
  const first = lmdbStore({ path: folder.in("cache") });
  const second = lmdbStore({ path: `${folder.in("link")}/../link/.` });
  first.open();
  second.open();
  await first.commit(batchOf(set("a", "1")));
  expect(valueOf(second, "a")).toBe("1");
  second.commitSync(batchOf(set("a", "2")));
  expect(valueOf(first, "a")).toBe("2");
  await first.close();
  await second.commit(batchOf(set("a", "3")));
  expect(valueOf(second, "a")).toBe("3");
  await second.close();
});

test("commits of both faces take turns", async () => {
  using folder = new TestFolder();
  const store = lmdbStore({ path: folder.in("cache") });
  store.open();
  const versions: number[] = [];
  const aside: Promise<void>[] = [];
  for (let round = 0; round < 50; round++) {
    aside.push(store.commit(batchOf(set(`a ${round}`, "x"))).then((result) => void (result.ok && versions.push(result.version))));
    const result = store.commitSync(batchOf(set(`b ${round}`, "x")));
    if (result.ok) versions.push(result.version);
    if (round % 7 === 0) await aside.at(-1);
  }
  await Promise.all(aside);
  expect(versions.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, at) => at + 1));
  expect(store.usage(TABLE)).toMatchObject({ entries: 100, version: 100 });
  await store.close();
});

test("reads of one turn see one moment; a commit renews it", async () => {
  using folder = new TestFolder();
  const store = lmdbStore({ path: folder.in("cache") });
  store.open();
  store.commitSync(batchOf(set("a", "1")));
  const commit = store.commit(batchOf(set("a", "2")));
  expect(valueOf(store, "a")).toBe("1");
  await commit;
  expect(valueOf(store, "a")).toBe("2");
  await store.close();
});

test("destroy deletes the store's files and the folder it made", async () => {
  using folder = new TestFolder();
  const store = lmdbStore({ path: folder.in("cache") });
  store.open();
  store.commitSync(batchOf(set("a", "1")));
  await store.destroy();
  expect(existsSync(folder.in("cache"))).toBe(false);
  store.open();
  expect(valueOf(store, "a")).toBeUndefined();
  await store.destroy();
});

test("destroy leaves other files and folders alone", async () => {
  using folder = new TestFolder();
  mkdirSync(folder.in("empty"));
  const inEmpty = lmdbStore({ path: folder.in("empty") });
  inEmpty.open();
  await inEmpty.destroy();
  expect(readdirSync(folder.in("empty"))).toEqual([]);

  const store = lmdbStore({ path: folder.in("cache") });
  store.open();
  writeFileSync(folder.in("cache", "notes.txt"), "mine");
  await store.close();
  await lmdbStore({ path: folder.in("cache") }).destroy();
  expect(readdirSync(folder.in("cache"))).toEqual(["notes.txt"]);
});

test("destroy does nothing where there is nothing, and refuses what isn't ours", async () => {
  using folder = new TestFolder();
  await lmdbStore({ path: folder.in("nowhere") }).destroy();
  expect(existsSync(folder.in("nowhere"))).toBe(false);
  mkdirSync(folder.in("theirs"));
  writeFileSync(folder.in("theirs", "data.mdb"), "something else");
  await expect(lmdbStore({ path: folder.in("theirs") }).destroy()).rejects.toThrow(expect.objectContaining({ code: "CACHE_CORRUPT" }));
  expect(existsSync(folder.in("theirs", "data.mdb"))).toBe(true);
});

test("destroy is refused while another store has the data open", async () => {
  using folder = new TestFolder();
  const [first, second] = [lmdbStore({ path: folder.in("cache") }), lmdbStore({ path: folder.in("cache") })];
  first.open();
  second.open();
  second.commitSync(batchOf(set("a", "1")));
  const error: unknown = await first.destroy().then(undefined, (reason: unknown) => reason);
  expect(isCacheError(error, "CACHE_LOCKED")).toBe(true);
  expect(valueOf(second, "a")).toBe("1");
  await second.destroy();
});

test.each(["relaxed", "strict"] as const)("%s commits are there after reopening", async (durability) => {
  using folder = new TestFolder({ onDisk: true });
  const store = lmdbStore({ path: folder.in("cache"), durability });
  store.open();
  const results = await Promise.all([store.commit(batchOf(set("a", "1"))), store.commit(batchOf(set("b", "2")))]);
  expect(results.map((result) => result.ok && result.version)).toEqual([1, 2]);
  await store.close();
  store.open();
  expect([valueOf(store, "a"), valueOf(store, "b"), store.get(TABLE, bytes("a"))?.expiresAt]).toEqual(["1", "2", Number.POSITIVE_INFINITY]);
  await store.close();
});
