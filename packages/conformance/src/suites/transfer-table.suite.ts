import { table, type TableDefinition } from "@cache/core";
import { equal, ok, throwsCode } from "../assert.ts";
import { exported, inMemory } from "../copies.ts";
import { ada, bob, cleo, people } from "../people.ts";
import { type CacheScenario, cacheScenario } from "../scenario.ts";
import { collect } from "../turns.ts";

const typed = { options: { tables: { people } } } as const;
const whole = { variants: ["fresh", "reopened"] } as const;

interface Note {
  readonly id: number;
  readonly title: string;
}

/** Notes whose title was once called "text". */
const firstNotes = table<{ readonly id: number; readonly text: string }>()({ key: "id" });
const notes = table<Note>()({
  key: "id",
  version: 2,
  indexes: { title: { on: "title", unique: true } },
  migrate: (old) => {
    const { id, text } = old as { readonly id: number; readonly text: string };
    return { id, title: text };
  },
});

/** Tables that go where they are declared otherwise, or not at all. */
export const transferTableSuite: readonly CacheScenario[] = [
  cacheScenario(
    "transfer/undeclared",
    "a table that isn't declared is carried on, and can be declared where it arrived: its indexes are built then",
    async (context) => {
      const memory = await inMemory(context, typed.options);
      await memory.tables.people.putMany([ada, bob, cleo]);
      const chunks = await exported(memory);
      await memory.close();
      const undeclared = await context.reopen({});
      equal(await undeclared.root.import(chunks), { tables: 2, entries: 3, skipped: 0 }, "what was imported");
      const [info] = await undeclared.root.listTables();
      equal([info?.table, info?.entries, info?.isDeclared, info?.indexes], ["people", 3, false, []], "the table");
      const onward = await inMemory(context);
      equal(await onward.import(undeclared.root.export()), { tables: 2, entries: 3, skipped: 0 }, "what was carried on");
      await onward.close();
      const { tables } = await context.reopen();
      equal(await collect(tables.people.values()), [ada, bob, cleo], "the rows");
      equal(await tables.people.getBy("email", "ada@x.org"), ada, "the row of an address");
    },
    { ...typed, requires: ["reopens"] },
  ),

  cacheScenario(
    "transfer/undeclared-indexes",
    "rows for a table that isn't declared here but has indexes: whoever declares it finds all of them again",
    async (context) => {
      await context.tables.people.putMany([ada, bob]);
      const memory = await inMemory(context, typed.options);
      await memory.tables.people.putMany([{ ...bob, email: "robert@x.org" }, cleo]);
      const { root } = await context.reopen({});
      equal(await root.import(memory.export()), { tables: 2, entries: 2, skipped: 0 }, "what was imported");
      await memory.close();
      const { tables } = await context.reopen();
      equal(await tables.people.getBy("email", "ada@x.org"), ada, "a row that was there");
      equal(await tables.people.getBy("email", "robert@x.org"), { ...bob, email: "robert@x.org" }, "a row that was replaced");
      equal(await tables.people.getBy("email", "bob@x.org"), undefined, "what it had before");
    },
    { ...typed, requires: ["reopens"] },
  ),

  cacheScenario(
    "transfer/unique",
    "a row that a unique index refuses is CACHE_UNIQUE, which names the index; none of its commit is written",
    async (context) => {
      const { root, tables } = context;
      await tables.people.put({ id: 9, name: "Other", email: "bob@x.org" });
      const memory = await inMemory(context, typed.options);
      await memory.tables.people.putMany([ada, bob]);
      const chunks = await exported(memory);
      await memory.close();
      const error = await throwsCode("CACHE_UNIQUE", () => root.import(chunks), "the import");
      equal(error.index, "email", "the index named");
      equal(await collect(tables.people.keys()), [9], "the rows");
      await tables.people.delete(9);
      equal(await root.import(chunks), { tables: 2, entries: 2, skipped: 0 }, "what is imported then");
    },
    typed,
  ),

  cacheScenario(
    "transfer/older-values",
    "rows of older versions are imported as they are, found by what they will be, and migrated when they are read or by migrate",
    async (context) => {
      const memory = await inMemory(context, { tables: { notes: firstNotes } });
      await memory.tables.notes.putMany([
        { id: 1, text: "one" },
        { id: 2, text: "two" },
      ]);
      const chunks = await exported(memory);
      await memory.close();
      const { root, tables } = context;
      await tables.notes.put({ id: 3, title: "three" });
      equal(await root.import(chunks), { tables: 2, entries: 2, skipped: 0 }, "what was imported");
      const [info] = await root.listTables();
      equal([info?.version, info?.oldest], [2, 1], "the versions of the table");
      const copy = await inMemory(context, { tables: { notes } });
      await copy.import(root.export());
      equal(await copy.tables.notes.getBy("title", "two"), { id: 2, title: "two" }, "a row carried on in its old version");
      await copy.close();
      await throwsCode("CACHE_UNIQUE", () => tables.notes.put({ id: 4, title: "two" }), "a second row of that title");
      equal(await tables.notes.getBy("title", "one"), { id: 1, title: "one" }, "a row by its new field");
      const [result] = await root.migrate();
      equal([result?.table, result?.version], ["notes", 2], "the migration");
      equal((await root.listTables())[0]?.oldest, 2, "the oldest version then");
      equal(
        await collect(tables.notes.values()),
        [1, 2, 3].map((id) => ({ id, title: ["one", "two", "three"][id - 1] })),
        "all rows",
      );
    },
    { options: { tables: { notes } } },
  ),

  cacheScenario(
    "transfer/newer-table",
    "a table of a newer version than is declared is CACHE_VERSION, and nothing of it is written",
    async (context) => {
      const memory = await inMemory(context, { tables: { notes } });
      await memory.set("a", 1);
      await memory.tables.notes.put({ id: 1, title: "new" });
      const { root, tables } = context;
      await throwsCode("CACHE_VERSION", () => root.import(memory.export()), "the import");
      equal(await tables.notes.size, 0, "the rows of the table");
      equal(await root.get("a"), 1, "the table before it");
      await memory.close();
    },
    { options: { tables: { notes: firstNotes } } },
  ),

  cacheScenario(
    "transfer/other-key",
    "a table whose key is declared otherwise is CACHE_VERSION",
    async (context) => {
      const others: readonly TableDefinition[] = [
        table<Note>()({ key: "title" }),
        table<Note>()({ key: ({ id }) => id }),
        table<Note, number>()(),
      ];
      for (const other of others) {
        const memory = await inMemory(context, { tables: { notes: other } });
        await throwsCode("CACHE_VERSION", () => context.root.import(memory.export()), "the import");
        await memory.close();
      }
      equal(await context.tables.notes.size, 0, "the rows");
    },
    { options: { tables: { notes: firstNotes } } },
  ),

  cacheScenario(
    "transfer/chosen",
    "only the tables named are exported; null is the default one",
    async (context) => {
      const { root, tables } = context;
      await root.set("a", 1);
      await tables.people.put(ada);
      for (const [names, keys, ids] of [
        [[null], ["a"], []],
        [["people"], [], [1]],
        [["people", null], ["a"], [1]],
      ] as const) {
        const memory = await inMemory(context, typed.options);
        const { entries } = await memory.import(root.export({ tables: names }));
        equal([await collect(memory.keys()), await collect(memory.tables.people.keys())], [[...keys], [...ids]], `of ${String(names)}`);
        ok(entries === keys.length + ids.length, "as many entries");
        await memory.close();
      }
    },
    { ...typed, ...whole },
  ),
];
