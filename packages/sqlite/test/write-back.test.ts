import { openCache, sqliteStore } from "@cache/sqlite";
import SqliteDatabase from "better-sqlite3";
import { once } from "node:events";
import { readdirSync } from "node:fs";
import { Worker } from "node:worker_threads";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { audit } from "./audit.ts";
import { TestFolder } from "./folder.ts";
import { batchesFor, commitAll, logPages, LONG, MAX, overwriting, progressOf, WAITING } from "./long-log.ts";
import { put, valueAt } from "./rows.ts";
import { Threads } from "./threads.ts";

/** What a batch may add to a log that was just short enough, and what comes before SQLite has a look. */
const SLACK = 1000;

let folder: TestFolder;
let path: string;
let threads: Threads;

beforeEach(() => {
  folder = new TestFolder(true);
  path = folder.in("cache.db");
  threads = new Threads();
});

afterEach(async () => {
  vi.restoreAllMocks();
  await threads.ended();
  threads[Symbol.dispose]();
  folder[Symbol.dispose]();
});

function expectWhole(): void {
  const { kept, counted, strays, integrity } = audit(path);
  expect({ kept, strays, integrity }).toEqual({ kept: counted, strays: 0, integrity: "ok" });
}

describe("a log that has grown long", () => {
  test("is written back by a thread, and starts anew with the next commit", async () => {
    const store = sqliteStore({ path });
    store.open();
    for (const batch of batchesFor(LONG)) store.commitSync(batch);
    const { log } = progressOf(path);
    expect(log).toBeGreaterThan(LONG);
    // Nobody commits meanwhile.
    await once(await threads.first(), "message");
    expect(progressOf(path)).toEqual({ log, written: log });
    put(store, "a", "1");
    expect(progressOf(path).log).toBeLessThan(10);
    store.closeSync();
    expectWhole();
  });

  test("is written back sooner when nobody commits any more", async () => {
    const store = sqliteStore({ path });
    store.open();
    for (const batch of batchesFor(LONG / 4)) store.commitSync(batch);
    const { log } = progressOf(path);
    expect(log).toBeLessThan(LONG);
    await once(await threads.first(), "message");
    expect(progressOf(path)).toEqual({ log, written: log });
    expect(valueAt(store, "row 1")).toBeDefined();
    store.closeSync();
    expectWhole();
  });

  // Whoever reads must have gone before the thread tries again; on a busy machine that may fail.
  test("what is committed while it is written back follows by itself", { retry: 3, timeout: 5000 }, async () => {
    const store = sqliteStore({ path });
    store.open();
    for (const batch of batchesFor(LONG / 2)) store.commitSync(batch);
    const reader = new SqliteDatabase(path);
    reader.exec("BEGIN; SELECT 1 FROM rows");
    for (const batch of batchesFor(LONG / 2)) store.commitSync(batch);
    const thread = await threads.first();
    // Whoever reads is in the way of what was committed since.
    const [first] = (await once(thread, "message")) as [{ written: number }];
    reader.close();
    const { log } = progressOf(path);
    expect(first.written).toBeLessThan(log);
    const [second] = (await once(thread, "message")) as [{ written: number }];
    expect(second.written).toBe(log);
    put(store, "a", "1");
    expect(progressOf(path).log).toBeLessThan(10);
    store.closeSync();
  });

  test("of commits that wait for one another stays within its bound, and none of them writes it back", async () => {
    const store = sqliteStore({ path });
    store.open();
    const longest = await commitAll(store, path, batchesFor(10 * LONG));
    expect(longest).toBeGreaterThan(LONG);
    expect(longest).toBeLessThan(WAITING + SLACK);
    expect(await threads.count()).toBe(1);
    await store.close();
    expectWhole();
  });

  test("of commits that never pause stays within its bound", () => {
    const store = sqliteStore({ path });
    store.open();
    for (const batch of batchesFor(6 * LONG)) store.commitSync(batch);
    expect(logPages(path)).toBeLessThan(MAX + SLACK);
    expect(progressOf(path).log).toBeLessThan(MAX + SLACK);
    store.closeSync();
    expectWhole();
  });

  test("of several caches on one file stays within its bound", async () => {
    const caches = await Promise.all([1, 2, 3].map(() => openCache<string>({ path })));
    let longest = 0;
    await Promise.all(
      caches.map(async (cache, id) => {
        for (let round = 0; round < 200; round++) {
          await cache.setMany(Array.from({ length: 64 }, (_, at) => [[id, at], `${round} `.repeat(4000)] as const));
          longest = Math.max(longest, logPages(path));
        }
      }),
    );
    expect(longest).toBeGreaterThan(LONG);
    expect(longest).toBeLessThan(MAX + SLACK);
    expect(await threads.count()).toBe(1);
    for (const [id, cache] of caches.entries()) expect(await cache.get([id, 63])).toBe("199 ".repeat(4000));
    await Promise.all(caches.map((cache) => cache.close()));
    expect(readdirSync(folder.path)).toEqual(["cache.db"]);
    expectWhole();
  });

  test("behind a long read holds up commits a few times at most", async () => {
    const store = sqliteStore({ path });
    store.open();
    put(store, "a", "1");
    const reader = new SqliteDatabase(path);
    reader.exec("BEGIN; SELECT 1 FROM rows");
    let waits = 0;
    for (const batch of batchesFor(WAITING + 4 * LONG)) {
      const committed = store.commit(batch);
      if (committed instanceof Promise) waits++;
      await committed;
    }
    expect(waits).toBeGreaterThan(0);
    expect(waits).toBeLessThan(6);
    reader.close();
    await store.close();
  });

  test("is nothing to short-lived and small caches, nor in memory", async () => {
    for (const options of [{ path }, { path: ":memory:" }, { temporary: true }] as const) {
      const store = sqliteStore(options);
      store.open();
      for (const batch of batchesFor(options.path === ":memory:" ? WAITING : LONG / 2)) store.commitSync(batch);
      store.closeSync();
    }
    expect(await threads.count()).toBe(0);
  });

  test.each([
    ["FULL", { durability: "strict" }],
    ["NORMAL", { durability: "relaxed" }],
  ] as const)("is written back with synchronous = %s where the store's durability asks for it", (synchronous, options) => {
    const posted = vi.spyOn(Worker.prototype, "postMessage");
    const store = sqliteStore({ path, ...options });
    store.open();
    for (const batch of batchesFor(LONG)) store.commitSync(batch);
    expect(posted.mock.calls).toEqual([[expect.objectContaining({ synchronous })]]);
    store.closeSync();
  });
});

