import type { Operation, Store } from "@cache/core/spi";
import { type IdbStore, idbStore } from "@cache/idb";
import { afterEach, beforeEach, expect, test } from "vitest";
import { watchConnections, type WatchedConnections } from "./watched-connections.ts";

const key = new Uint8Array([1]);
const set: Operation = { type: "set", table: 1, key, value: key, expiresAt: Infinity, entries: [] };
const put = async (store: Store): Promise<unknown> => store.commit({ now: 1, checks: [], operations: [set] });

let connections: WatchedConnections;
let begun: IDBTransaction[];
let store: IdbStore;

beforeEach(async () => {
  begun = [];
  connections = watchConnections();
  store = idbStore({ name: `flush ${crypto.randomUUID()}` });
  await store.open();
  await put(store);
  connections.onBegin = (transaction) => begun.push(transaction);
});

afterEach(async () => {
  connections.stop();
  await store.destroy();
});

test("a flush is one transaction that asks for the disk, and a write after it asks for no more than before", async () => {
  await store.flush();
  await put(store);
  expect(begun.map(({ mode, durability }) => [mode, durability])).toEqual([
    ["readwrite", "strict"],
    ["readwrite", "relaxed"],
  ]);
});

test("a flush writes something, and changes nothing", async () => {
  const puts: unknown[] = [];
  // Called with the object store that it belongs to, below.
  // oxlint-disable-next-line typescript/unbound-method
  const { put: putRecord } = IDBObjectStore.prototype;
  IDBObjectStore.prototype.put = function (this: IDBObjectStore, value: unknown, at?: IDBValidKey) {
    puts.push([this.name, at]);
    return putRecord.call(this, value, at);
  };
  try {
    await store.flush();
  } finally {
    IDBObjectStore.prototype.put = putRecord;
  }
  expect(puts).toEqual([["meta", "format"]]);
  expect(await store.usage(1)).toEqual({ entries: 1, bytes: 2, version: 1 });
});

test("a flush is made again on a new connection when the old one is lost", async () => {
  await connections.forceClose();
  await store.flush();
  const flushing = store.flush();
  connections.closeSilently();
  await flushing;
  connections.closeSilently();
  await store.flush();
  expect((await store.get(1, key))?.value).toEqual(key);
});

test("a flush under way when the connection breaks is made again", async () => {
  const flushing = store.flush();
  await connections.forceClose();
  await flushing;
  expect(connections.opened).toBe(2);
  const writes = begun.filter(({ mode }) => mode === "readwrite");
  expect(writes.map(({ durability }) => durability)).toEqual(["strict", "strict"]);
});
