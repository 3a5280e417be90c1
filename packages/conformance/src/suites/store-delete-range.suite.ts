import { equal } from "../assert.ts";
import { type Bounds, bytes, deleteRows, keysOf, setRow, within } from "../rows.ts";
import { type StoreScenario, storeScenario } from "../scenario.ts";
import type { StoreFace } from "../store-face.ts";

const keys: readonly string[] = ["\0", "a", "a\0", "a\0\xff", "aa", "b", "\x80", "\xff", "\xff\xff"];

async function fill(store: StoreFace): Promise<void> {
  await store.put(
    keys.map((key) =>
      setRow(1, key, key, {
        lines: [
          [1, "line"],
          [2, `${String.fromCharCode(key.length)}${key}`],
        ],
      }),
    ),
  );
}

/** Deletes a range of the rows above and checks what is left, and the count. */
async function checkDelete(store: StoreFace, bounds: Bounds): Promise<void> {
  await fill(store);
  const { counts } = await store.put([deleteRows(1, bounds)]);
  const left = keys.filter((key) => !within(key, bounds));
  const what = `with ${JSON.stringify(bounds)}`;
  equal([...counts], [keys.length - left.length], `the count ${what}`);
  equal(keysOf(await store.all(1)), left, `the keys left ${what}`);
  equal(keysOf(await store.all(1, { index: 1 })), left, `the index ${what}`);
}

/** Deleting ranges. */
export const storeDeleteRangeSuite: readonly StoreScenario[] = [
  storeScenario("store-delete-range/all", "without bounds the whole table goes, with all its entries", async ({ store }) => {
    await checkDelete(store, {});
    equal(keysOf(await store.all(1, { index: 2 })), [], "another index");
  }),

  storeScenario("store-delete-range/one-bound", "each kind of bound cuts where it says", async ({ store }) => {
    for (const bound of ["\0", "a", "a\0", "a\x01", "\xff", "\xff\xff\xff"])
      for (const kind of ["gt", "gte", "lt", "lte"] as const) await checkDelete(store, { [kind]: bound });
  }),

  storeScenario("store-delete-range/two-bounds", "two bounds cut out what lies between them", async ({ store }) => {
    await checkDelete(store, { gte: "a", lt: "b" });
    await checkDelete(store, { gt: "a", lte: "b" });
    await checkDelete(store, { gt: "a", lt: "a\0" });
    await checkDelete(store, { gte: "aa", lte: "aa" });
    await checkDelete(store, { gt: "\x80", lt: "\xff\xff" });
  }),

  storeScenario("store-delete-range/nothing", "a range without rows, or with crossed bounds, deletes nothing", async ({ store }) => {
    await checkDelete(store, { gt: "aa", lt: "b" });
    await checkDelete(store, { gte: "b", lt: "a" });
    await checkDelete(store, { gt: "b", lte: "b" });
    equal([...(await store.put([deleteRows(2)])).counts], [0], "the count for an empty table");
  }),

  storeScenario(
    "store-delete-range/shared-entries",
    "rows outside the range keep the entries they share with rows inside",
    async ({ store }) => {
      await fill(store);
      await store.put([deleteRows(1, { gte: "a", lt: "b" })]);
      equal(keysOf(await store.all(1, { index: 1, gte: bytes("line") })), ["\0", "b", "\x80", "\xff", "\xff\xff"]);
    },
  ),

  storeScenario("store-delete-range/then-set", "rows set after a deleteRange of the same batch stay", async ({ store }) => {
    await fill(store);
    const { counts } = await store.put([setRow(1, "new", ""), deleteRows(1), setRow(1, "a", "again", { lines: [[1, "line"]] })]);
    equal([...counts], [0, keys.length + 1, 0], "the counts");
    equal(keysOf(await store.all(1)), ["a"], "the rows");
    equal(keysOf(await store.all(1, { index: 1 })), ["a"], "the index");
  }),

  storeScenario("store-delete-range/large", "thousands of rows go in one commit", async ({ store }) => {
    const many = Array.from({ length: 5000 }, (_, at) => `key ${String(at).padStart(5, "0")}`);
    await store.put(many.map((key) => setRow(1, key, "value", { lines: [[1, key]] })));
    const { counts } = await store.put([deleteRows(1, { gte: "key 00100", lt: "key 04900" })]);
    equal([...counts], [4800], "the count");
    equal(keysOf(await store.all(1, { index: 1 })), [...many.slice(0, 100), ...many.slice(4900)], "the rows left");
  }),
];