describe("closing right after heavy writing", () => {
  test.each(["close", "closeSync", "destroy"] as const)("%s leaves no thread and no more files than it should", async (end) => {
    for (const pages of [LONG, LONG + SLACK, WAITING]) {
      const store = sqliteStore({ path });
      store.open();
      for (const batch of batchesFor(pages)) store.commitSync(batch);
      await store[end]();
      expect(readdirSync(folder.path)).toEqual(end === "destroy" ? [] : ["cache.db"]);
    }
    await threads.ended();
    expect(readdirSync(folder.path)).toEqual(end === "destroy" ? [] : ["cache.db"]);
    if (end !== "destroy") expectWhole();
  });

  test("lets go of commits that wait for the thread", async () => {
    const store = sqliteStore({ path });
    store.open();
    let waits = 0;
    const waiting = batchesFor(WAITING + LONG).map(async (batch) => {
      const committed = store.commit(batch);
      if (committed instanceof Promise) waits++;
      return committed;
    });
    expect(waits).toBeGreaterThan(0);
    await store.close();
    for (const one of await Promise.all(waiting)) expect(one.ok).toBe(true);
    expect(readdirSync(folder.path)).toEqual(["cache.db"]);
  });

  test("of a temporary store leaves nothing", async () => {
    for (const name of ["TMPDIR", "TEMP", "TMP"]) vi.stubEnv(name, folder.path);
    const store = sqliteStore({ temporary: true });
    store.open();
    for (const batch of batchesFor(2 * WAITING)) await store.commit(batch);
    expect(await threads.count()).toBe(1);
    store.closeSync();
    expect(readdirSync(folder.path)).toEqual([]);
    vi.unstubAllEnvs();
  });
});

describe("a thread that dies", () => {
  test("is replaced, and no commit waits for it", async () => {
    const store = sqliteStore({ path });
    store.open();
    for (let life = 1; life <= 3; life++) {
      await commitAll(store, path, batchesFor(WAITING));
      expect(await threads.count()).toBe(life);
      const waiting = batchesFor(WAITING).map(async (batch) => store.commit(batch));
      await threads.started.at(-1)?.terminate();
      await Promise.all(waiting);
    }
    await store.commit(overwriting(0));
    expect(logPages(path)).toBeLessThan(MAX + SLACK);
    await store.close();
    expectWhole();
  });
});
