import { table } from "@cache/core";
import { accountSchema, deferredAccountSchema } from "../account-schema.ts";
import { equal, ok, throwsCode, throwsType } from "../assert.ts";
import { indexLines } from "../index-lines.ts";
import { type CacheScenario, cacheScenario } from "../scenario.ts";
import { collect, together } from "../turns.ts";

const indexes = { email: { on: "email", unique: true }, role: { on: "roles", multi: true } } as const;
const accounts = table({ schema: accountSchema, key: "id", indexes });
const slow = table({ schema: deferredAccountSchema, key: "id", indexes });
const plain = table({ schema: accountSchema });
// What the compiler would refuse.
const keyless = table({ schema: accountSchema, key: "missing" as "id" });
/** The same rows, for those that put in them what the schema would refuse. */
const anyAccounts = table()({ key: "id", indexes });

const ada = { id: 1, email: "ada@x.org", roles: ["admin"] };

/** Schemas of typed tables. */
export const tableSchemaSuite: readonly CacheScenario[] = [
  cacheScenario(
    "table-schema/transform",
    "what the schema makes of a value is stored and gives key and index entries",
    async ({ tables, store }) => {
      equal(await tables.accounts.put({ id: "7", email: " ADA@x.org " }), 7, "the key");
      const made = { id: 7, email: "ada@x.org", roles: ["guest"] };
      equal(await tables.accounts.get(7), made, "the value");
      equal(await tables.accounts.getBy("email", "ada@x.org"), made, "what the address leads to");
      equal(await indexLines(store, "accounts", "role"), [["guest", 7]], "the roles");
      await throwsCode("CACHE_UNIQUE", () => tables.accounts.put(ada), "an address that another was made into");
    },
    { options: { tables: { accounts } } },
  ),

  cacheScenario(
    "table-schema/refuses",
    "a refused value names its issues, not itself, and leaves the old row; putMany stores nothing",
    async ({ tables }) => {
      await tables.accounts.put(ada);
      const error = await throwsCode("CACHE_SCHEMA_INVALID", () => tables.accounts.put({ id: 1, email: "secret" }));
      equal([...error.issues], [{ path: ["email"], message: "must be an address" }], "the issues");
      ok(!error.message.includes("secret") && error.message.includes("email"), "a message that names the field and no value");
      await throwsCode("CACHE_SCHEMA_INVALID", () =>
        tables.accounts.putMany([
          { id: 2, email: "b@x.org" },
          { id: "x", email: "c@x.org" },
        ]),
      );
      equal(await collect(tables.accounts.entries()), [[1, ada]], "the rows");
    },
    { options: { tables: { accounts } } },
  ),

  cacheScenario(
    "table-schema/key-value",
    "a table of keys and values validates what is set, a key that the schema made must still be one",
    async ({ tables }) => {
      await tables.plain.set("a", { id: "3", email: "A@x.org" });
      equal(await tables.plain.get("a"), { id: 3, email: "a@x.org", roles: ["guest"] }, "the value");
      await throwsCode("CACHE_SCHEMA_INVALID", () =>
        tables.plain.setMany([
          ["b", ada],
          ["c", { id: 1, email: "" }],
        ]),
      );
      equal(await collect(tables.plain.keys()), ["a"], "the keys");
      await throwsType(() => tables.keyless.put(ada), "put where the schema's value has no key");
      equal(await tables.keyless.size, 0, "the size");
    },
    { options: { tables: { plain, keyless } } },
  ),

  cacheScenario(
    "table-schema/own",
    "a table has its own schema or none, whatever the cache has",
    async ({ tables, cache }) => {
      await throwsCode("CACHE_SCHEMA_INVALID", () => cache.set("a", 1), "the default table");
      await tables.free.set("a", 1);
      equal(await tables.free.get("a"), 1, "the value in a table without a schema");
    },
    { options: { schema: accountSchema, tables: { free: table()() } }, variants: ["fresh", "reopened", "namespaced"] },
  ),

  cacheScenario(
    "table-schema/on-read",
    "with validateOnRead, the table's own or the cache's, a stored value that the schema refuses is an error by every way to it",
    async (context) => {
      await context.tables.accounts.putMany([ada, { id: 2, email: "none" }]);
      const lax = await context.reopen({ tables: { accounts } });
      equal(await lax.tables.accounts.get(2), { id: 2, email: "none" }, "the value read without validation");
      for (const [what, options] of [
        ["the cache's", { validateOnRead: true, tables: { accounts } }],
        ["the table's", { tables: { accounts: table({ schema: accountSchema, key: "id", indexes, validateOnRead: true }) } }],
      ] as const) {
        const { tables } = await context.reopen(options);
        equal(await tables.accounts.get(1), ada, `a good value, ${what}`);
        await throwsCode("CACHE_SCHEMA_INVALID", () => tables.accounts.get(2), `get, ${what}`);
        await throwsCode("CACHE_SCHEMA_INVALID", () => tables.accounts.getBy("email", "none"), `getBy, ${what}`);
        await throwsCode("CACHE_SCHEMA_INVALID", () => collect(tables.accounts.values()), `values, ${what}`);
        equal(await collect(tables.accounts.keys()), [1, 2], `keys, ${what}`);
      }
      const { tables } = await context.reopen({
        validateOnRead: true,
        tables: { accounts: table({ schema: accountSchema, key: "id", indexes, validateOnRead: false }) },
      });
      equal((await tables.accounts.get(2))?.email, "none", "the value where the table overrules the cache");
    },
    { options: { tables: { accounts: anyAccounts } }, requires: ["reopens"] },
  ),

  cacheScenario(
    "table-schema/async",
    "a schema may take its time; unique indexes and refusals are as with any other",
    async ({ tables }) => {
      equal(await tables.slow.put({ ...ada, turns: 2 }), 1, "the key");
      equal(await tables.slow.getBy("email", "ada@x.org"), ada, "what the address leads to");
      await throwsCode("CACHE_SCHEMA_INVALID", () =>
        tables.slow.putMany([
          { id: 2, email: "b@x.org", turns: 3 },
          { id: 3, email: "c" },
        ]),
      );
      await throwsCode("CACHE_UNIQUE", () => tables.slow.put({ id: 4, email: "Ada@x.org", turns: 1 }));
      equal(await collect(tables.slow.keys()), [1], "the keys");
    },
    { options: { tables: { slow } }, requires: ["async"] },
  ),

  cacheScenario(
    "table-schema/async-order",
    "writes take effect in the order of the calls, and reads see those before them, however long validation takes",
    async ({ tables }) => {
      const [, , seen, byEmail, size] = await together([
        tables.slow.put({ id: 1, email: "first@x.org", turns: 5 }),
        tables.slow.put({ id: 1, email: "second@x.org", turns: 0 }),
        tables.slow.get(1),
        tables.slow.getBy("email", "second@x.org"),
        tables.slow.size,
        tables.slow.clear(),
        tables.slow.put({ id: 2, email: "third@x.org", turns: 3 }),
        tables.slow.put({ id: 3, email: "fourth@x.org" }),
        tables.slow.delete(2),
      ]);
      equal([seen?.email, byEmail?.id, size], ["second@x.org", 1, 1], "what was read in between");
      equal(await collect(tables.slow.keys()), [3], "the keys in the end");
    },
    { options: { tables: { slow } }, requires: ["async"] },
  ),

  cacheScenario(
    "table-schema/async-on-sync",
    "a schema that validates asynchronously is refused on the synchronous face",
    async ({ tables }) => {
      await throwsCode("CACHE_UNSUPPORTED", () => tables.slow.put(ada), "put");
      await throwsCode("CACHE_UNSUPPORTED", () => tables.slow.putMany([ada]), "putMany");
      equal(tables.slow.size, 0, "the size");
    },
    { options: { tables: { slow } }, requires: ["sync"] },
  ),
];
