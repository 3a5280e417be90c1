import { equal, throwsType } from "../assert.ts";
import { files, type FileRow, ids, inOrderOf, someFiles } from "../queried-files.ts";
import { type CacheScenario, cacheScenario } from "../scenario.ts";
import { collect, together } from "../turns.ts";

const settings = { options: { tables: { files } } } as const;
const rows = someFiles(150);
const late: FileRow = { id: 1000, folder: "/", name: "late", size: 1, owner: "ada", changed: new Date(0) };
const byName = inOrderOf(rows, ({ name }) => [name]);
const bySize = inOrderOf(rows, ({ folder, size }) => [folder, size]);

/** Queries by the primary key, and the ways to read. */
export const querySuite: readonly CacheScenario[] = [
  cacheScenario(
    "query/all",
    "a query without conditions gives all rows in the order of their keys, by every way to read",
    async ({ tables }) => {
      await tables.files.putMany(rows.toReversed());
      const query = tables.files.query();
      equal(await collect(query), rows, "iterated over");
      equal(await query.toArray(), rows, "as an array");
      equal(await query.first(), rows[0], "the first");
      equal(await query.count(), rows.length, "how many");
      equal(await collect(query.keys()), ids(rows), "the keys");
      equal(
        await collect(query.entries()),
        rows.map((row) => [row.id, row] as const),
        "the entries",
      );
    },
    settings,
  ),

  cacheScenario(
    "query/nothing",
    "a query that nothing matches gives nothing, by every way to read",
    async ({ tables }) => {
      await tables.files.putMany(rows);
      for (const query of [tables.files.query().gt(9999), tables.files.query().in([]), tables.files.query().gt(5).lt(5)]) {
        equal(await collect(query), [], "iterated over");
        equal(await query.first(), undefined, "the first");
        equal(await query.count(), 0, "how many");
        equal(await query.page(), { values: [], next: undefined }, "a page");
        equal(await query.delete(), 0, "the removed");
        equal(await collect(query.groupBy("folder", { rows: "count" })), [], "the groups");
      }
    },
    settings,
  ),

  cacheScenario(
    "query/key-bounds",
    "bounds on the primary key leave what an array's filter does",
    async ({ tables }) => {
      await tables.files.putMany(rows);
      const query = tables.files.query();
      equal(await query.eq(7).toArray(), [rows[7]], "eq");
      equal(await query.eq(-0).toArray(), [rows[0]], "eq -0");
      equal(ids(await query.gt(140).toArray()), ids(rows.slice(141)), "gt");
      equal(ids(await query.gte(140).toArray()), ids(rows.slice(140)), "gte");
      equal(ids(await query.lt(3).toArray()), [0, 1, 2], "lt");
      equal(ids(await query.lte(3).toArray()), [0, 1, 2, 3], "lte");
      equal(ids(await query.gt(3).lte(6).toArray()), [4, 5, 6], "gt and lte");
      equal(ids(await query.in([9, 3, 9, 1000, 5]).toArray()), [3, 5, 9], "in");
      equal(ids(await query.in([9, 3, 5]).reverse().toArray()), [9, 5, 3], "in, reversed");
    },
    settings,
  ),

  cacheScenario(
    "query/reverse",
    "a reversed query gives the same rows from the greatest to the least",
    async ({ tables }) => {
      await tables.files.putMany(rows);
      const query = tables.files.query();
      equal(ids(await query.reverse().toArray()), ids(rows.toReversed()), "by key");
      equal(ids(await query.index("folderSize").reverse().toArray()), ids(bySize.toReversed()), "by an index");
      equal(await query.gt(20).lte(90).reverse().first(), rows[90], "the first of a range");
      equal(ids(await query.reverse().reverse().limit(2).toArray()), [0, 1], "reversed twice");
    },
    settings,
  ),

  cacheScenario(
    "query/limit",
    "a limit is the most rows to give, and none is 0",
    async ({ tables }) => {
      await tables.files.putMany(rows);
      const query = tables.files.query().index("name");
      for (const limit of [0, 1, 33, 150, 1000, Number.POSITIVE_INFINITY]) {
        equal(ids(await query.limit(limit).toArray()), ids(byName.slice(0, limit)), `up to ${limit}`);
        equal(await query.limit(limit).count(), Math.min(limit, 150), `the count up to ${limit}`);
        equal((await collect(query.limit(limit).keys())).length, Math.min(limit, 150), `the keys up to ${limit}`);
      }
      equal(await tables.files.query().limit(7).count(), 7, "the count of all rows, limited");
      equal(await query.limit(0).first(), undefined, "the first of none");
      equal(
        ids(
          await query
            .filter(({ size }) => size > 20)
            .reverse()
            .limit(5)
            .toArray(),
        ),
        ids(
          byName
            .filter(({ size }) => size > 20)
            .toReversed()
            .slice(0, 5),
        ),
        "after a filter",
      );
    },
    settings,
  ),

  cacheScenario(
    "query/filter",
    "filters are functions of the value, one after the other",
    async ({ tables }) => {
      await tables.files.putMany(rows);
      const query = tables.files.query().filter(({ size }) => size > 10);
      const big = rows.filter(({ size }) => size > 10);
      equal(ids(await query.toArray()), ids(big), "one");
      equal(ids(await query.filter(({ owner }) => owner === "ada").toArray()), ids(big.filter(({ owner }) => owner === "ada")), "two");
      equal(await query.count(), big.length, "how many");
      equal(await collect(query.limit(4).keys()), ids(big.slice(0, 4)), "the keys");
    },
    settings,
  ),

  cacheScenario(
    "query/select",
    "select gives some fields, under their paths",
    async ({ tables }) => {
      await tables.files.putMany(rows);
      const query = tables.files.query();
      equal(
        await query.eq(1).select("name", "disk.label").first(),
        { name: rows[1]?.name, "disk.label": rows[1]?.disk?.label },
        "a nested field",
      );
      equal(await query.eq(5).select("disk.label").first(), { "disk.label": undefined }, "a missing one");
      equal(
        await query.index("folderSize").prefix("/tmp").select("size", "id").toArray(),
        bySize.filter(({ folder }) => folder === "/tmp").map(({ size, id }) => ({ size, id })),
        "fields that the index and the key hold",
      );
      equal(
        await query
          .select("size")
          .filter(({ size }) => size === 40)
          .toArray(),
        rows.filter(({ size }) => size === 40).map(({ size }) => ({ size })),
        "filtered afterwards",
      );
    },
    settings,
  ),

  cacheScenario(
    "query/expired",
    "expired rows are in no answer",
    async ({ tables, clock }) => {
      await tables.files.putMany(rows.slice(0, 40), { ttl: 1000 });
      await tables.files.putMany(rows.slice(40));
      clock.advance(1000);
      const left = rows.slice(40);
      equal(await tables.files.query().count(), left.length, "the count");
      equal(ids(await tables.files.query().index("name").toArray()), ids(inOrderOf(left, ({ name }) => [name])), "by an index");
      equal(
        await tables.files.query().index("tag").eq("red").count(),
        left.filter(({ tags }) => tags?.includes("red")).length,
        "the count by an index",
      );
      equal(
        ids(await tables.files.query().index("name").match("*.pdf").toArray()).some((id) => id < 40),
        false,
        "one by a pattern",
      );
    },
    settings,
  ),

  cacheScenario(
    "query/immutable",
    "each verb makes a new query and leaves the old one as it was; nothing is read before it is asked for",
    async ({ tables }) => {
      const query = tables.files.query();
      const few = query.gt(10);
      const last = few.reverse().limit(1);
      await tables.files.putMany(rows);
      equal(await query.count(), 150, "the first");
      equal(await few.count(), 139, "the second");
      equal(await last.toArray(), [rows[149]], "the third");
      equal(await last.toArray(), [rows[149]], "the third again");
    },
    settings,
  ),

  cacheScenario(
    "query/turn",
    "queries see the writes that were called before them, and none called later",
    async ({ tables }) => {
      await tables.files.putMany(rows.slice(0, 5));
      const query = tables.files.query();
      const [, all, count, named, page, first, chosen] = await together([
        tables.files.putMany(rows.slice(5, 10)),
        query.toArray(),
        query.count(),
        query.index("name").toArray(),
        query.index("folderSize").page(),
        query.reverse().first(),
        query.where({ owner: "ada" }).count(),
        tables.files.clear(),
        tables.files.put(late),
      ]);
      const ten = rows.slice(0, 10);
      equal([ids(all), count, first?.id], [ids(ten), 10, 9], "by the key");
      equal([named.length, page.values.length], [10, 10], "by an index");
      equal(chosen, ten.filter(({ owner }) => owner === "ada").length, "by a condition");
      equal(await collect(query.keys()), [1000], "the keys in the end");
    },
    settings,
  ),

  cacheScenario(
    "query/misuse",
    "unknown indexes, wrong limits, bounds that don't go together and what is no key are TypeErrors",
    async ({ tables }) => {
      const query = tables.files.query();
      // What follows isn't what the types allow.
      const loose = query as unknown as Record<string, (...given: unknown[]) => typeof loose>;
      await throwsType(() => loose["index"]?.("no such"), "an unknown index");
      await throwsType(() => query.limit(-1), "a negative limit");
      await throwsType(() => query.limit(Number.NaN), "a limit of NaN");
      await throwsType(() => query.eq(Number.NaN), "a bound of NaN");
      await throwsType(() => loose["eq"]?.({}), "a bound that is an object");
      await throwsType(() => query.gt(1).gte(2), "two lower bounds");
      await throwsType(() => query.lt(1).lt(2), "two upper bounds");
      await throwsType(() => query.eq(1).gt(2), "a range beside a value");
      await throwsType(() => query.gt(1).index("name"), "an index after its bounds");
      await throwsType(() => loose["where"]?.({ size: { near: 4 } }), "an unknown condition");
      await throwsType(() => query.where({ size: { gt: 1, gte: 2 } }), "two lower bounds on a field");
      await throwsType(() => query.where({ size: Number.NaN }), "a field that is NaN");
      await throwsType(() => query.index("name").match("a\\"), "a pattern that ends in an escape");
      await throwsType(() => loose["select"]?.(), "no field");
      await throwsType(() => loose["filter"]?.("size"), "a filter that is no function");
    },
    settings,
  ),

  cacheScenario(
    "query/signal",
    "a signal ends a query with its reason",
    async ({ tables }) => {
      await tables.files.putMany(rows);
      const stop = new AbortController();
      const reason = new Error("enough");
      const seen: number[] = [];
      let failure: unknown;
      try {
        for await (const { id } of tables.files.query().signal(stop.signal)) {
          seen.push(id);
          if (id === 3) stop.abort(reason);
        }
      } catch (error) {
        failure = error;
      }
      equal([seen, failure === reason], [[0, 1, 2, 3], true], "what came before, and the reason");
      failure = undefined;
      try {
        await tables.files.query().signal(stop.signal).count();
      } catch (error) {
        failure = error;
      }
      equal(failure === reason, true, "a count with a signal that has aborted");
    },
    settings,
  ),
];
