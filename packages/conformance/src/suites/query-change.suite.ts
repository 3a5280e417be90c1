import { table } from "@cache/core";
import { equal, throwsCode, throwsType } from "../assert.ts";
import { files, type FileRow, ids, someFiles } from "../queried-files.ts";
import { got, inTransaction } from "../in-transaction.ts";
import { type CacheScenario, cacheScenario } from "../scenario.ts";
import { collect } from "../turns.ts";

const settings = { options: { tables: { files } } } as const;
const rows = someFiles(600);
const sized = table<{ readonly id: number; readonly size: number }>()({ key: "id", indexes: { size: { on: "size" } } });

/** Refuses negative sizes, and gives sizes as whole numbers. */
const counted = table({
  schema: {
    "~standard": {
      version: 1,
      vendor: "scenario",
      // A schema is given anything.
      validate: (value) => {
        const { id, size } = value as { id: number; size: number };
        return size < 0 ? { issues: [{ message: "negative" }] } : { value: { id, size: Math.floor(size) } };
      },
      types: undefined as { input: { id: number; size: number }; output: { id: number; size: number } } | undefined,
    },
  },
  key: "id",
});

/** Queries that remove and change rows. */
export const queryChangeSuite: readonly CacheScenario[] = [
  cacheScenario(
    "query-change/delete",
    "delete removes the rows that a query gives and tells how many",
    async ({ tables }) => {
      await tables.files.putMany(rows);
      const bob = rows.filter(({ owner }) => owner === "bob");
      equal(await tables.files.query().where({ owner: "bob" }).delete(), bob.length, "the removed");
      equal(await tables.files.query().where({ owner: "bob" }).count(), 0, "what is left of them");
      const left = rows.filter(({ owner }) => owner !== "bob");
      equal(ids(await tables.files.query().toArray()), ids(left), "the others");
      const big = left.filter(({ size }) => size > 20);
      equal(
        await tables.files
          .query()
          .filter(({ size }) => size > 20)
          .delete(),
        big.length,
        "the removed by a function",
      );
      equal(await tables.files.query().delete(), left.length - big.length, "all that is left");
      equal(await tables.files.size, 0, "the rows in the end");
    },
    settings,
  ),

  cacheScenario(
    "query-change/delete-some",
    "delete keeps to bounds, order and limit",
    async ({ tables }) => {
      await tables.files.putMany(rows);
      equal(await tables.files.query().gte(10).lt(20).delete(), 10, "a range of keys");
      equal(await tables.files.query().reverse().limit(5).delete(), 5, "the last ones");
      equal(await collect(tables.files.query().gt(590).keys()), [591, 592, 593, 594], "the keys left at the end");
      const tagged = rows.filter(({ id, tags }) => (id < 10 || (id >= 20 && id < 595)) && tags?.some((tag) => tag >= "green"));
      equal(await tables.files.query().index("tag").gte("green").delete(), tagged.length, "rows with several entries, each once");
      equal(await tables.files.query().index("tag").gte("green").count(), 0, "what is left of them");
    },
    settings,
  ),

  cacheScenario(
    "query-change/update",
    "update replaces the rows that a query gives, with their index entries, and tells how many",
    async ({ tables }) => {
      await tables.files.putMany(rows);
      const query = tables.files.query().where({ owner: "ada" });
      const small = rows.filter(({ owner, size }) => owner === "ada" && size < 20);
      const changed = await query.update((row) => (row.size < 20 ? { ...row, owner: "dora", tags: ["new"] } : undefined));
      equal(changed, small.length, "the changed");
      const expected = rows.map((row) => (small.includes(row) ? { ...row, owner: "dora", tags: ["new"] } : row));
      equal(await tables.files.query().toArray(), expected, "all rows");
      equal(ids(await tables.files.getBy("owner", "dora").toArray()), ids(small), "by the new owner");
      equal(ids(await tables.files.getBy("tag", "new").toArray()), ids(small), "by the new tag");
    },
    settings,
  ),

  cacheScenario(
    "query-change/update-once",
    "a row is updated once although that moves it on in the index that is read",
    async ({ tables }) => {
      const all = Array.from({ length: 600 }, (_, id) => ({ id, size: id }));
      await tables.sized.putMany(all);
      equal(
        await tables.sized
          .query()
          .index("size")
          .update(({ id, size }) => ({ id, size: size + 300 })),
        600,
        "the updated",
      );
      equal(
        await tables.sized.query().toArray(),
        all.map(({ id, size }) => ({ id, size: size + 300 })),
        "the rows",
      );
      equal(
        await tables.sized
          .query()
          .index("size")
          .reverse()
          .limit(10)
          .update(({ id }) => ({ id, size: 0 })),
        10,
        "the ten greatest",
      );
      equal(await tables.sized.query().index("size").lt(300).count(), 10, "the least");
    },
    { options: { tables: { sized } } },
  ),

  cacheScenario(
    "query-change/update-deadline",
    "updated rows keep their deadlines",
    async ({ tables, clock }) => {
      await tables.files.putMany(rows.slice(0, 10), { ttl: 1000 });
      await tables.files.putMany(rows.slice(10, 20));
      clock.advance(400);
      equal(await tables.files.query().update((row) => ({ ...row, size: 1000 })), 20, "the updated");
      clock.advance(599);
      equal(await tables.files.query().count(), 20, "right before the deadline");
      clock.advance(1);
      equal(await collect(tables.files.query().keys()), ids(rows.slice(10, 20)), "at the deadline");
    },
    settings,
  ),

  cacheScenario(
    "query-change/update-together",
    "a few rows are updated together, however many ranges they lie in: none when two of them would have one unique entry",
    async (context) => {
      const { tables } = context;
      await tables.files.putMany(rows.slice(0, 20));
      const move = (row: FileRow): FileRow => ({ ...row, folder: "/new", name: "one" });
      await throwsCode("CACHE_UNIQUE", () => tables.files.query().in([3, 5, 7]).update(move), "one path for several rows");
      equal(await tables.files.query().toArray(), rows.slice(0, 20), "the rows");
      const again = inTransaction(context, function* (unit) {
        return yield* got(unit.tables.files.query().in([3, 5, 7]).update(move));
      });
      await throwsCode("CACHE_UNIQUE", () => again, "the same in a transaction");
      equal(await tables.files.query().toArray(), rows.slice(0, 20), "the rows after it");
    },
    settings,
  ),

  cacheScenario(
    "query-change/update-refused",
    "an update that changes a key, or that a unique index refuses, throws and leaves the row as it is",
    async ({ tables }) => {
      await tables.files.putMany(rows.slice(0, 20));
      await throwsType(
        () =>
          tables.files
            .query()
            .eq(3)
            .update((row) => ({ ...row, id: 1000 })),
        "another key",
      );
      const error = await throwsCode(
        "CACHE_UNIQUE",
        () =>
          tables.files
            .query()
            .eq(3)
            .update((row) => ({ ...row, folder: rows[4]?.folder ?? "", name: rows[4]?.name ?? "" })),
        "the path of another row",
      );
      equal(error.index, "path", "the index");
      const failure = new Error("no");
      let thrown: unknown;
      try {
        await tables.files.query().update(() => {
          throw failure;
        });
      } catch (reason) {
        thrown = reason;
      }
      equal(thrown === failure, true, "what the function throws is thrown");
      equal(await tables.files.query().toArray(), rows.slice(0, 20), "the rows");
    },
    settings,
  ),

  cacheScenario(
    "query-change/update-schema",
    "updated values go through the schema",
    async ({ tables }) => {
      await tables.counted.putMany([1, 2, 3].map((id) => ({ id, size: id })));
      equal(
        await tables.counted
          .query()
          .gte(2)
          .update(({ id, size }) => ({ id, size: size + 0.5 })),
        2,
        "the updated",
      );
      equal(await tables.counted.query().select("size").toArray(), [{ size: 1 }, { size: 2 }, { size: 3 }], "what the schema made of them");
      await throwsCode("CACHE_SCHEMA_INVALID", () => tables.counted.query().update(({ id }) => ({ id, size: -1 })), "a refused value");
    },
    { options: { tables: { counted } } },
  ),

  cacheScenario(
    "query-change/changed-meanwhile",
    "a row that changed after it was found is looked at again",
    async ({ tables }) => {
      await tables.files.putMany(rows.slice(0, 50));
      const update = (id: number, change: Partial<FileRow>) => tables.files.put({ ...rows[id], ...change } as FileRow);
      let isFirst = true;
      const owned = rows.slice(0, 50).filter(({ owner }) => owner === "ada");
      const [first, second] = owned;
      const changed = await tables.files
        .query()
        .where({ owner: "ada" })
        .update((row) => {
          if (isFirst && first && second) {
            isFirst = false;
            // One no longer matches, and another is different.
            void update(first.id, { owner: "bob" });
            void update(second.id, { size: 777 });
          }
          return { ...row, size: row.size + 1 };
        });
      equal(changed, owned.length - 1, "the changed");
      equal((await tables.files.get(first?.id ?? 0))?.owner, "bob", "the one that no longer matched");
      equal((await tables.files.get(first?.id ?? 0))?.size, first?.size, "its size");
      equal((await tables.files.get(second?.id ?? 0))?.size, 778, "the one that was different");
    },
    settings,
  ),

  cacheScenario(
    "query-change/events",
    "removed and changed rows are told of and counted",
    async ({ tables }) => {
      await tables.files.putMany(rows.slice(0, 5));
      const told: unknown[] = [];
      tables.files.on("set", ({ key, value }) => told.push(["set", key, value.size]));
      tables.files.on("delete", (event) => told.push(["delete", "key" in event && event.key]));
      const before = await tables.files.stats();
      await tables.files
        .query()
        .lte(1)
        .update((row) => ({ ...row, size: 99 }));
      await tables.files.query().gte(3).delete();
      const { sets, deletes } = await tables.files.stats();
      equal(
        told,
        [
          ["set", 0, 99],
          ["set", 1, 99],
          ["delete", 3],
          ["delete", 4],
        ],
        "what was told",
      );
      equal([sets - before.sets, deletes - before.deletes], [2, 2], "what was counted");
    },
    settings,
  ),
];
