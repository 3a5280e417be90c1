import { table } from "@cache/core";
import { equal } from "../assert.ts";
import { indexLines } from "../index-lines.ts";
import { ada, bob, cleo, people } from "../people.ts";
import { type CacheScenario, cacheScenario } from "../scenario.ts";
import type { StoreFace } from "../store-face.ts";
import { together } from "../turns.ts";

const settings = { options: { tables: { people } } } as const;

/** The keys of the rows that each index of `people` leads to. */
async function led(store: StoreFace): Promise<unknown> {
  const found: Record<string, unknown> = {};
  for (const index of ["email", "name", "cityAge", "tag", "phone", "initial"])
    found[index] = (await indexLines(store, "people", index)).map(([, key]) => key);
  return found;
}

const none = { email: [], name: [], cityAge: [], tag: [], phone: [], initial: [] };
const bobOnly = { email: [2], name: [2], cityAge: [2], tag: [2], phone: [], initial: [2] };

/** Rows that go, in whatever way, take their index entries with them. */
export const secondaryIndexUpkeepSuite: readonly CacheScenario[] = [
  cacheScenario(
    "secondary-index-upkeep/replaced",
    "a replaced row has the entries of its new value only",
    async ({ tables, store }) => {
      await tables.people.putMany([ada, bob]);
      await tables.people.put({ id: 1, name: "Zoe", tags: ["poetry", "chess"] });
      equal(
        await indexLines(store, "people", "name"),
        [
          ["Bob", 2],
          ["Zoe", 1],
        ],
        "the names",
      );
      equal(
        await indexLines(store, "people", "tag"),
        [
          ["chess", 1],
          ["math", 2],
          ["poetry", 1],
        ],
        "the tags",
      );
      equal(await indexLines(store, "people", "email"), [["bob@x.org", 2]], "the addresses");
      equal(await tables.people.getBy("email", "ada@x.org"), undefined, "what the old address leads to");
      await tables.people.put({ ...ada, id: 1 });
      equal(await tables.people.getBy("email", "ada@x.org"), ada, "what it leads to again");
    },
    settings,
  ),

  cacheScenario(
    "secondary-index-upkeep/removed",
    "delete, deleteMany, deletePrefix and clear remove the entries of the rows they remove, and no others",
    async ({ tables, store }) => {
      await tables.people.putMany([ada, bob, cleo]);
      await tables.people.delete(1);
      await tables.people.deleteMany([3, 7]);
      equal(await led(store), bobOnly, "the rows that indexes lead to after delete and deleteMany");
      await tables.people.put(ada);
      await tables.people.deletePrefix(1);
      equal(await led(store), bobOnly, "after deletePrefix");
      await tables.people.clear();
      equal(await led(store), none, "after clear");
    },
    settings,
  ),

  cacheScenario(
    "secondary-index-upkeep/expired",
    "an expired row is not found by any index, and leaves no entry once it is swept",
    async ({ tables, root, store, clock }) => {
      await tables.people.putMany([ada, cleo], { ttl: 10 });
      await tables.people.put(bob);
      clock.advance(10);
      equal(await tables.people.getBy("email", "ada@x.org"), undefined, "what its address leads to");
      equal(await tables.people.size, 1, "the size");
      equal((await root.sweep()).removed, 2, "what a sweep removes");
      equal(await led(store), bobOnly, "the rows that indexes lead to");
    },
    settings,
  ),

  cacheScenario(
    "secondary-index-upkeep/reclaimed-by-writes",
    "writes reclaim expired rows with all their entries",
    async ({ tables, store, clock }) => {
      await tables.people.putMany([ada, cleo], { ttl: 10 });
      clock.advance(2000);
      await tables.people.put(bob);
      equal(await led(store), bobOnly);
    },
    settings,
  ),

  cacheScenario(
    "secondary-index-upkeep/turn",
    "writes of one turn to one row leave the entries of the last",
    async ({ tables, store }) => {
      await together([
        tables.people.put(ada),
        tables.people.put({ ...ada, name: "Zoe", email: "zoe@x.org" }),
        tables.people.put(cleo),
        tables.people.delete(3),
        tables.people.clear(),
        tables.people.put(ada),
        tables.people.put(bob),
        tables.people.delete(1),
      ]);
      equal(await led(store), bobOnly);
    },
    settings,
  ),

  cacheScenario(
    "secondary-index-upkeep/many",
    "many rows with several entries each keep all of them apart",
    async ({ tables, store }) => {
      const rows = Array.from({ length: 300 }, (_, id) => ({ id, group: id % 7, marks: [id % 3, id % 5, 100 + (id % 2)] }));
      await tables.marks.putMany(rows);
      await tables.marks.putMany(rows.filter(({ id }) => id % 2 === 0).map((row) => ({ ...row, group: 7 })));
      await tables.marks.deleteMany(rows.filter(({ id }) => id % 10 === 1).map(({ id }) => id));
      const lines = await indexLines(store, "marks", "group");
      equal(lines.filter(([group]) => group === 7).length, 150, "the rows of the group that half of them went to");
      equal(lines.length, 270, "the rows in all groups");
      const marks = await indexLines(store, "marks", "marks");
      equal(marks.filter(([mark]) => mark === 101).length, 120, "the rows with a mark that only odd ones have");
    },
    {
      options: {
        tables: {
          marks: table<{ readonly id: number; readonly group: number; readonly marks: readonly number[] }>()({
            key: "id",
            indexes: { group: { on: "group" }, marks: { on: "marks", multi: true } },
          }),
        },
      },
    },
  ),
];
