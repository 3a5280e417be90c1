import { sqliteStore } from "@cache/sqlite";
import { expect, test, vi } from "vitest";
import { TestFolder } from "./folder.ts";
import { batchesFor, commitAll, LONG, WAITING } from "./long-log.ts";
import { exit, Threads } from "./threads.ts";

// As in an application that was bundled into one file.
vi.mock(import("node:worker_threads"), async (original) => {
  const threads = await original();
  class MissingWorker extends threads.Worker {
    constructor() {
      super(new URL("missing.ts", import.meta.url));
    }
  }
  return { ...threads, Worker: MissingWorker };
});

test("commits write back a long log where the thread's program is missing", async () => {
  using folder = new TestFolder(true);
  using threads = new Threads();
  const path = folder.in("cache.db");
  const store = sqliteStore({ path });
  store.open();
  for (const batch of batchesFor(LONG)) store.commitSync(batch);
  await exit(await threads.first());
  expect(await commitAll(store, path, batchesFor(6 * LONG))).toBeLessThan(WAITING);
  expect(await threads.count()).toBe(1);
  store.closeSync();
});
