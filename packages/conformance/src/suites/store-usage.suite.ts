import { equal } from "../assert.ts";
import { deleteRow, deleteRows, type Line, NOW, setRow, trimRows } from "../rows.ts";
import { type StoreScenario, storeScenario } from "../scenario.ts";
import type { StoreFace } from "../store-face.ts";

async function checkUsage(store: StoreFace, entries: number, bytes: number, what: string): Promise<void> {
  const usage = await store.usage(1);
  equal([usage.entries, usage.bytes], [entries, bytes], `entries and bytes ${what}`);
}

/** What a row counts for: key and value, and for each entry the entry and the key again. */
function sizeOf(key: string, value: string, lines: readonly Line[] = []): number {
  return key.length + value.length + lines.reduce((sum, [, line]) => sum + line.length + key.length, 0);
}

/** How full a table is: kept with each commit, never counted. */
export const storeUsageSuite: readonly StoreScenario[] = [
  storeScenario(
    "store-usage/unused",
    "a table that was never written to holds nothing, in no version",
    async ({ store }) => {
      equal(await store.usage(1), { entries: 0, bytes: 0, version: 0 });
      await store.put([setRow(2, "a", "value")]);
      equal(await store.usage(1), { entries: 0, bytes: 0, version: 0 }, "after a write to another table");
    },
    { variants: ["fresh"] },
  ),

  storeScenario("store-usage/set", "a new row adds its key, its value and its entries with the key again", async ({ store }) => {
    const lines: Line[] = [
      [1, "line"],
      [2, "another"],
    ];
    await store.put([setRow(1, "key", "value", { lines })]);
    await checkUsage(store, 1, 3 + 5 + (4 + 3) + (7 + 3), "after one row");
    await store.put([setRow(1, "b", ""), setRow(1, "longer key", "v")]);
    await checkUsage(store, 3, sizeOf("key", "value", lines) + 1 + 11, "after three");
  }),

  storeScenario("store-usage/replace", "a replaced row counts as it is now, longer, shorter or without entries", async ({ store }) => {
    await store.put([setRow(1, "a", "1234", { lines: [[1, "xyz"]] })]);
    await store.put([
      setRow(1, "a", "12345678", {
        lines: [
          [1, "x"],
          [2, "y"],
        ],
      }),
    ]);
    await checkUsage(
      store,
      1,
      sizeOf("a", "12345678", [
        [1, "x"],
        [2, "y"],
      ]),
      "of a longer value",
    );
    await store.put([setRow(1, "a", "")]);
    await checkUsage(store, 1, 1, "of an empty value");
    await store.put([setRow(1, "a", "12", { lines: [[3, "z"]] }), setRow(1, "a", "123")]);
    await checkUsage(store, 1, 4, "of a row set twice in a batch");
  }),

  storeScenario("store-usage/delete", "deleting takes off what the rows counted for, absent ones nothing", async ({ store }) => {
    await store.put(["a", "b", "c", "d"].map((key) => setRow(1, key, "value", { lines: [[1, key]] })));
    await store.put([deleteRow(1, "a"), deleteRow(1, "a"), deleteRow(1, "absent")]);
    await checkUsage(store, 3, 3 * 8, "after a delete");
    await store.put([deleteRows(1, { gte: "c" })]);
    await checkUsage(store, 1, 8, "after a deleteRange");
    await store.put([deleteRows(1)]);
    await checkUsage(store, 0, 0, "of an emptied table");
  }),

  storeScenario("store-usage/expired", "expired rows count until they are removed", async ({ store }) => {
    await store.put([setRow(1, "a", "value", { expiresAt: 1 }), setRow(1, "b", "value")]);
    await checkUsage(store, 2, 12, "with an expired row");
    await store.put([setRow(1, "a", "v", { expiresAt: 1 })]);
    await checkUsage(store, 2, 8, "with it replaced");
    await store.put([deleteRow(1, "a")]);
    await checkUsage(store, 1, 6, "without it");
  }),

  storeScenario("store-usage/trim", "trimming takes off what the rows counted for", async ({ store }) => {
    await store.put(
      ["a", "b", "c"].map((key, at) =>
        setRow(1, key, "x".repeat(at * 100), {
          lines: [
            [1, key],
            [2, `${key}${key}`],
          ],
        }),
      ),
    );
    await store.put([trimRows(1, 1, { maxEntries: 1 })]);
    await checkUsage(
      store,
      1,
      sizeOf("c", "x".repeat(200), [
        [1, "c"],
        [2, "cc"],
      ]),
      "after a trim",
    );
  }),

  storeScenario("store-usage/same-turn", "usage asked for together with reads belongs to their snapshot", async ({ store }) => {
    await store.put([setRow(1, "a", "")]);
    const [page, usage] = await Promise.all([store.range(1, { limit: 10 }), store.usage(1)]);
    equal(usage.entries, page.rows.length, "the number of rows");
  }),

  storeScenario("store-usage/long-history", "hundreds of changes leave no drift", async ({ store }) => {
    const sizes = new Map<string, number>();
    for (let step = 0; step < 60; step++) {
      const operations = Array.from({ length: 10 }, (_, at) => {
        const key = `k${(step * 7 + at * 13) % 40}`;
        if ((step + at) % 3 === 0) {
          sizes.delete(key);
          return deleteRow(1, key);
        }
        const value = "v".repeat((step * at) % 50);
        const lines: Line[] = at % 2 === 0 ? [[1, "same"]] : [];
        sizes.set(key, sizeOf(key, value, lines));
        return setRow(1, key, value, { lines, expiresAt: at % 4 === 0 ? NOW : Infinity });
      });
      await store.put(operations);
    }
    await checkUsage(
      store,
      sizes.size,
      [...sizes.values()].reduce((sum, size) => sum + size, 0),
      "at the end",
    );
  }),
];
