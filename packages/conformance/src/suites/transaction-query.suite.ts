import { table } from "@cache/core";
import { equal, ok, throwsCode, throwsReason } from "../assert.ts";
import { got, inTransaction } from "../in-transaction.ts";
import { ada, bob, cleo, people } from "../people.ts";
import { type CacheScenario, cacheScenario } from "../scenario.ts";
import { collect } from "../turns.ts";

const settings = { options: { tables: { people } } } as const;

interface Reading {
  readonly id: number;
  readonly sensor: string;
  readonly at: number;
}

const readings = table<Reading>()({ key: "id", indexes: { bySensor: { on: ["sensor", "at"] } } });

/** Queries within transactions: by index they see own rows, too, and what they read must not have changed. */
export const transactionQuerySuite: readonly CacheScenario[] = [
  cacheScenario(
    "transaction-query/own-rows",
    "queries by every kind of index see own rows, and not what they replaced or removed",
    async (context) => {
      await context.tables.people.putMany([ada, bob, { ...cleo, tags: ["poetry"] }]);
      await inTransaction(context, function* ({ tables }) {
        yield* got(tables.people.put({ ...ada, name: "Augusta", tags: ["engines"] }));
        yield* got(tables.people.put({ ...bob, id: 9, name: "Bea", email: undefined, address: { city: "Berlin" }, age: 50 }));
        yield* got(tables.people.delete(3));
        const namesBy = (index: "tag" | "name" | "initial", bound: string) =>
          got(tables.people.query().index(index).eq(bound).select("name").toArray());
        equal(yield* namesBy("tag", "math"), [{ name: "Bob" }, { name: "Bea" }], "by a tag");
        equal(yield* namesBy("tag", "poetry"), [], "by a tag that is gone");
        equal(yield* namesBy("tag", "engines"), [{ name: "Augusta" }], "by a new tag");
        equal(yield* namesBy("name", "Ada"), [], "by a name that is gone");
        equal(yield* namesBy("initial", "B"), [{ name: "Bob" }, { name: "Bea" }], "by an initial");
        const cities = tables.people.query().index("cityAge").prefix("Berlin");
        const backwards = cities.reverse();
        equal(
          (yield* got(backwards.toArray())).map(({ id }) => id),
          [9, 2],
          "by a city, backwards",
        );
        equal([yield* got(cities.count()), (yield* got(cities.first()))?.id], [2, 2], "how many there are, and the first");
        equal(
          yield* got(
            tables.people
              .query()
              .where({ age: { gte: 36 } })
              .count(),
          ),
          2,
          "how many are 36 or older",
        );
        equal((yield* got(tables.people.getBy("name", "Bob").toArray())).length, 1, "by getBy");
      });
      equal((await collect(context.tables.people.keys())).length, 3, "the rows after the commit");
    },
    settings,
  ),

  cacheScenario(
    "transaction-query/pages",
    "a query of many rows goes on from page to page through stored and own ones",
    async (context) => {
      const stored = Array.from({ length: 300 }, (_, id): Reading => ({ id, sensor: `s${id % 3}`, at: id }));
      await context.tables.readings.putMany(stored);
      await inTransaction(context, function* ({ tables }) {
        const left = new Map(stored.map((one) => [one.id, one]));
        for (let id = 0; id < 300; id += 5) left.delete(id);
        yield* got(tables.readings.deleteMany(Array.from({ length: 60 }, (_, at) => at * 5)));
        const own = Array.from({ length: 100 }, (_, at): Reading => ({ id: at * 4 + 1, sensor: "s1", at: 1000 - at }));
        for (const one of own) left.set(one.id, one);
        yield* got(tables.readings.putMany(own));
        const expected = [...left.values()]
          .filter(({ sensor }) => sensor === "s1")
          .toSorted((a, b) => a.at - b.at || a.id - b.id)
          .map(({ id }) => id);
        const found: number[] = [];
        const query = tables.readings.query().index("bySensor").prefix("s1").limit(37);
        for (let page = yield* got(query.page()); ; page = yield* got(query.after(page.next).page())) {
          found.push(...page.values.map(({ id }) => id));
          if (page.next === undefined) break;
        }
        equal(found, expected, "the rows of all pages");
        const backwards = tables.readings.query().index("bySensor").prefix("s1").reverse();
        equal(
          (yield* got(backwards.toArray())).map(({ id }) => id),
          expected.toReversed(),
          "the rows backwards",
        );
      });
    },
    { options: { tables: { readings } } },
  ),

  cacheScenario(
    "transaction-query/changes",
    "delete and update of a query belong to the transaction: seen at once inside, outside with the commit or not at all",
    async (context) => {
      const { tables } = context;
      await tables.people.putMany([ada, bob, cleo]);
      const change = (fails: boolean): Promise<unknown> =>
        inTransaction(context, function* (inside) {
          yield* got(inside.tables.people.put({ ...cleo, id: 4, tags: ["math"] }));
          const { people: own } = inside.tables;
          equal(
            yield* got(
              own
                .query()
                .index("tag")
                .eq("math")
                .update((one) => ({ ...one, tags: ["sums"] })),
            ),
            3,
            "how many were updated",
          );
          equal(yield* got(own.query().index("tag").eq("sums").count()), 3, "how many have the new tag");
          equal(yield* got(own.query().index("name").eq("Cleo").delete()), 2, "how many were deleted");
          equal(yield* got(tables.people.query().index("tag").eq("math").count()), 2, "how many there are outside");
          if (fails) throw reason;
        });
      const reason = new Error("after all of it");
      await throwsReason(reason, () => change(true));
      equal((await collect(tables.people.values())).length, 3, "how many rows there are after one that failed");
      await change(false);
      equal(await collect(tables.people.values()), [
        { ...ada, tags: ["sums"] },
        { ...bob, tags: ["sums"] },
      ]);
    },
    settings,
  ),

  cacheScenario(
    "transaction-query/phantom",
    "a row that comes to be found by a query since, or is found no more, makes the function run again",
    async (context) => {
      const { tables } = context;
      await tables.people.putMany([ada, bob]);
      const interferences = [
        () => tables.people.put({ ...cleo, tags: ["math"] }),
        () => tables.people.put({ ...bob, tags: [] }),
        () => tables.people.delete(1),
      ];
      for (const [at, interfere] of interferences.entries()) {
        const seen: number[] = [];
        await inTransaction(context, function* (inside) {
          const count = yield* got(inside.tables.people.query().index("tag").eq("math").count());
          if (seen.length === 0) yield* got(interfere());
          seen.push(count);
          yield* got(inside.cache.set("count", count));
        });
        equal(seen.length, 2, `the number of runs with interference ${at}`);
        ok(seen[0] !== seen[1], "another count in the second run");
        equal(await context.cache.get("count"), seen[1], "what was committed");
      }
    },
    settings,
  ),

  cacheScenario(
    "transaction-query/changed-meanwhile",
    "an update of a query that meets a row changed by others since the transaction read it makes the function run again",
    async (context) => {
      const { tables } = context;
      await tables.people.put(ada);
      let runs = 0;
      await inTransaction(context, function* (inside) {
        runs++;
        const age = (yield* got(inside.tables.people.get(1)))?.age ?? 0;
        if (runs === 1) yield* got(tables.people.put({ ...ada, age: 50 }));
        yield* got(inside.tables.people.query().update((one) => ({ ...one, age: age + 1 })));
      });
      equal([runs, (await tables.people.get(1))?.age], [2, 51]);
      await throwsCode("CACHE_CONFLICT", () =>
        inTransaction(
          context,
          function* (inside) {
            yield* got(inside.tables.people.get(1));
            yield* got(tables.people.put(ada));
            yield* got(inside.tables.people.query().delete());
          },
          { retries: 0 },
        ),
      );
      equal(await tables.people.size, 1, "the size");
    },
    settings,
  ),
];
