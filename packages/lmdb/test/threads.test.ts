import { openCache } from "@cache/lmdb";
import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { expect, test } from "vitest";
import { TestFolder } from "./folder.ts";

test("worker threads share a cache with the main thread, and may end without closing it", async () => {
  using folder = new TestFolder();
  const path = folder.in("cache");
  await using cache = await openCache<number>({ path });
  await cache.set("main", -1);
  const threads = [1, 2, 3].map(
    (number) =>
      new Worker(new URL("thread.ts", import.meta.url), { workerData: { path, number }, execArgv: ["--conditions=@cache/source"] }),
  );
  const writes = Array.from({ length: 50 }, (_, at) => cache.set(["main", at], at));
  expect(await Promise.all(threads.map(async (thread) => (await once(thread, "exit"))[0]))).toEqual([0, 0, 0]);
  await Promise.all(writes);
  expect([await cache.size, (await cache.stats()).entries]).toEqual([201, 201]);
  for (const number of [1, 2, 3]) expect(await cache.get([number, 49])).toBe(49);
  await cache.set("main", -2);
  expect(await cache.get("main")).toBe(-2);
});
