import { CacheError } from "@cache/core";
import SqliteDatabase from "better-sqlite3";
import { describe, expect, test } from "vitest";
import { cacheErrorOf } from "../src/errors.ts";

describe("errors of the engine", () => {
  test.each([
    ["SQLITE_BUSY", "CACHE_LOCKED"],
    ["SQLITE_BUSY_SNAPSHOT", "CACHE_LOCKED"],
    ["SQLITE_LOCKED", "CACHE_LOCKED"],
    ["SQLITE_FULL", "CACHE_FULL"],
    ["SQLITE_CORRUPT", "CACHE_CORRUPT"],
    ["SQLITE_CORRUPT_INDEX", "CACHE_CORRUPT"],
    ["SQLITE_NOTADB", "CACHE_CORRUPT"],
    ["SQLITE_TOOBIG", "CACHE_UNSUPPORTED"],
    ["SQLITE_IOERR_WRITE", "CACHE_IO"],
    ["SQLITE_CANTOPEN", "CACHE_IO"],
    ["SQLITE_READONLY", "CACHE_IO"],
    ["SQLITE_FULLER", "CACHE_IO"],
  ])("%s is %s", (sqlite, code) => {
    const cause = new SqliteDatabase.SqliteError("reason", sqlite);
    expect(cacheErrorOf("sqlite at a.db", cause)).toMatchObject({
      code,
      cause,
      message: expect.stringMatching(/^sqlite at a\.db: .+ \(reason\)$/) as string,
    });
  });

  test("a value that is too large to be bound is CACHE_UNSUPPORTED", () => {
    expect(cacheErrorOf("sqlite", new RangeError("The bound string, buffer, or bigint is too big"))).toMatchObject({
      code: "CACHE_UNSUPPORTED",
    });
  });

  test("errors that say enough stay as they are", () => {
    for (const error of [new CacheError("CACHE_CLOSED", "closed"), new TypeError("mistake")])
      expect(cacheErrorOf("sqlite", error)).toBe(error);
  });
});
