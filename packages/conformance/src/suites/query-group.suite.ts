import { equal, throwsType } from "../assert.ts";
import { extensionOf, files, type FileRow, someFiles } from "../queried-files.ts";
import { type CacheScenario, cacheScenario } from "../scenario.ts";
import { collect } from "../turns.ts";

const settings = { options: { tables: { files } } } as const;
const rows = someFiles(150);

type Sizes = readonly [
  key: string,
  group: { rows: number; sum: number; avg: number | undefined; min: number | undefined; max: number | undefined },
];

const sizes = { rows: "count", sum: { sum: "size" }, avg: { avg: "size" }, min: { min: "size" }, max: { max: "size" } } as const;

/** The groups of rows, worked out from a list; a row may belong to several. */
function grouped(all: readonly FileRow[], keysOf: (row: FileRow) => readonly (string | undefined)[]): readonly Sizes[] {
  const keys = [...new Set(all.flatMap(keysOf))].filter((key) => key !== undefined).toSorted();
  return keys.map((key) => {
    const found = all.filter((row) => keysOf(row).includes(key)).map(({ size }) => size);
    const sum = found.reduce((a, b) => a + b, 0);
    return [key, { rows: found.length, sum, avg: sum / found.length, min: Math.min(...found), max: Math.max(...found) }];
  });
}

/** Groups of rows, and what is worked out for each. */
export const queryGroupSuite: readonly CacheScenario[] = [
  cacheScenario(
    "query-group/aggregates",
    "groups by a field come in its order with count, sum, avg, min and max",
    async ({ tables }) => {
      await tables.files.putMany(rows);
      const query = tables.files.query();
      equal(
        await collect(query.groupBy("folder", sizes)),
        grouped(rows, ({ folder }) => [folder]),
        "by a field without an index",
      );
      equal(
        await collect(query.index("folderSize").groupBy("folder", sizes)),
        grouped(rows, ({ folder }) => [folder]),
        "by an index",
      );
      equal(
        await collect(query.groupBy("owner", sizes)),
        grouped(rows, ({ owner }) => [owner]),
        "by a field that some lack",
      );
      equal(
        await collect(query.groupBy("disk.label", sizes)),
        grouped(rows, ({ disk }) => [disk?.label]),
        "by a nested field",
      );
      equal(await collect(query.reverse().groupBy("folder", sizes)), grouped(rows, ({ folder }) => [folder]).toReversed(), "in reverse");
    },
    settings,
  ),

  cacheScenario(
    "query-group/elements",
    "groups by a list are of its elements each",
    async ({ tables }) => {
      await tables.files.putMany(rows);
      const query = tables.files.query();
      const byTag = grouped(rows, ({ tags }) => tags ?? []);
      equal(await collect(query.groupBy("tags", sizes)), byTag, "of all rows");
      equal(
        await collect(query.groupBy("tags", { rows: "count" })),
        byTag.map(([tag, { rows: count }]) => [tag, { rows: count }]),
        "counted by an index alone",
      );
      const red = rows.filter(({ tags }) => tags?.includes("red"));
      equal(
        await collect(query.where({ tags: "red" }).groupBy("tags", sizes)),
        grouped(red, ({ tags }) => tags ?? []),
        "of rows that have one of them",
      );
      equal(
        await collect(query.index("tag").gte("red").groupBy("tags", sizes)),
        grouped(red, ({ tags }) => tags ?? []),
        "of rows by bounds",
      );
    },
    settings,
  ),

  cacheScenario(
    "query-group/conditions",
    "groups are of the rows that the query gives",
    async ({ tables }) => {
      await tables.files.putMany(rows);
      const query = tables.files.query();
      const home = rows.filter(({ folder, size }) => folder === "/home" && size > 10);
      equal(
        await collect(query.where({ folder: "/home", size: { gt: 10 } }).groupBy("owner", sizes)),
        grouped(home, ({ owner }) => [owner]),
        "by conditions",
      );
      equal(
        await collect(query.filter(({ size }) => size > 30).groupBy("owner", sizes)),
        grouped(
          rows.filter(({ size }) => size > 30),
          ({ owner }) => [owner],
        ),
        "by a function",
      );
      equal(
        await collect(query.limit(20).groupBy("owner", sizes)),
        grouped(rows.slice(0, 20), ({ owner }) => [owner]),
        "up to a limit",
      );
      equal(
        await collect(query.gte(100).groupBy("owner", sizes)),
        grouped(rows.slice(100), ({ owner }) => [owner]),
        "by bounds",
      );
    },
    settings,
  ),

  cacheScenario(
    "query-group/function",
    "groups may be told apart by a function of the value; undefined leaves a row out",
    async ({ tables }) => {
      await tables.files.putMany(rows);
      const query = tables.files.query();
      equal(
        await collect(query.groupBy(extensionOf, sizes)),
        grouped(rows, (row) => [extensionOf(row)]),
        "by a function",
      );
      equal(
        await collect(query.groupBy(({ owner }) => owner, { rows: "count" })),
        grouped(rows, ({ owner }) => [owner]).map(([key, { rows: count }]) => [key, { rows: count }]),
        "that may give nothing",
      );
      const byMonth = await collect(query.groupBy(({ size }) => [size % 2 === 0, null], { rows: "count" }));
      equal(
        byMonth.map(([key]) => key),
        [
          [false, null],
          [true, null],
        ],
        "by keys that are lists",
      );
    },
    settings,
  ),

  cacheScenario(
    "query-group/missing-values",
    "what a row lacks doesn't count: a sum of nothing is 0, an average and an extreme are undefined",
    async ({ tables }) => {
      const given: readonly FileRow[] = [
        { id: 1, folder: "a", name: "1", size: 1, changed: new Date(1), disk: { label: "x", sector: 3 } },
        { id: 2, folder: "a", name: "2", size: 1, changed: new Date(9) },
        { id: 3, folder: "b", name: "3", size: 1, changed: new Date(5), disk: { label: "x" } },
      ];
      await tables.files.putMany(given);
      const sectors = {
        sum: { sum: "disk.sector" },
        avg: { avg: "disk.sector" },
        min: { min: "disk.sector" },
        last: { max: "changed" },
      } as const;
      equal(
        await collect(tables.files.query().groupBy("folder", sectors)),
        [
          ["a", { sum: 3, avg: 3, min: 3, last: new Date(9) }],
          ["b", { sum: 0, avg: undefined, min: undefined, last: new Date(5) }],
        ],
        "the groups",
      );
      equal(
        await collect(tables.files.query().groupBy("folder", {})),
        [
          ["a", {}],
          ["b", {}],
        ],
        "without aggregates",
      );
    },
    settings,
  ),

  cacheScenario(
    "query-group/misuse",
    "what is no field and no aggregate is a TypeError",
    async ({ tables }) => {
      const loose = tables.files.query() as unknown as { groupBy(by: unknown, aggregates: unknown): unknown };
      await throwsType(() => loose.groupBy(5, {}), "a number");
      await throwsType(() => loose.groupBy("a..b", {}), "a path with a gap");
      await throwsType(() => loose.groupBy("owner", { rows: "median" }), "an unknown word");
      await throwsType(() => loose.groupBy("owner", { rows: { median: "size" } }), "an unknown aggregate");
      await throwsType(() => loose.groupBy("owner", { rows: { sum: "size", avg: "size" } }), "two in one");
    },
    settings,
  ),
];
