import { table } from "@cache/core";
import { equal, ok, throwsCode, throwsType } from "../assert.ts";
import { indexLines } from "../index-lines.ts";
import { ada, bob, people, type Person } from "../people.ts";
import { type CacheScenario, cacheScenario } from "../scenario.ts";
import { collect } from "../turns.ts";

const notes = table<string, number>()();
const settings = { options: { tables: { people, notes } }, requires: ["reopens"] } as const;

/** A table of people as another version of a program may declare it. */
const byName = table<Person>()({ key: "name" });

/** What a store knows of its tables. */
export const catalogSuite: readonly CacheScenario[] = [
  cacheScenario(
    "catalog/tables",
    "cache.tables has the declared tables, by name and fixed",
    async ({ root, tables }) => {
      equal(Object.keys(root.tables).toSorted(), ["notes", "people"], "the names");
      equal([tables.people.name, tables.notes.name], ["people", "notes"], "the names that the tables tell");
      ok(Object.isFrozen(root.tables), "cache.tables to be frozen");
      // What a caller without types may ask for.
      equal((root.tables as Record<string, unknown>)["toString"], undefined, "a table that isn't declared");
      equal(await tables.people.size, 0, "the size");
    },
    { options: { tables: { people, notes } } },
  ),

  cacheScenario(
    "catalog/list",
    "listTables tells all tables in the store, declared or not, by name",
    async (context) => {
      await context.tables.people.putMany([ada, bob]);
      await context.tables.notes.set(1, "one");
      const { root } = await context.reopen({ tables: { notes, empty: table()() } });
      const all = await root.listTables();
      equal(
        all.map(({ table: name, isDeclared, entries, version, oldest }) => [name, isDeclared, entries, version, oldest]),
        [
          ["empty", true, 0, 1, 1],
          ["notes", true, 1, 1, 1],
          ["people", false, 2, 1, 1],
        ],
        "the tables",
      );
      ok((all[2]?.bytes ?? 0) > (all[1]?.bytes ?? 0), "two people to be more bytes than a note");
      equal(
        all[2]?.indexes.map(({ name, state }) => [name, state]),
        ["email", "name", "cityAge", "tag", "phone", "initial"].map((name) => [name, "ready"]),
        "the indexes",
      );
    },
    settings,
  ),

  cacheScenario(
    "catalog/drop",
    "dropTable removes a table that isn't declared with its rows and index entries, and tells whether there was one",
    async (context) => {
      await context.tables.people.putMany([ada, bob]);
      await context.tables.notes.set(1, "one");
      await throwsType(() => context.root.dropTable("people"), "dropTable of a declared table");
      equal(await context.root.dropTable("nobody"), false, "dropTable of no table");
      const { root, tables } = await context.reopen({ tables: { notes } });
      equal([await root.dropTable("people"), await root.dropTable("people")], [true, false], "dropTable, twice");
      equal(
        (await root.listTables()).map((one) => one.table),
        ["notes"],
        "the tables left",
      );
      equal(await tables.notes.get(1), "one", "a row of another table");
      const again = await context.reopen();
      equal(await again.tables.people.size, 0, "the rows of a new table with the old name");
      await again.tables.people.put(ada);
      equal(await again.tables.people.getBy("email", "bob@x.org"), undefined, "what an old row's entry leads to");
      equal(await again.tables.people.get(1), ada, "a row of the new table");
    },
    settings,
  ),

  cacheScenario(
    "catalog/kept",
    "a cache opened with other tables, or none, keeps all of them",
    async (context) => {
      await context.tables.people.put(ada);
      await context.tables.notes.set(1, "one");
      const { tables, root } = await context.reopen({ tables: { notes, more: table()() } });
      await tables.more.set("a", 1);
      await root.clear();
      const without = await context.reopen({});
      equal(Object.keys(without.root.tables), [], "the tables of a cache without any");
      equal((await without.root.stats()).entries, 0, "the entries it counts as its own");
      await without.cache.set("x", 1);
      await without.root.clear();
      const again = await context.reopen();
      equal(await again.tables.people.getBy("email", "ada@x.org"), ada, "a row by an index");
      equal(await collect(again.tables.notes.entries()), [[1, "one"]], "the rows of another table");
    },
    settings,
  ),

  cacheScenario(
    "catalog/reopened",
    "a table declared as before has its rows and indexes, in whatever order options are given",
    async (context) => {
      await context.tables.people.putMany([ada, bob]);
      const { on, ...others } = { ...people.options.indexes?.["name"], unique: false, on: "name" };
      const same = { ...people, options: { ...people.options, ttl: 500, indexes: { ...people.options.indexes, name: { ...others, on } } } };
      const { tables, root, store } = await context.reopen({ tables: { notes, people: same } });
      equal(await tables.people.getBy("email", "bob@x.org"), bob, "a row by a unique index");
      equal(
        await indexLines(store, "people", "name"),
        [
          ["Ada", 1],
          ["Bob", 2],
        ],
        "an index",
      );
      ok(
        (await root.listTables()).every(({ indexes }) => indexes.every(({ state }) => state === "ready")),
        "no index to be built anew",
      );
    },
    settings,
  ),

  cacheScenario(
    "catalog/other-key",
    "a table that holds rows under another key than is declared is CACHE_VERSION, an empty one takes the new key",
    async (context) => {
      await context.tables.people.put(ada);
      const error = await throwsCode("CACHE_VERSION", () => context.reopen({ tables: { people: byName } }), "opening with another key");
      ok(error.message.includes('"people"'), "a message that names the table");
      await throwsCode("CACHE_VERSION", () => context.reopen({ tables: { people: table<Person>()() } }), "opening without a key");
      const made = table<Person>()({ key: ({ id }) => id });
      await throwsCode("CACHE_VERSION", () => context.reopen({ tables: { people: made } }), "opening with a function");
      const listed = table<Person>()({ key: ["id"] });
      await throwsCode("CACHE_VERSION", () => context.reopen({ tables: { people: listed } }), "opening with a list of the field");
      const same = await context.reopen();
      equal(await same.tables.people.get(1), ada, "the row, with the key as it was");
      await same.tables.people.clear();
      const { tables } = await context.reopen({ tables: { people: byName } });
      equal(await tables.people.put(ada), "Ada", "the key of a row put into the empty table");
      await throwsCode("CACHE_VERSION", () => context.reopen(), "opening with the old key");
    },
    settings,
  ),

  cacheScenario(
    "catalog/newer",
    "a table of a newer version is CACHE_VERSION on opening, which leaves nothing open and all as it is",
    async (context) => {
      const newer = table<Person>()({ key: "id", version: 3 });
      const { tables } = await context.reopen({ tables: { people: newer } });
      await tables.people.put(ada);
      for (const version of [1, 2])
        await throwsCode("CACHE_VERSION", () => context.reopen({ tables: { people: table<Person>()({ key: "id", version }), notes } }));
      equal(context.clock.pending, 0, "the timers left by caches that could not be opened");
      const again = await context.reopen({ sweepInterval: "1m", tables: { people: newer } });
      equal(await again.tables.people.get(1), ada, "the row");
      equal(
        (await again.root.listTables()).map((one) => one.table),
        ["people"],
        "the tables",
      );
    },
    { options: {}, variants: ["fresh"], requires: ["reopens"] },
  ),
];
