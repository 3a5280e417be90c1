import { expect, test } from "vitest";
import { parseArguments } from "../src/arguments.ts";

test("by default everything is done, with all three stores", () => {
  expect(parseArguments([])).toEqual({
    folder: undefined,
    stores: ["lmdb", "sqlite", "memory"],
    chosen: false,
    cache: undefined,
    json: false,
    help: false,
  });
});

test("what is given", () => {
  expect(parseArguments(["photos", "--store", "sqlite", "--cache=kept.sqlite", "--json"])).toEqual({
    folder: "photos",
    stores: ["sqlite"],
    chosen: true,
    cache: "kept.sqlite",
    json: true,
    help: false,
  });
  expect(parseArguments(["--store", "memory", "--store", "lmdb", "--store", "memory"]).stores).toEqual(["memory", "lmdb"]);
  expect(parseArguments(["-h"]).help).toBe(true);
});

test("npm's own dashes before each option mean nothing", () => {
  expect(parseArguments(["--", "photos", "--", "--store", "lmdb", "--", "--json"])).toMatchObject({
    folder: "photos",
    stores: ["lmdb"],
    json: true,
  });
});

test.each([
  [["--nope"], "Unknown option '--nope'"],
  [["--store"], "--store"],
  [["--store", "redis"], 'there is no store "redis"; there are: lmdb, sqlite, memory'],
  [["--json=yes"], "--json"],
  [["a", "b"], "one folder at a time, not 2"],
  [[""], "the folder needs a path"],
  [["--cache", "x"], "--cache keeps the cache of one store: name it with --store"],
  [["--cache", "x", "--store", "lmdb", "--store", "sqlite"], "--cache keeps the cache of one store"],
  [["--cache", "x", "--store", "memory"], "a cache in memory can't be kept"],
  [["--cache", "", "--store", "lmdb"], "--cache needs a path"],
])("%j is refused", (args, message) => {
  expect(() => parseArguments(args)).toThrow(message);
  expect(() => parseArguments(args)).toThrow(expect.objectContaining({ name: "ExplorerError" }));
});
