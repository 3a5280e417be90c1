import { table } from "@cache/core";
import { equal, throwsCode } from "../assert.ts";
import { gathered, got, inTransaction } from "../in-transaction.ts";
import { ada, bob, cleo, people } from "../people.ts";
import { type CacheScenario, cacheScenario } from "../scenario.ts";
import { collect } from "../turns.ts";
import { userSchema } from "../user-schema.ts";

const settings = { options: { tables: { people } } } as const;

const notes = table<string>()({ indexes: { length: { on: (text) => text.length } } });
const users = table({ schema: userSchema, key: "name" });

/** Transactions over typed tables, their indexes among them. */
export const transactionTableSuite: readonly CacheScenario[] = [
  cacheScenario(
    "transaction-table/get-by",
    "getBy sees own rows, and not what they replaced",
    async (context) => {
      await context.tables.people.putMany([ada, bob]);
      await inTransaction(context, function* ({ tables }) {
        yield* got(tables.people.put({ ...ada, email: "new@x.org" }));
        yield* got(tables.people.put({ ...cleo, email: "ada@x.org" }));
        yield* got(tables.people.delete(2));
        const by = (email: string) => got(tables.people.getBy("email", email));
        equal([(yield* by("new@x.org"))?.id, (yield* by("ada@x.org"))?.id, yield* by("bob@x.org")], [1, 3, undefined], "the rows found");
        yield* got(tables.people.clear());
        equal(yield* by("ada@x.org"), undefined, "the row after a clear");
        yield* got(tables.people.put(bob));
        equal(yield* by("bob@x.org"), bob, "a row put behind it");
      });
      equal(await collect(context.tables.people.values()), [bob], "the rows after the commit");
    },
    settings,
  ),

  cacheScenario(
    "transaction-table/several",
    "a transaction writes to several tables and the cache's own entries at once, or to none of them",
    async (context) => {
      const { cache, tables } = context;
      const write = (fails: boolean): Promise<unknown> =>
        inTransaction(context, function* (inside) {
          yield* got(inside.tables.people.put(ada));
          yield* got(inside.tables.notes.set("n", "of Ada"));
          yield* got(inside.cache.set("last", 1));
          if (fails) throw new RangeError("after all of them");
        });
      await write(true).catch(() => {});
      equal([await tables.people.size, await tables.notes.size, await cache.size], [0, 0, 0], "the sizes after one that failed");
      await write(false);
      equal([await tables.people.get(1), await tables.notes.get("n"), await cache.get("last")], [ada, "of Ada", 1], "the values");
    },
    { options: { tables: { people, notes } } },
  ),

  cacheScenario(
    "transaction-table/moved",
    "what is moved from one table to another is always in just one of them",
    async (context) => {
      const { tables } = context;
      await tables.notes.set("n", "text");
      const move = (): Promise<boolean> =>
        inTransaction(context, function* (inside) {
          const text = yield* got(inside.tables.notes.get("n"));
          if (text === undefined) return false;
          yield* got(inside.tables.notes.delete("n"));
          yield* got(inside.tables.people.put({ ...cleo, name: text }));
          return true;
        });
      const moved = await Promise.all([move(), move()]);
      equal(moved.filter((one) => one).length, 1, "how many moved it");
      equal([await tables.notes.size, (await tables.people.get(3))?.name], [0, "text"], "where it is");
    },
    { options: { tables: { people, notes } } },
  ),

  cacheScenario(
    "transaction-table/swap",
    "two rows may swap a unique entry, and a row may take that of a removed one",
    async (context) => {
      const { tables } = context;
      await tables.people.putMany([ada, bob]);
      await inTransaction(context, function* (inside) {
        const [one, two] = yield* got(inside.tables.people.getMany([1, 2]));
        yield* got(inside.tables.people.put({ ...ada, email: two?.email }));
        yield* got(inside.tables.people.put({ ...bob, email: one?.email }));
      });
      equal(
        [(await tables.people.getBy("email", "ada@x.org"))?.id, (await tables.people.getBy("email", "bob@x.org"))?.id],
        [2, 1],
        "swapped",
      );
      await inTransaction(context, function* (inside) {
        yield* got(inside.tables.people.delete(1));
        yield* got(inside.tables.people.put({ ...cleo, email: "bob@x.org" }));
      });
      equal((await tables.people.getBy("email", "bob@x.org"))?.id, 3, "the row that took the entry of a deleted one");
      await inTransaction(context, function* (inside) {
        yield* got(inside.tables.people.clear());
        yield* got(inside.tables.people.put({ ...ada, email: "bob@x.org" }));
      });
      equal(await collect(tables.people.keys()), [1], "the rows after a clear and a put");
    },
    settings,
  ),

  cacheScenario(
    "transaction-table/unique",
    "a unique entry that a stored or another own row has is CACHE_UNIQUE when it commits, and nothing is written",
    async (context) => {
      const { tables } = context;
      await tables.people.putMany([ada, bob]);
      const refused = (email: string): Promise<unknown> =>
        throwsCode("CACHE_UNIQUE", () =>
          inTransaction(context, function* (inside) {
            yield* got(inside.cache.set("a", 1));
            yield* got(inside.tables.people.put({ ...cleo, email }));
            yield* got(inside.tables.people.put({ ...cleo, id: 4, email: "new@x.org" }));
          }),
        );
      await refused("ada@x.org");
      await refused("new@x.org");
      equal([await collect(tables.people.keys()), await context.cache.size], [[1, 2], 0], "what is there");
    },
    settings,
  ),

  cacheScenario(
    "transaction-table/unique-stale",
    "a unique entry taken by somebody since the transaction looked makes it run again rather than fail",
    async (context) => {
      const { tables } = context;
      let runs = 0;
      const id = await inTransaction(context, function* (inside) {
        runs++;
        const found = yield* got(inside.tables.people.get(1));
        if (runs === 1) yield* got(tables.people.put(ada));
        if (found) return found.id;
        yield* got(inside.tables.people.put({ ...cleo, email: "ada@x.org" }));
        return 3;
      });
      equal([runs, id, await collect(tables.people.keys())], [2, 1, [1]]);
    },
    settings,
  ),

  cacheScenario(
    "transaction-table/rewritten",
    "a row written several times leaves the index entries of the last value alone",
    async (context) => {
      const { tables } = context;
      await tables.people.put(ada);
      await inTransaction(context, function* (inside) {
        const { people: own } = inside.tables;
        yield* got(own.put({ ...ada, email: "first@x.org", tags: ["a"] }));
        yield* got(own.touch(1, 1000));
        yield* got(own.delete(1));
        yield* got(own.put({ ...ada, email: "second@x.org" }));
        yield* got(own.touch(1, 500));
        equal(yield* got(own.getBy("email", "first@x.org")), undefined, "the row by an entry it no longer has");
        equal(yield* gathered(own.keys()), [1], "the rows");
      });
      const found = [await tables.people.getBy("email", "ada@x.org"), (await tables.people.getBy("email", "second@x.org"))?.id];
      equal(found, [undefined, 1], "the rows found after the commit");
      context.clock.advance(500);
      equal(await tables.people.size, 0, "the size once it has expired");
    },
    settings,
  ),

  cacheScenario(
    "transaction-table/schema",
    "a value that the schema refuses is CACHE_SCHEMA_INVALID from the verb; what it makes of others is what the transaction sees",
    async (context) => {
      await inTransaction(context, function* (inside) {
        yield* got(inside.tables.users.put({ name: " Ada " }));
        equal(yield* got(inside.tables.users.get("Ada")), { name: "Ada", age: 0 }, "the value");
      });
      await throwsCode("CACHE_SCHEMA_INVALID", () =>
        inTransaction(context, function* (inside) {
          yield* got(inside.tables.users.put({ name: "Bob" }));
          yield* got(inside.tables.users.put({ name: 7 }));
        }),
      );
      equal(await collect(context.tables.users.keys()), ["Ada"], "the rows");
    },
    { options: { tables: { users } } },
  ),
];
