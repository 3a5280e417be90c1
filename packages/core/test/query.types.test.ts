import { expectTypeOf, test } from "vitest";
import { openCache, openCacheSync, table } from "../src/index.ts";
import { memoryStore } from "../src/memory-store.ts";

interface File {
  readonly id: number;
  readonly folder: string;
  readonly size: number;
  readonly owner?: "ada" | "bob" | undefined;
  readonly tags: readonly string[];
  readonly parts: readonly { readonly sector: number; readonly label?: string | undefined }[];
}

const files = table<File>()({
  key: "id",
  indexes: { folderSize: { on: ["folder", "size"] }, tag: { on: "tags", multi: true } },
});

test("selected fields have their types, under their paths", async () => {
  await using cache = await openCache(memoryStore(), { tables: { files } });
  const selected = cache.tables.files.query().select("size", "owner", "parts.sector");
  interface Some {
    readonly size: number;
    readonly owner: "ada" | "bob" | undefined;
    readonly "parts.sector": readonly number[];
  }
  expectTypeOf(await selected.toArray()).toEqualTypeOf<Some[]>();
  for await (const one of selected) expectTypeOf(one).toEqualTypeOf<Some>();
  // @ts-expect-error -- a filter sees what was selected
  selected.filter(({ folder }) => folder === "");
});

test("groups have the types of their keys and aggregates", () => {
  using cache = openCacheSync(memoryStore(), { tables: { files } });
  const query = cache.tables.files.query();
  const byTag = query.groupBy("tags", { rows: "count", mean: { avg: "size" }, least: { min: "owner" } });
  expectTypeOf(byTag).toEqualTypeOf<
    IterableIterator<
      [key: string, group: { readonly rows: number; readonly mean: number | undefined; readonly least: "ada" | "bob" | undefined }]
    >
  >();
  const byFunction = query.groupBy(({ size }) => (size > 5 ? size : undefined), {});
  for (const [key] of byFunction) expectTypeOf(key).toEqualTypeOf<number>();
});

test("bounds and conditions are of the index's and the fields' types", () => {
  using cache = openCacheSync(memoryStore(), { tables: { files } });
  const query = cache.tables.files.query();
  query.index("folderSize").prefix(["/"]).gt(["/", 4]);
  query.index("folderSize").prefix("/");
  query.where({ owner: "ada", size: { gte: 1 }, tags: { match: "a*" }, "parts.sector": { in: [1, 2] } });
  const wrong = [
    // @ts-expect-error -- of the wrong type
    () => query.index("folderSize").eq(["/", "4"]),
    // @ts-expect-error -- not all parts
    () => query.index("folderSize").eq(["/"]),
    // @ts-expect-error -- no owner of this name
    () => query.where({ owner: "cleo" }),
    // @ts-expect-error -- an element, not the list
    () => query.where({ tags: ["a"] }),
    // @ts-expect-error -- an unknown condition
    () => query.where({ size: { near: 4 } }),
  ];
  expectTypeOf(wrong.length).toBeNumber();
});
