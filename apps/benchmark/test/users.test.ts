import { memoryStore } from "@cache/core/memory";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { lmdbUserContender } from "../src/lmdb/lmdb-user-contender.ts";
import { timedRound } from "../src/rounds.ts";
import { sqliteUserContender } from "../src/sqlite/sqlite-user-contender.ts";
import { cacheUserContender } from "../src/users/cache-user-contender.ts";
import { cityAge, email, user } from "../src/users/user.ts";
import { cityAgeRanges, freshOf, getsByEmail, putTurn } from "../src/users/user-cases.ts";
import { expectRows, fillUsers, type IndexCount, indexCounts, type UserContender } from "../src/users/user-contender.ts";

const entries = 4000;
let folder = "";

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "benchmark-users-"));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

const contenders = {
  ours: (indexes: IndexCount) => cacheUserContender(memoryStore(), indexes),
  "lmdb-js": (indexes: IndexCount) => lmdbUserContender(folder, indexes),
  "better-sqlite3": (indexes: IndexCount) => sqliteUserContender(join(folder, "users.db"), indexes),
} as const;

describe.each(Object.entries(contenders))("users in %s", (_, open) => {
  async function opened<T>(indexes: IndexCount, job: (contender: UserContender) => Promise<T>): Promise<T> {
    const contender = await open(indexes);
    try {
      return await job(contender);
    } finally {
      await contender.close();
    }
  }

  test("are found by email and by city and age", () =>
    opened(3, async (contender) => {
      await fillUsers(contender, entries);
      await timedRound(getsByEmail(entries, 50), contender, 0);
      await timedRound(cityAgeRanges(entries, { length: 100, count: 5 }), contender, 0);
      expect(await contender.getByEmailEach([email(entries)])).toBe(0);
    }));

  test.each(indexCounts)("leave no entry of %i indexes behind, and none out", (indexes) =>
    opened(indexes, async (contender) => {
      await fillUsers(contender, entries);
      for (let round = 0; round < 3; round++) await timedRound(putTurn(entries, 100), contender, round);
      await expectRows(contender, entries + freshOf(100));
    }),
  );

  test("are in order of their new age after a change, and gone after their deletion", () =>
    opened(3, async (contender) => {
      await fillUsers(contender, 1);
      const [city, age] = cityAge(0, 5);
      await contender.putTurn([user(0, 5)]);
      expect(await contender.rangeEach([[city, age]], 10)).toBe(age);
      expect(await contender.rangeEach([[city, age + 1]], 10)).toBe(0);
      await contender.deleteTurn([0]);
      expect(await contender.rangeEach([[city, 0]], 10)).toBe(0);
      expect(await contender.getByEmailEach([email(0)])).toBe(0);
      await expectRows(contender, 0);
    }));

  test("aren't stored with the email of another", () =>
    opened(1, async (contender) => {
      await fillUsers(contender, 2);
      // Some throw at once.
      await expect(Promise.resolve().then(() => contender.putTurn([{ ...user(1), email: email(0) }]))).rejects.toThrow(/email|unique/i);
    }));
});

test("a contender that lacks rows is noticed", async () => {
  const contender = sqliteUserContender(join(folder, "users.db"), 3);
  await contender.putTurn([user(0)]);
  await expect(expectRows(contender, 2)).rejects.toThrow("1 rows");
  await expect(timedRound(getsByEmail(100, 10), contender, 0)).rejects.toThrow("instead of");
  await contender.close();
});

test("users are the same whenever they are made, and change with their edition in age alone", () => {
  expect(user(7)).toEqual(user(7));
  expect({ ...user(7, 3), age: 0 }).toEqual({ ...user(7), age: 0 });
  expect(user(7, 3).age).not.toBe(user(7).age);
  const bios = Array.from({ length: 100 }, (_, id) => user(id).bio.length);
  expect(bios.reduce((sum, length) => sum + length) / bios.length).toBeGreaterThan(40);
});
