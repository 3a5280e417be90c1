import { expectTypeOf, test } from "vitest";
import { openCacheSync, type Query, table, type TypesOf } from "../src/index.ts";
import { memoryStore } from "../src/memory-store.ts";

type UserId = number & { readonly brand: "UserId" };

interface User {
  readonly id: UserId;
  readonly email: string;
  readonly city: string;
  readonly age?: number | undefined;
  readonly tags: readonly ("new" | "old")[];
  readonly phones?: readonly { readonly number: string }[];
}

const users = table<User>()({
  key: "id",
  indexes: {
    email: { on: "email", unique: true },
    cityAge: { on: ["city", "age"] },
    tag: { on: "tags", multi: true },
    phone: { on: ["city", "phones.number"], multi: true, unique: true },
    initial: { on: ({ email }) => email[0] },
    words: { on: ({ email }) => (email === "" ? undefined : email.split("@")), multi: true },
  },
});

type Users = TypesOf<typeof users>;

/** What mustn't compile is written in functions that nobody calls. */
const cache = openCacheSync(memoryStore(), { tables: { users, lines: table<{ readonly id: number }>()({ key: "id" }) } });

test("getBy takes the entries of an index; a unique one gives the value, others a query", () => {
  const { users: all } = cache.tables;
  expectTypeOf(all.getBy("email", "a")).toEqualTypeOf<User | undefined>();
  expectTypeOf(all.getBy("phone", ["a", "1"])).toEqualTypeOf<User | undefined>();
  expectTypeOf<Users["indexes"]["cityAge"]>().toEqualTypeOf<{ readonly key: readonly [string, number]; readonly unique: false }>();
  expectTypeOf<Users["indexes"]["tag"]["key"]>().toEqualTypeOf<"new" | "old">();
  expectTypeOf<Users["indexes"]["phone"]["key"]>().toEqualTypeOf<readonly [string, string]>();
  expectTypeOf<Users["indexes"]["initial"]["key"]>().toEqualTypeOf<string>();
  expectTypeOf<Users["indexes"]["words"]["key"]>().toEqualTypeOf<string>();
  expectTypeOf<ReturnType<typeof byTag>>().toEqualTypeOf<Query<Users, "new" | "old", "sync">>();
  const wrong = (): unknown[] => [
    // @ts-expect-error: no such index
    all.getBy("nothing", "a"),
    // @ts-expect-error: an entry of the wrong type
    all.getBy("email", 5),
    // @ts-expect-error: a part of the entry is missing
    all.getBy("cityAge", ["a"]),
    // @ts-expect-error: not an element of the list
    all.getBy("tag", "middle"),
    // @ts-expect-error: a table without indexes
    cache.tables.lines.getBy("email", "a"),
  ];
  expectTypeOf(wrong).toBeFunction();
});

function byTag(): Query<Users, "new" | "old", "sync"> {
  return cache.tables.users.getBy("tag", "new");
}

test("queries know the fields and the entries they are about", () => {
  const { users: all } = cache.tables;
  expectTypeOf<ReturnType<typeof all.query>>().toEqualTypeOf<Query<Users, UserId, "sync">>();
  const right = (): unknown[] => [
    all
      .query()
      .index("cityAge")
      .gte(["Berlin", 5])
      .where({ age: { gt: 5 }, tags: "new", "phones.number": "1" })
      .select("email", "age"),
  ];
  const wrong = (): unknown[] => [
    // @ts-expect-error: no such index
    all.query().index("nothing"),
    // @ts-expect-error: no such field
    all.query().where({ nobody: 5 }),
    // @ts-expect-error: a value of the wrong type
    all.query().where({ age: "old" }),
    // @ts-expect-error: no such field
    all.query().select("nobody"),
    // @ts-expect-error: no such field
    all.query().groupBy("nobody", { n: "count" }),
    // @ts-expect-error: a text can't be summed up
    all.query().groupBy("city", { n: { sum: "email" } }),
    // @ts-expect-error: a key of the wrong type
    all.query().eq("a"),
  ];
  expectTypeOf([right, wrong]).toBeArray();
});
