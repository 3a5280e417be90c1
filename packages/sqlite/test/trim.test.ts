import { ORDER_INDEX, type SetOperation, type TrimOperation } from "@cache/core/spi";
import { sqliteStore } from "@cache/sqlite";
import SqliteDatabase from "better-sqlite3";
import { expect, test } from "vitest";
import { TestFolder } from "./folder.ts";
import { bytes } from "./rows.ts";

test.each([ORDER_INDEX, 4])("lines of index %i whose rows have gone are damage, and nothing is counted down for them", (index) => {
  using folder = new TestFolder();
  const path = folder.in("cache.db");
  const store = sqliteStore({ path });
  const sets = ["a", "b", "c", "d"].map((key): SetOperation => ({
    type: "set",
    table: 1,
    key: bytes(key),
    value: bytes("v"),
    expiresAt: Infinity,
    entries: [{ index, bytes: bytes(`p${key}`) }],
  }));
  store.open();
  store.commitSync({ now: 1, checks: [], operations: sets });
  store.closeSync();
  const database = new SqliteDatabase(path);
  database.exec("DELETE FROM rows WHERE key < x'000163'; UPDATE usage SET entries = 2, bytes = 10 WHERE tbl = 1");
  database.close();
  store.open();
  const before = store.usage(1);
  const trim: TrimOperation = { type: "trim", tables: [1], index, limit: 2 };
  expect(() => store.commitSync({ now: 1, checks: [], operations: [trim, trim] })).toThrow(
    expect.objectContaining({ code: "CACHE_CORRUPT" }),
  );
  expect(store.usage(1)).toEqual(before);
  expect(store.range(1, { limit: 9 }).rows.length).toBe(2);
  store.closeSync();
});
