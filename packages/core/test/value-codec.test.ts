import { describe, expect, test } from "vitest";
import { memoryStore } from "../src/memory-store.ts";
import { openCache } from "../src/open-cache.ts";
import { DEFAULT_TABLE } from "../src/table-id.ts";
import { ValueCodec, valueLifetime, valueVersion } from "../src/value-codec.ts";

function openStore() {
  const store = memoryStore();
  store.open();
  return store;
}

describe("values", () => {
  test("one flipped bit anywhere is noticed", () => {
    const codec = new ValueCodec(openStore(), DEFAULT_TABLE);
    const bytes = Uint8Array.from(codec.encode(["some", 1, { of: "everything" }]));
    for (let at = 0; at < bytes.length; at++)
      for (let bit = 0; bit < 8; bit++) {
        const damaged = Uint8Array.from(bytes);
        damaged[at] = (damaged[at] ?? 0) ^ (1 << bit);
        expect(() => codec.decode(damaged)).toThrow(expect.objectContaining({ code: "CACHE_CORRUPT" }));
      }
    for (let length = 0; length < bytes.length; length++)
      expect(() => codec.decode(bytes.slice(0, length))).toThrow(expect.objectContaining({ code: "CACHE_CORRUPT" }));
  });

  test("a version and a lifetime are told without unpacking the value", () => {
    for (const version of [1, 2, 0xffff])
      for (const lifetime of [0, 1, 2 ** 32 - 1, 2 ** 32, 0x0102_0304_0506, 2 ** 48 - 1]) {
        const codec = new ValueCodec(openStore(), DEFAULT_TABLE, version);
        const bytes = codec.encode({ a: "value" }, version, lifetime);
        expect([valueVersion(bytes), valueLifetime(bytes)]).toEqual([version, lifetime]);
        expect(codec.decode(bytes)).toEqual({ a: "value" });
      }
  });

  test("what can't be stored is refused, and spoils nothing", () => {
    const codec = new ValueCodec(openStore(), DEFAULT_TABLE);
    for (const bad of [() => 0, { deep: [() => 0] }, Symbol("s")])
      expect(() => codec.encode(bad)).toThrow(expect.objectContaining({ code: "CACHE_UNSUPPORTED" }));
    expect(codec.decode(codec.encode([1, "two"]))).toEqual([1, "two"]);
  });

  test("records share their field names", async () => {
    const store = openStore();
    const cache = await openCache(store);
    await cache.set(1, { someRatherLongFieldName: 1, anotherOne: 2 });
    const first = store.usage(DEFAULT_TABLE).bytes;
    expect(first).toBeLessThan(30);
    await cache.set(2, { someRatherLongFieldName: 3, anotherOne: 4 });
    expect(store.usage(DEFAULT_TABLE).bytes).toBe(2 * first);
  });

  test("more shapes than structures are all read back", async () => {
    const store = openStore();
    const cache = await openCache(store);
    const shapes = Array.from({ length: 200 }, (_, index) => ({ [`a${index}`]: index, [`b${index}`]: { [`c${index}`]: [index] } }));
    await cache.setMany(shapes.map((shape, index) => [index, shape]));
    const dictionary = Object.fromEntries(Array.from({ length: 1000 }, (_, index) => [`key ${index}`, index]));
    await cache.set("dictionary", dictionary);
    const other = await openCache(store);
    for (const [index, shape] of shapes.entries()) expect(await other.get(index)).toEqual(shape);
    expect(await other.get("dictionary")).toEqual(dictionary);
  });

  test("caches that invent structures at once never misread each other", async () => {
    const store = openStore();
    const caches = await Promise.all(Array.from({ length: 4 }, () => openCache(store)));
    // Every cache packs with structures of its own before any of them has saved one.
    for (let round = 0; round < 12; round++)
      await Promise.all(
        caches.flatMap((cache, who) => [
          cache.set([who, round], { [`f${who}-${round}`]: who, round }),
          cache.set([who, round, "x"], { round, who }),
        ]),
      );
    for (const reader of [...caches, await openCache(store)])
      for (let who = 0; who < caches.length; who++)
        for (let round = 0; round < 12; round++) {
          expect(await reader.get([who, round])).toEqual({ [`f${who}-${round}`]: who, round });
          expect(await reader.get([who, round, "x"])).toEqual({ round, who });
        }
  });

  test("a value that was changed after set is stored as it was", async () => {
    const store = openStore();
    const [one, two] = [await openCache(store), await openCache(store)];
    const value = { field: 1 };
    // The second cache loses the race for the first structure, and packs its value anew.
    const writes = [one.set("one", { other: 0 }), two.set("two", value)];
    value.field = 2;
    await Promise.all(writes);
    expect(await one.get("two")).toEqual({ field: 1 });
  });

  test("bytes given back are the reader's own", async () => {
    const cache = await openCache(openStore());
    await cache.set("k", { bytes: Uint8Array.of(1, 2, 3), typed: Float32Array.of(1.5) });
    const first = (await cache.get("k")) as { bytes: Uint8Array; typed: Float32Array };
    first.bytes[0] = 9;
    first.typed[0] = 9;
    expect(await cache.get("k")).toEqual({ bytes: Uint8Array.of(1, 2, 3), typed: Float32Array.of(1.5) });
  });
});
