import { table } from "@cache/core";
import { equal, throwsCode } from "../assert.ts";
import { ada, bob, cleo, people, type Person } from "../people.ts";
import { type CacheScenario, cacheScenario } from "../scenario.ts";
import { collect, together, turn } from "../turns.ts";

const { email, name } = { email: { on: "email", unique: true }, name: { on: "name" } } as const;
const first = table<Person>()({ key: "id", indexes: { email } });
const second = table<Person>()({ key: "id", indexes: { email, name } });
const settings = { options: { tables: { people: first } }, requires: ["shares"] } as const;

/** Several caches on the same data that declare tables, alike or differently. */
export const catalogSharedSuite: readonly CacheScenario[] = [
  cacheScenario(
    "catalog-shared/alike",
    "caches that declare a table alike see each other's rows, and guard its unique indexes together",
    async (context) => {
      const other = await context.another();
      await context.tables.people.put(ada);
      equal(await other.tables.people.getBy("email", "ada@x.org"), ada, "the other's look-up");
      await throwsCode("CACHE_UNIQUE", () => other.tables.people.put({ ...bob, email: "ada@x.org" }), "the other's put of the same entry");
      await together([context.tables.people.delete(1), other.tables.people.put(cleo)]);
      await other.tables.people.put({ ...bob, email: "ada@x.org" });
      equal((await context.tables.people.getBy("email", "ada@x.org"))?.id, 2, "the row that has it now");
      equal(await collect(context.tables.people.keys()), [2, 3], "the keys");
    },
    settings,
  ),

  cacheScenario(
    "catalog-shared/more-tables",
    "that others declare further tables disturbs nobody",
    async (context) => {
      await context.tables.people.put(ada);
      const other = await context.another({ tables: { people: first, notes: table<string, number>()() } });
      await other.tables.notes.set(1, "one");
      await turn();
      await context.tables.people.put(bob);
      equal(await context.tables.people.getBy("email", "bob@x.org"), bob, "a row by an index");
      equal(
        (await context.root.listTables()).map((one) => [one.table, one.isDeclared]),
        [
          ["notes", false],
          ["people", true],
        ],
        "the tables that the first one sees",
      );
      await other.root.close();
      equal(await context.root.dropTable("notes"), true, "dropTable of the other's table");
    },
    settings,
  ),

  cacheScenario(
    "catalog-shared/superseded",
    "once another cache declares other indexes, the older one's writes and index reads are CACHE_VERSION; its point reads go on",
    async (context) => {
      const old = context.tables.people;
      await old.putMany([ada, bob]);
      const { tables, root } = await context.another({ tables: { people: second } });
      await turn();
      await throwsCode("CACHE_VERSION", () => old.put(cleo), "put");
      await throwsCode("CACHE_VERSION", () => old.putMany([cleo]), "putMany");
      await throwsCode("CACHE_VERSION", () => old.delete(1), "delete");
      await throwsCode("CACHE_VERSION", () => old.clear(), "clear");
      await throwsCode("CACHE_VERSION", () => old.query().index("email").count(), "a query");
      await throwsCode("CACHE_VERSION", () => old.getBy("email", "nobody@x.org"), "getBy that finds nothing");
      equal([await old.get(1), await old.has(2), await old.get(3)], [ada, true, undefined], "point reads");
      equal(await old.getBy("email", "ada@x.org"), ada, "getBy that finds its row");
      await context.cache.set("a", 1);
      equal(await context.cache.get("a"), 1, "the default table of the older one");
      equal(await tables.people.getBy("email", "ada@x.org"), ada, "the newer one's look-up");
      await tables.people.put(cleo);
      equal(await collect(tables.people.values()), [ada, bob, cleo], "the newer one's rows");
      equal(
        (await root.listTables()).map((one) => one.indexes.map((index) => index.name)),
        [["email", "name"]],
        "the indexes",
      );
    },
    settings,
  ),

  cacheScenario(
    "catalog-shared/turn",
    "a refused write to a superseded table takes no other write of its turn with it",
    async (context) => {
      await context.another({ tables: { people: second } });
      await turn();
      const [people1, cache1, people2] = await Promise.allSettled(
        [() => context.tables.people.put(ada), () => context.cache.set("a", 1), () => context.tables.people.put(bob)].map(async (call) =>
          call(),
        ),
      );
      equal([people1?.status, cache1?.status, people2?.status], ["rejected", "fulfilled", "rejected"], "what became of the calls");
      equal([await context.cache.get("a"), await context.tables.people.get(1)], [1, undefined], "what was stored");
    },
    settings,
  ),

  cacheScenario(
    "catalog-shared/dropped",
    "a table that another cache drops is CACHE_VERSION to write, and empty to read",
    async (context) => {
      await context.tables.people.put(ada);
      const other = await context.another({});
      equal(await other.root.dropTable("people"), true, "dropTable by a cache that doesn't declare it");
      await turn();
      await throwsCode("CACHE_VERSION", () => context.tables.people.put(bob), "put");
      equal(await context.tables.people.get(1), undefined, "a point read");
      const again = await context.another();
      await again.tables.people.put(bob);
      await throwsCode("CACHE_VERSION", () => context.tables.people.put(cleo), "put, once there is a new table of the name");
      equal([await collect(again.tables.people.keys()), await context.tables.people.get(2)], [[2], undefined], "the new table's rows");
    },
    settings,
  ),

  cacheScenario(
    "catalog-shared/structures",
    "caches that put values of new shapes at once read each other's",
    async (context) => {
      const caches = [context.tables.people, (await context.another()).tables.people, (await context.another()).tables.people];
      await together(
        Array.from({ length: 30 }, (_, id) => {
          const extra = { [`field ${id % 5}`]: id } as object;
          return caches[id % 3]?.put({ id, name: `n${id}`, ...extra });
        }),
      );
      for (const one of caches)
        equal(
          (await collect(one.values())).map((value) => Object.keys(value).join()),
          Array.from({ length: 30 }, (_, id) => `id,name,field ${id % 5}`),
          "the fields of the values",
        );
    },
    { ...settings, options: { tables: { people } } },
  ),
];
