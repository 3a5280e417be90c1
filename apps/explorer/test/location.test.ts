import { MAX_KEY_BYTES, openCache } from "@cache/core";
import { memoryStore } from "@cache/core/memory";
import { expect, test } from "vitest";
import { compareParts, Location, type Name, shownName } from "../src/location.ts";

const root = Location.root("/some/folder");

test("a location knows its path, its name, its absolute bytes and its key", () => {
  const location = root.child(Buffer.from("a")).child(Buffer.from("bä.txt"));
  expect(location.path).toBe("a/bä.txt");
  expect(location.name).toBe("bä.txt");
  expect(location.absolute.toString()).toBe("/some/folder/a/bä.txt");
  expect(location.key).toEqual(["entry", "a", "bä.txt"]);
  expect(location.parent?.path).toBe("a");
  expect(root).toMatchObject({ path: ".", name: "folder", key: ["entry"], parent: undefined });
  expect(Location.root("/").child(Buffer.from("etc")).absolute.toString()).toBe("/etc");
  expect(root.at(location.parts).absolute).toEqual(location.absolute);
});

test("a name that isn't UTF-8 keeps its bytes, and is shown with the stray ones escaped", () => {
  const name = Buffer.from([0x63, 0x61, 0x66, 0xe9, 0x2d, 0xc3, 0xa9, 0xa9, 0xf0, 0x9f, 0x98, 0x80, 0xc0, 0x80]);
  const location = root.child(name);
  expect(location.parts).toEqual([name]);
  expect(location.absolute.subarray(-name.length)).toEqual(name);
  expect(location.path).toBe(String.raw`caf\xe9-é\xa9😀\xc0\x80`);
  expect(shownName(Buffer.from([0xed, 0xa0, 0x80, 0xff]))).toBe(String.raw`\xed\xa0\x80\xff`);
});

test("locations are ordered as the cache orders their keys", async () => {
  const names: Name[] = ["a", "a b", "a!", "b", "é", "z", "\uffee", "😀", Uint8Array.of(0x61, 0xff), Uint8Array.of(0xff)];
  const lists = [[], ...names.flatMap((name) => [[name], ...names.map((below) => [name, below])])];
  await using cache = await openCache(memoryStore());
  await cache.setMany(lists.toReversed().map((parts) => [["entry", ...parts], true]));
  const inCache = await Array.fromAsync(cache.keys());
  const sorted = lists.toSorted(compareParts).map((parts) => (parts.length === 0 ? "entry" : ["entry", ...parts]));
  expect(inCache.map(String)).toEqual(sorted.map(String));
});

test("the length of a key is what the cache makes of it", async () => {
  await using cache = await openCache(memoryStore());
  const ofLength = (length: number): Location => root.child(Buffer.from("é")).child(Buffer.alloc(length, "x"));
  const longest = ofLength(MAX_KEY_BYTES - ofLength(0).keyBytes);
  expect(longest.keyBytes).toBe(MAX_KEY_BYTES);
  await cache.set(longest.key, true);
  await expect(cache.set(ofLength(MAX_KEY_BYTES - ofLength(0).keyBytes + 1).key, true)).rejects.toThrow("long");
  const bytes = root.child(Buffer.alloc(1900, 0xff));
  expect(bytes.keyBytes).toBe(root.child(Buffer.alloc(1900, "x")).keyBytes);
});
