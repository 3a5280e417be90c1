import { table } from "@cache/core";
import { equal, throwsCode } from "../assert.ts";
import { ada, bob, cleo, people } from "../people.ts";
import { type CacheScenario, cacheScenario } from "../scenario.ts";
import { collect, together } from "../turns.ts";
import { asyncUserSchema, userSchema } from "../user-schema.ts";

const typed = { options: { tables: { people } } } as const;
const outside = { variants: ["fresh", "reopened"] } as const;

const notes = table<string>()({ indexes: { length: { on: (text) => text.length } } });

/** One-shot commits to tables with schemas and indexes. */
export const atomicTableSuite: readonly CacheScenario[] = [
  cacheScenario(
    "atomic-table/schema",
    "values are what the schema makes of them; one that it refuses is CACHE_SCHEMA_INVALID",
    async ({ root }) => {
      await throwsCode("CACHE_SCHEMA_INVALID", () => root.atomic().set("a", { name: "Ada" }).set("b", { name: 1 }).commit());
      equal(await root.size, 0, "the size");
      await root.atomic().set("a", { name: " Ada " }).commit();
      equal(await root.get("a"), { name: "Ada", age: 0 }, "the value");
    },
    { ...outside, options: { schema: userSchema } },
  ),

  cacheScenario(
    "atomic-table/async-schema",
    "with a schema that takes its time, a commit keeps its place among the calls",
    async ({ root }) => {
      const [, before, , after] = await together([
        root.set("a", { name: "first" }),
        root.get("a"),
        root.atomic().set("a", { name: "second" }).commit(),
        root.get("a"),
      ]);
      equal(
        [before, after],
        [
          { name: "first", age: 0 },
          { name: "second", age: 0 },
        ],
        "the values",
      );
      await throwsCode("CACHE_SCHEMA_INVALID", () => root.atomic().set("b", {}).commit());
    },
    { ...outside, options: { schema: asyncUserSchema }, requires: ["async"] },
  ),

  cacheScenario(
    "atomic-table/tables",
    "one commit checks and writes typed tables and the cache's own entries together",
    async ({ root, tables }) => {
      await tables.people.put(ada);
      const version = (await tables.people.getEntry(1))?.version;
      const write = (checked: number | undefined): ReturnType<ReturnType<typeof root.atomic>["commit"]> =>
        root
          .atomic()
          .tables.people.check(1, checked)
          .tables.people.put(bob)
          .tables.people.delete(1)
          .tables.notes.set("n", "text")
          .set("a", 1)
          .commit();
      equal(await write(undefined), { ok: false }, "the result of a failed check");
      equal([await collect(tables.people.keys()), await tables.notes.size, await root.size], [[1], 0, 0], "what is there after it");
      equal((await write(version)).ok, true, "whether it was carried out");
      equal([await collect(tables.people.values()), await tables.notes.get("n"), await root.get("a")], [[bob], "text", 1], "what is there");
    },
    { options: { tables: { people, notes } } },
  ),

  cacheScenario(
    "atomic-table/unique",
    "a unique entry of another row is CACHE_UNIQUE, unless the same commit frees it",
    async ({ root, tables }) => {
      await tables.people.putMany([ada, bob]);
      const { people: none } = root.atomic().tables;
      await throwsCode(
        "CACHE_UNIQUE",
        () =>
          none
            .put({ ...cleo, email: "ada@x.org" })
            .set("a", 1)
            .commit(),
        "a stored row's entry",
      );
      const { people: twice } = root.atomic().tables;
      await throwsCode(
        "CACHE_UNIQUE",
        () =>
          twice
            .put({ ...cleo, email: "new@x.org" })
            .tables.people.put({ ...cleo, id: 4, email: "new@x.org" })
            .commit(),
        "one entry for two rows",
      );
      equal([await collect(tables.people.keys()), await root.size], [[1, 2], 0], "what is there");
      const { people: swapping } = root.atomic().tables;
      await swapping
        .put({ ...ada, email: "bob@x.org" })
        .tables.people.put({ ...bob, email: "ada@x.org" })
        .commit();
      equal((await tables.people.getBy("email", "ada@x.org"))?.id, 2, "the row with a swapped entry");
      const { people: freeing } = root.atomic().tables;
      await freeing
        .put({ ...cleo, email: "ada@x.org" })
        .tables.people.delete(2)
        .commit();
      equal((await tables.people.getBy("email", "ada@x.org"))?.id, 3, "the row with a freed entry");
    },
    typed,
  ),
];
