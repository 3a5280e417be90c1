import { equal, throwsCode } from "../assert.ts";
import { got, inTransaction } from "../in-transaction.ts";
import { ada, cleo, people, withEmail } from "../people.ts";
import { type CacheScenario, cacheScenario } from "../scenario.ts";
import { collect } from "../turns.ts";

const settings = { options: { tables: { people } } } as const;

/** Unique entries of rows that transactions make expire: they are free at once, as they are outside of transactions. */
export const transactionUniqueSuite: readonly CacheScenario[] = [
  cacheScenario(
    "transaction-unique/made-to-expire",
    "the unique entry of a row that a transaction makes expire is free for another of its rows",
    async (context) => {
      const { tables } = context;
      await tables.people.put(ada);
      await inTransaction(context, function* (inside) {
        equal(yield* got(inside.tables.people.expire(1)), true, "whether there was a row to expire");
        yield* got(inside.tables.people.put(withEmail(cleo, "ada@x.org")));
      });
      equal([await collect(tables.people.keys()), (await tables.people.getBy("email", "ada@x.org"))?.id], [[3], 3], "who has it");
    },
    settings,
  ),

  cacheScenario(
    "transaction-unique/own-made-to-expire",
    "a row that a transaction writes and then makes expire claims no unique entry, whoever else has it",
    async (context) => {
      const { tables } = context;
      await tables.people.put(ada);
      await inTransaction(context, function* (inside) {
        yield* got(inside.tables.people.put(withEmail(cleo, "ada@x.org")));
        yield* got(inside.tables.people.put(withEmail({ ...cleo, id: 4 }, "new@x.org")));
        yield* got(inside.tables.people.expire(3));
        yield* got(inside.tables.people.expire(4));
        yield* got(inside.tables.people.put(withEmail({ ...cleo, id: 5 }, "new@x.org")));
      });
      equal(await collect(tables.people.keys()), [1, 5], "the rows");
    },
    settings,
  ),

  cacheScenario(
    "transaction-unique/touched",
    "a row that is only given a new lifetime keeps its unique entry",
    async (context) => {
      const { tables } = context;
      await tables.people.put(ada);
      await throwsCode("CACHE_UNIQUE", () =>
        inTransaction(context, function* (inside) {
          yield* got(inside.tables.people.touch(1, 10));
          yield* got(inside.tables.people.put(withEmail(cleo, "ada@x.org")));
        }),
      );
      equal((await tables.people.getEntry(1))?.expiresAt, undefined, "when the row expires");
    },
    settings,
  ),
];
