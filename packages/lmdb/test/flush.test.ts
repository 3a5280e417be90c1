import { lmdbStore } from "@cache/lmdb";
import { expect, onTestFinished, test, vi } from "vitest";
import { WriteThreads } from "../src/write-threads.ts";
import { commitNumbers } from "./durable-version.ts";
import { TestFolder } from "./folder.ts";
import { batchOf, set, valueOf } from "./rows.ts";

const isClosed = expect.objectContaining({ code: "CACHE_CLOSED" });

test("what was visible before a flush would be opened after the machine has failed", async () => {
  using folder = new TestFolder({ onDisk: true });
  const dataFile = folder.in("cache", "data.mdb");
  const store = lmdbStore({ path: folder.in("cache") });
  store.open();
  const large = "x".repeat(100_000);
  for (let round = 0; round < 20; round++) {
    const commits = Array.from({ length: 10 }, (_, at) => store.commit(batchOf(set(`${round} ${at}`, large))));
    await commits[round % commits.length];
    const { visible } = commitNumbers(dataFile);
    if (round % 2 === 0) await store.flush();
    else store.flushSync();
    expect(commitNumbers(dataFile).durable).toBeGreaterThanOrEqual(visible);
    await Promise.all(commits);
  }
  await store.close();
});

test("a flush covers what another store of the folder has committed, on either face", async () => {
  using folder = new TestFolder({ onDisk: true });
  const dataFile = folder.in("cache", "data.mdb");
  const [store, other] = [lmdbStore({ path: folder.in("cache") }), lmdbStore({ path: folder.in("cache"), durability: "strict" })];
  store.open();
  other.open();
  other.commitSync(batchOf(set("a", "1")));
  await other.commit(batchOf(set("b", "2")));
  await store.flush();
  const { durable, visible } = commitNumbers(dataFile);
  expect(durable).toBe(visible);
  await Promise.all([store.close(), other.close()]);
});

test("each store that had the folder open tells once, by its next flush, of what the disk hasn't taken", async () => {
  const run = vi.spyOn(WriteThreads.prototype, "run");
  onTestFinished(() => run.mockRestore());
  using folder = new TestFolder({ onDisk: true });
  const path = folder.in("cache");
  const [store, other, strict] = [lmdbStore({ path }), lmdbStore({ path }), lmdbStore({ path, durability: "strict" })];
  store.open();
  other.open();
  await store.commit(batchOf(set("a", "1")));
  const reason = new Error("the disk is on fire");
  const [threads] = run.mock.contexts;
  // It is called on nothing else.
  (threads as WriteThreads).lose(reason);
  strict.open();
  const isLoss = expect.objectContaining({ code: "CACHE_IO", cause: reason });
  await strict.commit(batchOf(set("b", "2")));
  await strict.flush();
  expect(await Promise.allSettled([store.flush(), store.flush()])).toEqual([
    { status: "rejected", reason: isLoss },
    { status: "rejected", reason: isLoss },
  ]);
  expect(() => other.flushSync()).toThrow(isLoss);
  await Promise.all([store.flush(), other.flush()]);
  other.flushSync();
  await Promise.all([store.close(), other.close(), strict.close()]);
});

test("closing waits for a flush, also at once, and what is closed can't be flushed", async () => {
  using folder = new TestFolder({ onDisk: true });
  const store = lmdbStore({ path: folder.in("cache") });
  for (const close of ["close", "closeSync"] as const) {
    store.open();
    await store.commit(batchOf(set("a", "1")));
    const flushes = Promise.all([store.flush(), store.flush()]);
    await store[close]();
    await flushes;
    await expect(store.flush()).rejects.toThrow(isClosed);
    expect(() => store.flushSync()).toThrow(isClosed);
  }
  store.open();
  expect(valueOf(store, "a")).toBe("1");
  await store.close();
});
