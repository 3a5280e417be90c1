import { isCacheError } from "@cache/core/spi";
import { equal, throwsCode } from "../assert.ts";
import { ada, bob, cleo, people, withEmail } from "../people.ts";
import { type CacheScenario, cacheScenario } from "../scenario.ts";
import { collect, together } from "../turns.ts";

const settings = { options: { tables: { people } } } as const;

/** The code that each of several calls made in one turn failed with; `undefined` for those that didn't. */
async function codesOf(calls: readonly (() => unknown)[]): Promise<unknown[]> {
  const started = calls.map(async (call) => call());
  const settled = await Promise.allSettled(started);
  return settled.map((one) => (one.status === "fulfilled" ? undefined : isCacheError(one.reason) ? one.reason.code : one.reason));
}

/** Unique indexes, when several rows are written at once. */
export const uniqueTurnSuite: readonly CacheScenario[] = [
  cacheScenario(
    "unique-turn/one-wins",
    "of several puts of one entry called in one turn just the first wins, the others' callers hear of it alone",
    async ({ tables }) => {
      const same = [1, 2, 3, 4].map((id) => ({ ...ada, id }));
      const codes = await codesOf([...same.map((one) => () => tables.people.put(one)), () => tables.people.put({ ...bob, id: 9 })]);
      equal(codes, [undefined, "CACHE_UNIQUE", "CACHE_UNIQUE", "CACHE_UNIQUE", undefined], "what became of the calls");
      equal(await collect(tables.people.keys()), [1, 9], "the keys");
    },
    settings,
  ),

  cacheScenario(
    "unique-turn/look-up-behind-expired",
    "a look-up by an entry that an expired row has sees nothing of a later put of its turn",
    async ({ tables, clock }) => {
      await tables.people.put(ada, { ttl: 10 });
      clock.advance(10);
      const email = "ada@x.org";
      const before = tables.people.getBy("email", email);
      const put = tables.people.put(withEmail(bob, email));
      const after = tables.people.getBy("email", email);
      equal(await together([before, put, after]), [undefined, bob.id, withEmail(bob, email)]);
    },
    settings,
  ),

  cacheScenario(
    "unique-turn/freed",
    "an entry freed by one call may be taken by the next of the same turn, and one given to another row is taken",
    async ({ tables }) => {
      await tables.people.putMany([ada, bob]);
      const freed = await codesOf([
        () => tables.people.delete(1),
        () => tables.people.put(withEmail(cleo, "ada@x.org")),
        () => tables.people.put(withEmail(bob, "new")),
        () => tables.people.put(withEmail(ada, "bob@x.org")),
        () => tables.people.put({ ...ada, id: 7, email: "new" }),
      ]);
      equal(freed, [undefined, undefined, undefined, undefined, "CACHE_UNIQUE"], "what became of the calls");
      const led = ["ada@x.org", "bob@x.org", "new"].map(async (email) => (await tables.people.getBy("email", email))?.id);
      equal(await Promise.all(led), [3, 1, 2], "the rows that the addresses lead to");
      await together([tables.people.clear(), tables.people.put({ ...cleo, email: "new" })]);
      equal(await collect(tables.people.keys()), [3], "the keys after a clear and a put");
    },
    settings,
  ),

  cacheScenario(
    "unique-turn/swap",
    "rows of one putMany may swap their entries, two or many of them",
    async ({ tables }) => {
      await tables.people.putMany([ada, bob, cleo]);
      await tables.people.putMany([withEmail(ada, "bob@x.org"), withEmail(bob, "ada@x.org")]);
      equal((await tables.people.getBy("email", "ada@x.org"))?.id, 2, "the row with the first's address");
      await throwsCode(
        "CACHE_UNIQUE",
        () => tables.people.putMany([withEmail(cleo, "ada@x.org"), withEmail(ada, "x")]),
        "an entry of a row that stays",
      );
      const many = Array.from({ length: 150 }, (_, id) => ({ id, name: "n", email: `${id}` }));
      await tables.people.clear();
      await tables.people.putMany(many);
      await tables.people.putMany(many.map((one) => ({ ...one, email: `${(one.id + 1) % 150}` })));
      const led = await Promise.all(["0", "1", "149"].map(async (email) => (await tables.people.getBy("email", email))?.id));
      equal(led, [149, 0, 148], "the rows after all have moved on by one");
    },
    settings,
  ),
];
