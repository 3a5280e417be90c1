import { table } from "@cache/core";
import { equal, ok, throwsCode } from "../assert.ts";
import { ada, bob, cleo, people, type Person, withEmail } from "../people.ts";
import { type CacheScenario, cacheScenario } from "../scenario.ts";
import { collect } from "../turns.ts";

const settings = { options: { tables: { people } } } as const;

const seats = table<{ readonly id: number; readonly row?: string; readonly place?: number }>()({
  key: "id",
  indexes: { seat: { on: ["row", "place"], unique: true } },
});

const serials = table<{ readonly id: number; readonly serial: bigint; readonly isNew: boolean }>()({
  key: "id",
  indexes: { serial: { on: "serial", unique: true }, newSerial: { on: ["isNew", "serial"], unique: true } },
});

/** Unique indexes: at most one live row for each entry. */
export const uniqueSuite: readonly CacheScenario[] = [
  cacheScenario(
    "unique/refused",
    "a second row with the same entry is CACHE_UNIQUE, which names table and index and changes nothing",
    async ({ tables }) => {
      await tables.people.putMany([ada, bob]);
      const error = await throwsCode("CACHE_UNIQUE", () => tables.people.put(withEmail(bob, "ada@x.org")), "a replaced row");
      ok(error.message.includes('"email"') && error.message.includes('"people"'), "a message that names index and table");
      ok(!error.message.includes("ada@x.org"), "a message without the value");
      await throwsCode("CACHE_UNIQUE", () => tables.people.put(withEmail(cleo, "ada@x.org")), "a new row");
      equal(await collect(tables.people.values()), [ada, bob], "the rows");
      equal(await tables.people.getBy("email", "bob@x.org"), bob, "what the entry of the refused row's old value leads to");
    },
    settings,
  ),

  cacheScenario(
    "unique/own-row",
    "a row may keep its entry when it is replaced, and rows without one don't disturb each other",
    async ({ tables }) => {
      await tables.people.putMany([ada, cleo, { ...cleo, id: 4 }]);
      await tables.people.put({ ...ada, age: 37 });
      equal((await tables.people.getBy("email", "ada@x.org"))?.age, 37, "the age of the replaced row");
      equal(await tables.people.size, 3, "the size");
    },
    settings,
  ),

  cacheScenario(
    "unique/put-many",
    "putMany with one conflict stores nothing, whether with a stored row or within the call",
    async ({ tables }) => {
      await tables.people.put(ada);
      await throwsCode("CACHE_UNIQUE", () => tables.people.putMany([bob, withEmail(cleo, "ada@x.org")]), "with a stored row");
      await throwsCode("CACHE_UNIQUE", () => tables.people.putMany([bob, withEmail(cleo, "bob@x.org")]), "within the call");
      equal(await collect(tables.people.values()), [ada], "the rows");
      await tables.people.putMany([withEmail(bob, "c"), withEmail(cleo, "b"), withEmail(bob, "d")]);
      equal((await tables.people.getBy("email", "d"))?.id, 2, "the last of two values with one key");
      await tables.people.putMany([withEmail(bob, "e"), withEmail(bob, "f"), withEmail(cleo, "e")]);
      equal(
        [(await tables.people.getBy("email", "e"))?.id, (await tables.people.getBy("email", "f"))?.id],
        [3, 2],
        "entries given up in the call",
      );
    },
    settings,
  ),

  cacheScenario(
    "unique/free-again",
    "an entry is free again once its row is deleted, replaced, removed by prefix, cleared or expired",
    async ({ tables, clock }) => {
      const { people: all } = tables;
      await all.put(ada);
      await all.delete(1);
      await all.put({ ...ada, id: 2 });
      await all.put({ ...ada, id: 2, email: "other" });
      await all.put({ ...ada, id: 3 });
      await all.deletePrefix(3);
      await all.put({ ...ada, id: 4 });
      await all.clear();
      await all.put({ ...ada, id: 5 }, { ttl: 10 });
      await throwsCode("CACHE_UNIQUE", () => all.put({ ...ada, id: 6 }), "before the deadline");
      clock.advance(10);
      await all.put({ ...ada, id: 6 });
      equal(await all.getBy("email", "ada@x.org"), { ...ada, id: 6 }, "the row it leads to, beside an expired one");
      await all.expire(6);
      await all.put({ ...ada, id: 7 });
      await throwsCode("CACHE_UNIQUE", () => all.put({ ...ada, id: 6 }), "the expired row's own key");
      equal(await collect(all.values()), [{ ...ada, id: 7 }], "the rows");
    },
    settings,
  ),

  cacheScenario(
    "unique/beside-expired",
    "a row is found, and guarded, by an entry that several expired rows before it still have",
    async ({ tables, clock }) => {
      for (let id = 1; id <= 5; id++) {
        await tables.people.put({ ...ada, id }, { ttl: 5 });
        clock.advance(5);
      }
      await tables.people.put({ ...ada, id: 9 });
      equal((await tables.people.getBy("email", "ada@x.org"))?.id, 9, "the key of the row");
      await throwsCode("CACHE_UNIQUE", () => tables.people.put({ ...ada, id: 10 }), "another row");
      await throwsCode("CACHE_UNIQUE", () => tables.people.put({ ...ada, id: 1 }), "a row that is expired");
      await tables.people.putMany([
        { ...ada, id: 10 },
        { ...ada, id: 9, email: "moved" },
      ]);
      equal((await tables.people.getBy("email", "ada@x.org"))?.id, 10, "the key of the row that took the entry over");
    },
    settings,
  ),

  cacheScenario(
    "unique/multi",
    "in a unique multi-entry index no element may be another row's; a row's own may repeat",
    async ({ tables }) => {
      const phones = (...numbers: string[]): Person["phones"] => numbers.map((number) => ({ kind: "any", number }));
      await tables.people.put({ ...cleo, id: 1, phones: phones("1", "2", "1") });
      await throwsCode("CACHE_UNIQUE", () => tables.people.put({ ...cleo, id: 2, phones: phones("3", "2") }), "one of two taken");
      await tables.people.put({ ...cleo, id: 2, phones: phones("3") });
      await tables.people.put({ ...cleo, id: 1, phones: phones("1") });
      await tables.people.put({ ...cleo, id: 2, phones: phones("3", "2") });
      const led = await Promise.all(["1", "2", "3", "4"].map(async (number) => (await tables.people.getBy("phone", number))?.id));
      equal(led, [1, 2, 2, undefined], "the rows that the numbers lead to");
    },
    settings,
  ),

  cacheScenario(
    "unique/composite",
    "a unique index on several fields compares all of them, and not the rows that lack one",
    async ({ tables }) => {
      await tables.seats.putMany([
        { id: 1, row: "a", place: 1 },
        { id: 2, row: "a", place: 2 },
        { id: 3, row: "a" },
        { id: 4, row: "a" },
        { id: 5 },
      ]);
      await throwsCode("CACHE_UNIQUE", () => tables.seats.put({ id: 3, row: "a", place: 2 }));
      await tables.seats.put({ id: 3, row: "b", place: 2 });
      equal([(await tables.seats.getBy("seat", ["a", 2]))?.id, (await tables.seats.getBy("seat", ["b", 2]))?.id], [2, 3], "the rows found");
      equal(await tables.seats.getBy("seat", ["c", 1]), undefined, "a seat that is free");
    },
    { options: { tables: { seats } } },
  ),

  cacheScenario(
    "unique/neighbouring-bounds",
    "the first row is found within bounds that are as close to each other as can be",
    async ({ tables }) => {
      await tables.serials.putMany([5n, -6n, 300n].map((serial, id) => ({ id, serial, isNew: id === 0 })));
      const first = async (gte: bigint, lt: bigint): Promise<number | undefined> =>
        (await tables.serials.query().index("serial").gte(gte).lt(lt).first())?.id;
      equal(
        [await first(5n, 6n), await first(-6n, -5n), await first(300n, 301n), await first(4n, 5n)],
        [0, 1, 2, undefined],
        "by one field",
      );
      const old = tables.serials.query().index("newSerial").gte([false]).lt([true]);
      equal((await old.first())?.id, 1, "by the first of two");
      equal((await old.limit(1).toArray()).length, 1, "with a limit");
    },
    { options: { tables: { serials } } },
  ),
];
