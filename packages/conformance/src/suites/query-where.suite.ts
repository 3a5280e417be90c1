import { type KeyPart, table } from "@cache/core";
import { equal } from "../assert.ts";
import { compareKeys } from "../key-order.ts";
import { files, type FileRow, ids, inOrderOf, someFiles } from "../queried-files.ts";
import { type CacheScenario, cacheScenario } from "../scenario.ts";
import { collect } from "../turns.ts";

const settings = { options: { tables: { files } } } as const;
const rows = someFiles(150);
const bare = table<FileRow>()({ key: ["folder", "name"] });

function where(test: (row: FileRow) => boolean): readonly number[] {
  return ids(rows.filter(test));
}

/** The keys of rows in no order in particular. */
function set(found: readonly FileRow[]): readonly number[] {
  return ids(found).toSorted((a, b) => a - b);
}

/** Queries by conditions on fields. */
export const queryWhereSuite: readonly CacheScenario[] = [
  cacheScenario(
    "query-where/conditions",
    "conditions leave what an array's filter does, whether an index serves them or none",
    async ({ root, tables }) => {
      await tables.files.putMany(rows);
      await root.tables.bare.putMany(rows);
      for (const query of [tables.files.query(), root.tables.bare.query()]) {
        equal(
          set(await query.where({ folder: "/home" }).toArray()),
          where(({ folder }) => folder === "/home"),
          "a value",
        );
        equal(
          set(await query.where({ owner: { in: ["ada", "cleo"] } }).toArray()),
          where(({ owner }) => owner === "ada" || owner === "cleo"),
          "one of several",
        );
        equal(
          set(await query.where({ size: { gt: 3, lte: 9 } }).toArray()),
          where(({ size }) => size > 3 && size <= 9),
          "a range",
        );
        equal(
          set(
            await query
              .where({ size: { gte: 3 } })
              .where({ size: { lt: 9 } })
              .toArray(),
          ),
          where(({ size }) => size >= 3 && size < 9),
          "a range in two calls",
        );
        equal(
          set(await query.where({ owner: { gt: "ada" } }).toArray()),
          where(({ owner }) => owner !== undefined && owner > "ada"),
          "a field that some lack",
        );
        equal(
          set(await query.where({ "disk.sector": { lt: 5 } }).toArray()),
          where(({ disk }) => disk?.sector !== undefined && disk.sector < 5),
          "a nested field",
        );
        equal(
          set(await query.where({ name: { match: "*.pdf" }, folder: "/tmp" }).toArray()),
          where(({ name, folder }) => name.endsWith(".pdf") && folder === "/tmp"),
          "a pattern and a value",
        );
        equal(
          set(await query.where({ folder: "/home", size: { gte: 10 }, owner: "bob" }).toArray()),
          where(({ folder, size, owner }) => folder === "/home" && size >= 10 && owner === "bob"),
          "three fields",
        );
        equal(
          set(await query.where({ size: undefined }).toArray()),
          where(() => true),
          "none",
        );
        equal(await query.where({ owner: { in: [] } }).toArray(), [], "one of none");
        equal(await query.where({ owner: { eq: "ada", gt: "bob" } }).toArray(), [], "what contradicts itself");
      }
    },
    { options: { tables: { files, bare } } },
  ),

  cacheScenario(
    "query-where/lists",
    "a list satisfies what one of its elements does, conditions on it each by itself",
    async ({ root, tables }) => {
      await tables.files.putMany(rows);
      await root.tables.bare.putMany(rows);
      for (const query of [tables.files.query(), root.tables.bare.query()]) {
        const some = (test: (tag: string) => boolean) => where(({ tags }) => tags?.some(test) ?? false);
        equal(
          set(await query.where({ tags: "red" }).toArray()),
          some((tag) => tag === "red"),
          "a value",
        );
        equal(
          set(await query.where({ tags: { in: ["red", "blue"] } }).toArray()),
          some((tag) => tag === "red" || tag === "blue"),
          "one of several",
        );
        equal(
          set(await query.where({ tags: { gt: "blue", lt: "red" } }).toArray()),
          some((tag) => tag > "blue" && tag < "red"),
          "an element between two",
        );
        equal(
          set(await query.where({ tags: { match: "blue*" } }).toArray()),
          some((tag) => tag.startsWith("blue")),
          "a pattern",
        );
        equal(
          set(await query.where({ tags: "red" }).where({ tags: "green" }).toArray()),
          where(({ tags }) => (tags?.includes("red") && tags.includes("green")) ?? false),
          "two elements",
        );
        equal(
          set(await query.where({ tags: "red", size: { lt: 20 } }).toArray()),
          where(({ tags, size }) => (tags?.includes("red") ?? false) && size < 20),
          "an element and another field",
        );
      }
    },
    { options: { tables: { files, bare } } },
  ),

  cacheScenario(
    "query-where/order-of-types",
    "values compare as keys do: by type first",
    async ({ tables }) => {
      const values: readonly KeyPart[] = [
        null,
        false,
        true,
        -5,
        0,
        2.5,
        10n,
        -3n,
        "",
        "a",
        "\uffff",
        "\u{1f600}",
        new Date(5),
        new Uint8Array([1]),
        "10",
        [1],
        [1, "a"],
      ];
      const given = values.map((value, id) => ({ id, value: [value], more: "x".repeat(3000) }));
      await tables.mixed.putMany(given);
      for (const pivot of values) {
        const left = (test: (order: number) => boolean) =>
          given.filter(({ value }) => test(compareKeys(value, [pivot]))).map(({ id }) => id);
        const found = async (condition: object) =>
          (await collect(tables.mixed.query().where({ value: condition }).keys())).toSorted((a, b) => a - b);
        equal(
          await found({ gt: pivot }),
          left((order) => order > 0),
          "gt",
        );
        equal(
          await found({ gte: pivot }),
          left((order) => order >= 0),
          "gte",
        );
        equal(
          await found({ lt: pivot }),
          left((order) => order < 0),
          "lt",
        );
        equal(
          await found({ eq: pivot }),
          left((order) => order === 0),
          "eq",
        );
      }
      equal(
        await tables.mixed
          .query()
          .where({ more: { gt: "w" } })
          .count(),
        values.length,
        "texts longer than keys may be",
      );
    },
    { options: { tables: { mixed: table<{ id: number; value: readonly KeyPart[]; more: string }>()({ key: "id" }) } } },
  ),

  cacheScenario(
    "query-where/named",
    "the named index is read whatever the conditions are, which narrow it where they fit",
    async ({ tables }) => {
      await tables.files.putMany(rows);
      const query = tables.files.query();
      const bySize = inOrderOf(rows, ({ folder, size }) => [folder, size]);
      const narrowed = query.index("folderSize").where({ folder: "/tmp", size: { gt: 20 } });
      equal(ids(await narrowed.toArray()), ids(bySize.filter(({ folder, size }) => folder === "/tmp" && size > 20)), "both fields");
      equal((await narrowed.explain()).bounds, ["folder", "size"], "the bounds");
      const behind = query
        .index("folderSize")
        .prefix("/tmp")
        .where({ size: { gt: 20 }, owner: "ada" });
      equal(
        ids(await behind.toArray()),
        ids(bySize.filter(({ folder, size, owner }) => folder === "/tmp" && size > 20 && owner === "ada")),
        "behind a prefix",
      );
      const beside = query.index("folderSize").where({ size: 7 });
      equal(ids(await beside.toArray()), ids(bySize.filter(({ size }) => size === 7)), "the second field");
      const { read, decoded, filters } = await beside.explain();
      equal(
        [read, decoded, filters],
        [150, bySize.filter(({ size }) => size === 7).length, ["size"]],
        "lines looked at without their values",
      );
      equal(
        ids(await query.index("name").where({ owner: "ada" }).toArray()),
        ids(inOrderOf(rows, ({ name }) => [name]).filter(({ owner }) => owner === "ada")),
        "a field that isn't in it",
      );
      equal(
        ids(await query.gt(50).where({ owner: "ada" }).toArray()),
        where(({ id, owner }) => id > 50 && owner === "ada"),
        "bounds on the key",
      );
    },
    settings,
  ),

  cacheScenario(
    "query-where/multi-bounds",
    "bounds on a multi-entry index and conditions on its field hold each by itself",
    async ({ tables }) => {
      await tables.files.putMany(rows);
      const query = tables.files.query().index("tag");
      equal(
        set(await query.gte("red").where({ tags: "blue" }).toArray()),
        where(({ tags }) => (tags?.includes("blue") && tags.includes("red")) ?? false),
        "an element from the bounds and another",
      );
      equal(
        set(await query.where({ tags: "blue" }).toArray()),
        where(({ tags }) => tags?.includes("blue") ?? false),
        "without bounds",
      );
      const both = tables.files
        .query()
        .index("tagSize")
        .prefix("red")
        .where({ size: { gte: 30 }, tags: { match: "blu?" } });
      equal(
        set(await both.toArray()),
        where(({ tags, size }) => (tags?.includes("red") && tags.includes("blue") && size >= 30) ?? false),
        "behind a prefix",
      );
    },
    settings,
  ),
];
