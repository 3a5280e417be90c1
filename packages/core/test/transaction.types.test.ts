import { expectTypeOf, test } from "vitest";
import { openCache, openCacheSync, table } from "../src/index.ts";
import { memoryStore } from "../src/memory-store.ts";

interface User {
  readonly id: number;
  readonly email: string;
}

const users = table<User>()({ key: "id", indexes: { email: { on: "email", unique: true } } });
const notes = table<string>()({});

test("a transaction has the verbs and tables of its cache, and gives what its function gives", async () => {
  const cache = await openCache<number, { users: typeof users; notes: typeof notes }>(memoryStore(), { tables: { users, notes } });
  const answer = cache.transaction(async (transaction) => {
    expectTypeOf(transaction.get("k")).resolves.toEqualTypeOf<number | undefined>();
    expectTypeOf<Parameters<typeof transaction.tables.users.put>[0]>().toEqualTypeOf<User>();
    expectTypeOf(transaction.tables.users.getBy("email", "a")).resolves.toEqualTypeOf<User | undefined>();
    // @ts-expect-error: a text is no value of this cache
    await transaction.set("k", "text");
    // @ts-expect-error: there is no such table
    void transaction.tables.others;
    return "done" as const;
  });
  expectTypeOf(answer).resolves.toEqualTypeOf<"done">();
  expectTypeOf(cache.transaction(() => 5)).resolves.toEqualTypeOf<number>();
});

test("on the synchronous face it gives plain values", () => {
  using cache = openCacheSync<number>(memoryStore());
  const answer = cache.transaction((transaction) => {
    expectTypeOf(transaction.get("k")).toEqualTypeOf<number | undefined>();
    return transaction.size;
  });
  expectTypeOf(answer).toEqualTypeOf<number>();
});

test("a one-shot commit takes what its tables take", async () => {
  const cache = await openCache<number, { users: typeof users; notes: typeof notes }>(memoryStore(), { tables: { users, notes } });
  const { tables } = cache.atomic();
  const result = tables.users
    .put({ id: 1, email: "a@x.org" })
    .tables.users.check(2, undefined)
    .tables.notes.delete("n")
    .set("k", 5)
    .commit();
  expectTypeOf(result).resolves.toEqualTypeOf<{ readonly ok: true; readonly version: number } | { readonly ok: false }>();
  const other = cache.atomic();
  expectTypeOf(other.tables.users).not.toHaveProperty("set");
  // @ts-expect-error: users have numbers for keys
  other.tables.users.delete("1");
  // @ts-expect-error: a text is no value of this cache
  other.set("k", "text");
});
