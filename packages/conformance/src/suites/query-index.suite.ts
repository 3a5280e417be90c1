import { equal } from "../assert.ts";
import { extensionOf, files, type FileRow, ids, inOrderOf, someFiles } from "../queried-files.ts";
import { type CacheScenario, cacheScenario } from "../scenario.ts";
import { collect } from "../turns.ts";

const settings = { options: { tables: { files } } } as const;
const rows = someFiles(150);
const byName = inOrderOf(rows, ({ name }) => [name]);
const bySize = inOrderOf(rows, ({ folder, size }) => [folder, size]);

/** Queries by a named index: its order, bounds and patterns. */
export const queryIndexSuite: readonly CacheScenario[] = [
  cacheScenario(
    "query-index/order",
    "a query by an index gives rows in its order, equal ones in the order of their keys",
    async ({ tables }) => {
      await tables.files.putMany(rows);
      const query = tables.files.query();
      equal(ids(await query.index("name").toArray()), ids(byName), "by text");
      equal(ids(await query.index("folderSize").toArray()), ids(bySize), "by two fields");
      equal(ids(await query.index("changed").toArray()), ids(inOrderOf(rows, ({ changed }) => [changed])), "by date");
      equal(ids(await query.index("extension").toArray()), ids(inOrderOf(rows, (row) => [extensionOf(row)])), "by a function");
    },
    settings,
  ),

  cacheScenario(
    "query-index/bounds",
    "bounds on an index leave what an array's filter does",
    async ({ tables }) => {
      await tables.files.putMany(rows);
      const query = tables.files.query().index("changed");
      const pivot = rows[60]?.changed ?? new Date(0);
      const byChange = inOrderOf(rows, ({ changed }) => [changed]);
      const left = (test: (changed: Date) => boolean): readonly number[] => ids(byChange.filter(({ changed }) => test(changed)));
      equal(
        ids(await query.eq(pivot).toArray()),
        left((changed) => Number(changed) === Number(pivot)),
        "eq",
      );
      equal(
        ids(await query.gt(pivot).toArray()),
        left((changed) => changed > pivot),
        "gt",
      );
      equal(
        ids(await query.gte(pivot).toArray()),
        left((changed) => changed >= pivot),
        "gte",
      );
      equal(
        ids(await query.lt(pivot).toArray()),
        left((changed) => changed < pivot),
        "lt",
      );
      equal(
        ids(await query.lte(pivot).toArray()),
        left((changed) => changed <= pivot),
        "lte",
      );
    },
    settings,
  ),

  cacheScenario(
    "query-index/composite",
    "a list of fields is bounded by its first ones, and by whole lists",
    async ({ tables }) => {
      await tables.files.putMany(rows);
      const query = tables.files.query().index("folderSize");
      const home = bySize.filter(({ folder }) => folder === "/home");
      equal(ids(await query.prefix(["/home"]).toArray()), ids(home), "a prefix");
      equal(ids(await query.prefix("/home").toArray()), ids(home), "a prefix of one part");
      equal(
        ids(await query.prefix(["/home"]).gte(["/home", 10]).lt(["/home", 20]).toArray()),
        ids(home.filter(({ size }) => size >= 10 && size < 20)),
        "a range in a prefix",
      );
      equal(ids(await query.gt(["/home", 30]).lte(["/home/ada", 5]).toArray()), ids(between(["/home", 30], ["/home/ada", 5])), "a range");
      equal(
        ids(await query.gt("/home").lt("/tmp").toArray()),
        ids(bySize.filter(({ folder }) => folder >= "/home" && folder < "/tmp")),
        "by one part: lists that go on from it are greater",
      );
      const [first] = home;
      equal(await query.eq(["/home", first?.size ?? 0]).first(), first, "eq");
    },
    settings,
  ),

  cacheScenario(
    "query-index/absent-field",
    "an index leads to the rows that have its fields, nested ones too",
    async ({ tables }) => {
      await tables.files.putMany(rows);
      equal(ids(await tables.files.query().index("owner").toArray()), ids(inOrderOf(rows, ({ owner }) => [owner])), "of one field");
      equal(
        ids(await tables.files.query().index("sector").toArray()),
        ids(inOrderOf(rows, ({ disk }) => [disk?.label, disk?.sector])),
        "of nested fields",
      );
    },
    settings,
  ),

  cacheScenario(
    "query-index/multi-once",
    "a row with several entries in an index comes once, where the first of those that match is",
    async ({ tables }) => {
      await tables.files.putMany(rows);
      const query = tables.files.query().index("tag");
      const tagged = (least: string): readonly FileRow[] => inOrderOf(rows, ({ tags }) => [tags?.toSorted().find((tag) => tag >= least)]);
      equal(ids(await query.toArray()), ids(tagged("")), "all");
      equal(ids(await query.gte("blue-").toArray()), ids(tagged("blue-")), "from one on");
      equal(
        ids(await query.in(["red", "green"]).toArray()),
        ids(inOrderOf(rows, ({ tags }) => [tags?.toSorted().find((tag) => tag === "green" || tag === "red")])),
        "of several",
      );
      equal(await query.count(), tagged("").length, "how many");
      equal(
        await query.in(["red", "green"]).count(),
        rows.filter(({ tags }) => tags?.some((tag) => tag === "green" || tag === "red")).length,
        "how many of several",
      );
      const backward = inOrderOf(rows, ({ tags }) => [tags?.toSorted().at(-1)]).toReversed();
      equal(ids(await query.reverse().toArray()), ids(backward), "in reverse, where the last is");
    },
    settings,
  ),

  cacheScenario(
    "query-index/get-by",
    "getBy of an index that isn't unique is a query, which goes on like any other",
    async ({ tables }) => {
      await tables.files.putMany(rows);
      const red = rows.filter(({ tags }) => tags?.includes("red"));
      equal(ids(await tables.files.getBy("tag", "red").toArray()), ids(red), "by a tag");
      equal(ids(await collect(tables.files.getBy("tag", "red").reverse().limit(3))), ids(red.toReversed().slice(0, 3)), "the last three");
      equal(await tables.files.getBy("tag", "no such").first(), undefined, "by a tag that none has");
    },
    settings,
  ),

  cacheScenario(
    "query-index/match",
    "a pattern finds texts by how they begin, go on and end",
    async ({ tables }) => {
      await tables.files.putMany(rows);
      const named = tables.files.query().index("name");
      const like = (test: RegExp): readonly number[] => ids(byName.filter(({ name }) => test.test(name)));
      equal(ids(await named.match("*.pdf").toArray()), like(/\.pdf$/u), "an end");
      equal(ids(await named.match("note *").toArray()), like(/^note /u), "a beginning");
      equal(ids(await named.match("report 1?.*").toArray()), like(/^report 1.\..*$/u), "a beginning and more");
      equal(ids(await named.match("R?sum? 1*1.*t*").toArray()), like(/^R.sum. 1.*1\..*t.*$/u), "characters of any kind");
      equal(ids(await named.match("note 1.txt").toArray()), like(/^note 1\.txt$/u), "a whole text");
      equal(ids(await named.match("*\\*").toArray()), [], "an escaped star");
      equal(
        ids(await named.reverse().match("*.tar.gz").limit(5).toArray()),
        like(/\.tar\.gz$/u)
          .toReversed()
          .slice(0, 5),
        "in reverse",
      );
      equal(
        ids(await tables.files.query().index("path").prefix("/tmp").match("*.txt").toArray()),
        ids(inOrderOf(rows, ({ folder, name }) => [folder, name]).filter(({ folder, name }) => folder === "/tmp" && name.endsWith(".txt"))),
        "behind a prefix",
      );
      equal(await named.match("*.pdf").count(), like(/\.pdf$/u).length, "how many");
    },
    settings,
  ),
];

function between([folder, size]: readonly [string, number], [endFolder, endSize]: readonly [string, number]): readonly FileRow[] {
  return bySize.filter(
    (row) =>
      (row.folder > folder || (row.folder === folder && row.size > size)) &&
      (row.folder < endFolder || (row.folder === endFolder && row.size <= endSize)),
  );
}
