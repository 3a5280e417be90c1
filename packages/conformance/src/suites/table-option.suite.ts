import type { StandardSchemaV1, TableDefinitions } from "@cache/core";
import { equal, throwsType } from "../assert.ts";
import { ada, people } from "../people.ts";
import { type CacheScenario, cacheScenario } from "../scenario.ts";
import { show } from "../show.ts";

/** Options of typed tables. */
export const tableOptionSuite: readonly CacheScenario[] = [
  cacheScenario(
    "table-option/refused",
    "unknown options of tables and indexes and wrong values are a TypeError, and leave the data as it is",
    async (context) => {
      await context.tables.people.put(ada);
      const wrong: readonly unknown[] = [
        5,
        {},
        { options: null },
        ...[
          { kee: "id" },
          { ttl: 0 },
          { ttl: "soon" },
          { key: 5 },
          { key: [] },
          { key: "" },
          { key: "a..b" },
          { key: ["id", 5] },
          { schema: {} },
          { schema: { "~standard": {} } as StandardSchemaV1 },
          { validateOnRead: 1 },
          { version: 0 },
          { version: 1.5 },
          { version: "2" },
          { version: 70_000 },
          { version: 2, migrate: { 3: { up: Number } } },
          { version: 2, migrate: { 2: {} } },
          { migrate: "up" },
          { indexes: "id" },
          { indexes: { a: {} } },
          { indexes: { a: "id" } },
          { indexes: { a: null } },
          { indexes: { a: { on: [] } } },
          { indexes: { a: { on: "x.", unique: true } } },
          { indexes: { a: { on: "id", uniqe: true } } },
          { indexes: { a: { on: "id", unique: "yes" } } },
          { indexes: { a: { on: "id", multi: 1 } } },
          { indexes: { a: { on: "id", revision: -1 } } },
          { indexes: { "": { on: "id" } } },
        ].map((options) => ({ options })),
      ];
      for (const definition of wrong)
        // Wrong options are what this is about.
        await throwsType(() => context.reopen({ tables: { wrong: definition } as TableDefinitions }), `opening with ${show(definition)}`);
      await throwsType(() => context.reopen({ tables: { "": people } }), "a table without a name");
      await throwsType(() => context.reopen({ tables: null as unknown as TableDefinitions }), "no tables at all");
      const { tables, root } = await context.reopen();
      equal(await tables.people.get(1), ada, "the row");
      equal((await root.listTables()).length, 1, "the number of tables");
    },
    { options: { tables: { people } }, requires: ["reopens"] },
  ),
];
