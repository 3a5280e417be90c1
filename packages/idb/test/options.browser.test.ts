import { openCache } from "@cache/idb";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { watchConnections, type WatchedConnections } from "./watched-connections.ts";

let connections: WatchedConnections;
let begun: IDBTransaction[];

beforeEach(() => {
  begun = [];
  connections = watchConnections();
  connections.onBegin = (transaction) => begun.push(transaction);
});

afterEach(() => {
  connections.stop();
  vi.restoreAllMocks();
});

describe("durability", () => {
  test.each([undefined, "relaxed", "strict"] as const)("%s is what every write asks for", async (durability) => {
    const cache = await openCache({ name: `options ${crypto.randomUUID()}`, durability });
    await cache.set("a", 1);
    await cache.delete("a");
    await cache.close();
    const writes = begun.filter(({ mode }) => mode === "readwrite");
    // Closing writes the cache's counts.
    expect(writes.map((write) => write.durability)).toEqual(Array.from({ length: 3 }, () => durability ?? "relaxed"));
  });
});

describe("persist", () => {
  test.skipIf(!("storage" in navigator))("asks the browser once, and works whatever it says", async () => {
    const persist = vi.spyOn(navigator.storage, "persist").mockRejectedValue(new Error("no"));
    await using cache = await openCache({ name: `options ${crypto.randomUUID()}`, persist: true });
    await cache.set("a", 1);
    expect(persist).toHaveBeenCalledOnce();
  });

  test.skipIf(!("storage" in navigator))("doesn't ask unless told", async () => {
    const persist = vi.spyOn(navigator.storage, "persist");
    await using cache = await openCache({ name: `options ${crypto.randomUUID()}` });
    await cache.set("a", 1);
    expect(persist).not.toHaveBeenCalled();
  });
});

test("calls of one turn share a transaction", async () => {
  await using cache = await openCache({ name: `options ${crypto.randomUUID()}` });
  const keys = Array.from({ length: 50 }, (_, at) => at);
  begun = [];
  await Promise.all(keys.map((key) => cache.set(key, key)));
  expect(begun.map(({ mode }) => mode)).toEqual(["readwrite"]);
  begun = [];
  expect(await Promise.all(keys.map((key) => cache.get(key)))).toEqual(keys);
  expect(begun.map(({ mode }) => mode)).toEqual(["readonly"]);
});
