import { type DeleteOperation, type IndexEntry, MAX_INDEX_BYTES, ORDER_INDEX, type SetOperation } from "@cache/core/spi";
import { lmdbStore } from "@cache/lmdb";
import { open } from "lmdb";
import { expect, test } from "vitest";
import { TestFolder } from "./folder.ts";
import { batchOf, bytes, NOW, set, TABLE, text } from "./rows.ts";

const OTHER_TABLE = 0x0102;
const INDEX = 0x0304;

/** All lines of a database, as lmdb-js itself reads them: keys and values in hexadecimal. */
async function linesOf(path: string): Promise<[key: string, value: string][]> {
  const engine = open<Buffer, Buffer>({ path, encoding: "binary", keyEncoding: "binary" });
  const lines = Array.from(engine.getRange({ start: Buffer.alloc(1) }), ({ key, value }): [string, string] => [
    key.toString("hex"),
    value.toString("hex"),
  ]);
  await engine.close();
  return lines;
}

test("what is on the disk is what layout.ts says", async () => {
  using folder = new TestFolder();
  const path = folder.in("cache");
  const store = lmdbStore({ path });
  store.open();
  const expiresAt = 2 ** 40 + 5;
  const entries = [{ index: INDEX, bytes: bytes("e") }];
  store.commitSync(batchOf(set("ab", "v", { table: OTHER_TABLE })));
  store.commitSync(batchOf(set("cd", "w", { table: OTHER_TABLE, expiresAt, entries })));
  store.commitSync(batchOf(set("ef", "x", { table: OTHER_TABLE, entries: [{ index: ORDER_INDEX, bytes: bytes("p") }] })));
  const placed = (key: string, last: number): SetOperation =>
    set(key, "y", { table: 3, entries: [{ index: ORDER_INDEX, bytes: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, last, 9) }] });
  // In fewer operations they would stand alone.
  const more = Array.from({ length: 5 }, (): DeleteOperation => ({ type: "delete", table: 3, key: bytes("none") }));
  store.commitSync(batchOf(placed("gh", 0x3a), placed("ij", 0x31), placed("kl", 0x40), ...more));
  store.commitSync(batchOf({ type: "touch", table: OTHER_TABLE, key: bytes("ab"), indexes: [], entries: [] }));
  await store.close();

  expect(await linesOf(path)).toEqual(
    [
      ["00", `${Buffer.from("@cache/lmdb").toString("hex")} 0004`],
      ["01", "000000000005"],
      ["02 0003", "000000000003 00000000002a 000000000004"],
      ["02 0102", "000000000003 00000000000f 000000000003"],
      ["03 0003 6768", "02 000000000004 0b 01 09 010203040506073a09 79"],
      ["03 0003 696a", "02 000000000004 0b 01 09 010203040506073109 79"],
      ["03 0003 6b6c", "02 000000000004 0b 01 09 010203040506074009 79"],
      ["03 0102 6162", "00 000000000001 76"],
      ["03 0102 6364", "03 000000000002 010000000005 04 8304 01 65 77"],
      ["03 0102 6566", "02 000000000003 03 01 01 70 78"],
      ["04 0003 0102030405060730", "01 09 02 696a 0e 0a 09 02 6768 0e"],
      ["04 0003 0102030405060740", "00 09 02 6b6c 0e"],
      ["05 0102 0001 70 6566", "0001"],
      ["05 0102 0304 65 6364", "0001 010000000005"],
    ].map((line) => line.map((part) => part.replaceAll(" ", ""))),
  );
});

test("lists of index entries of every size come back as they were", async () => {
  using folder = new TestFolder();
  const store = lmdbStore({ path: folder.in("cache") });
  store.open();
  const entry = (index: number, length: number): IndexEntry => ({ index, bytes: new Uint8Array(length).fill(index) });
  const lists = [
    [entry(0, 0)],
    [entry(0x7f, 0x7f - 2), entry(0x80, 0)],
    [entry(0x80, 0x7f), entry(0x3fff, 0x80), entry(0x4000, 1)],
    [entry(0xffff, MAX_INDEX_BYTES - 1)],
    Array.from({ length: 40 }, (_, index) => entry(index * 1000, 1000)),
  ];
  for (const entries of lists) {
    store.commitSync(batchOf(set("a", "value", { entries })));
    const stored = store.get(TABLE, bytes("a"));
    expect(text(stored?.value)).toBe("value");
    expect(stored?.entries).toEqual(entries);
    for (const { index, bytes: found } of entries) expect(text(store.getBy(TABLE, index, found)?.stored.value)).toBe("value");
  }
  await store.close();
});

test("a touch keeps the deadlines of index lines right", async () => {
  using folder = new TestFolder();
  const store = lmdbStore({ path: folder.in("cache") });
  store.open();
  const entries = [1, 2].map((index) => ({ index, bytes: bytes("e") }));
  store.commitSync(batchOf(set("a", "v", { expiresAt: NOW + 10, entries })));
  const live = (liveAt: number): number[] => [1, 2].map((index) => store.range(1, { index, limit: 5, keysOnly: true, liveAt }).rows.length);
  expect([live(NOW + 9), live(NOW + 10)]).toEqual([
    [1, 1],
    [0, 0],
  ]);
  store.commitSync(batchOf(set("ef", "x", { table: OTHER_TABLE, entries: [{ index: ORDER_INDEX, bytes: bytes("p") }] })));
  store.commitSync(batchOf({ type: "touch", table: 1, key: bytes("a"), expiresAt: NOW + 20, indexes: [1], entries: entries.slice(0, 1) }));
  expect([live(NOW + 19), live(NOW + 20)]).toEqual([
    [1, 1],
    [0, 0],
  ]);
  store.commitSync(batchOf(set("ef", "x", { table: OTHER_TABLE, entries: [{ index: ORDER_INDEX, bytes: bytes("p") }] })));
  store.commitSync(batchOf({ type: "touch", table: 1, key: bytes("a"), expiresAt: Number.POSITIVE_INFINITY, indexes: [2], entries: [] }));
  expect(live(NOW + 100)).toEqual([1, 0]);
  await store.close();
});
