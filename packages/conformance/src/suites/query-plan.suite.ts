import { type Explanation, table } from "@cache/core";
import { equal, ok } from "../assert.ts";
import { files, type FileRow, ids, inOrderOf, someFiles } from "../queried-files.ts";
import { type CacheScenario, cacheScenario } from "../scenario.ts";
import { collect } from "../turns.ts";

const settings = { options: { tables: { files } } } as const;
const rows = someFiles(150);

function where(test: (row: FileRow) => boolean): readonly number[] {
  return ids(rows.filter(test));
}

/** The keys of rows in no order in particular. */
function set(found: readonly FileRow[]): readonly number[] {
  return ids(found).toSorted((a, b) => a - b);
}

/** How a query was answered, without the figures. */
function way({ index, ranges, full, bounds, filters }: Explanation): Partial<Explanation> {
  return { index, ranges, full, bounds, filters };
}

/** The choice of what a query reads, and how much it decodes. */
export const queryPlanSuite: readonly CacheScenario[] = [
  cacheScenario(
    "query-plan/index-chosen",
    "the index that leaves the fewest rows is read, and explain tells",
    async ({ tables }) => {
      await tables.files.putMany(someFiles(600));
      const query = tables.files.query();
      equal(
        way(await query.where({ owner: "ada" }).explain()),
        { index: "owner", ranges: 1, full: false, bounds: ["owner"], filters: [] },
        "the only one",
      );
      equal((await query.where({ id: 5, owner: "ada" }).explain()).index, undefined, "the key, where it is given");
      const unique = await query.where({ folder: rows[0]?.folder, name: rows[0]?.name, size: { lt: 100 } }).explain();
      equal([unique.index, unique.read], ["path", 1], "a unique index whose fields are given");
      const small = await query.where({ folder: "/home", size: { lt: 2 }, owner: "ada" }).explain();
      equal([small.index, small.bounds, small.filters], ["folderSize", ["folder", "size"], ["owner"]], "the one with fewer rows");
      ok(small.read < 64 && small.decoded === small.read, "few rows are read");
      const several = await query.where({ owner: { in: ["bob", "ada", "no one"] } }).explain();
      equal(
        [several.index, several.ranges, several.given],
        ["owner", 3, someFiles(600).filter(({ owner }) => owner === "bob" || owner === "ada").length],
        "a range for each value",
      );
      equal(
        way(await query.where({ folder: "/home" }).explain()),
        { index: undefined, ranges: 1, full: true, bounds: [], filters: ["folder"] },
        "no index that has all rows with the field",
      );
    },
    settings,
  ),

  cacheScenario(
    "query-plan/index-only",
    "what an index holds is told without decoding a value",
    async ({ tables }) => {
      await tables.files.putMany(rows);
      const query = tables.files.query();
      const decoded = async (asked: { explain(): Promise<Explanation> | Explanation }): Promise<number> => (await asked.explain()).decoded;
      equal(await decoded(query.index("name").select("name")), 0, "its field");
      equal(await decoded(query.index("folderSize").prefix("/tmp").select("size", "folder", "id")), 0, "its fields and the key");
      equal(await decoded(query.where({ owner: "ada" }).select("owner", "id")), 0, "its field, by a condition");
      equal(await decoded(query.gt(7).select("id")), 0, "the key");
      ok((await decoded(query.index("tag").eq("red").select("tags"))) > 0, "but not a whole list from its elements");
      ok((await decoded(query.index("name").select("name", "size"))) > 0, "nor another field");
      equal(
        await query
          .index("folderSize")
          .where({ size: { lt: 4 } })
          .count(),
        where(({ size }) => size < 4).length,
        "the count",
      );
      equal(
        await collect(query.index("name").match("report*.pdf").keys()),
        ids(inOrderOf(rows, ({ name }) => [name]).filter(({ name }) => name.startsWith("report") && name.endsWith(".pdf"))),
        "the keys",
      );
    },
    settings,
  ),

  cacheScenario(
    "query-plan/match-decodes-matches",
    "a pattern by an index decodes the rows that match alone",
    async ({ tables }) => {
      await tables.files.putMany(rows);
      const all = where(({ name }) => name.endsWith(".pdf")).length;
      const named = await tables.files.query().index("name").match("*.pdf").explain();
      equal([named.read, named.decoded, named.given, named.full], [150, all, all, true], "an end");
      const begun = await tables.files.query().index("name").match("note 1*.pdf").explain();
      const notes = rows.filter(({ name }) => name.startsWith("note 1"));
      equal(
        [begun.read, begun.decoded],
        [notes.length, notes.filter(({ name }) => name.endsWith(".pdf")).length],
        "a beginning and an end",
      );
      const chosen = await tables.files
        .query()
        .where({ name: { match: "*.pdf" } })
        .explain();
      equal([chosen.index, chosen.decoded], ["name", all], "by a condition");
    },
    settings,
  ),

  cacheScenario(
    "query-plan/unfinished-index",
    "an index that is being built isn't chosen, and is waited for when it is named",
    async (context) => {
      await context.tables.files.putMany(rows);
      const more = table<FileRow>()({ key: "id", indexes: { folder: { on: "folder" } } });
      const { tables } = await context.reopen({ tables: { files: more } });
      const home = where(({ folder }) => folder === "/home");
      equal(set(await tables.files.query().where({ folder: "/home" }).toArray()), home, "by a condition");
      equal(ids(await tables.files.query().index("folder").eq("/home").toArray()), home, "by its name");
      equal((await tables.files.query().where({ folder: "/home" }).explain()).index, "folder", "the index, once it is built");
    },
    { options: { tables: { files: table<FileRow>()({ key: "id" }) } }, requires: ["reopens"] },
  ),
];
