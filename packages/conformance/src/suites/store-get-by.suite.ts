import { MAX_INDEX_BYTES } from "@cache/core/spi";
import { equal } from "../assert.ts";
import { bytes, deleteRow, type Line, NOW, setRow, text } from "../rows.ts";
import { type StoreScenario, storeScenario } from "../scenario.ts";
import type { StoreFace } from "../store-face.ts";

/** The key and the value of what an entry leads to. */
async function found(store: StoreFace, line: Line, table = 1): Promise<readonly [key: string, value: string] | undefined> {
  const row = await store.firstBy(table, line);
  return row && [row.key, row.value];
}

/** Reading single rows by an index entry. */
export const storeGetBySuite: readonly StoreScenario[] = [
  storeScenario("store-get-by/exact", "an entry leads to the first row, by key, that has just it in just this index", async ({ store }) => {
    await store.put([
      setRow(1, "b", "first", { lines: [[1, "m\0"]] }),
      setRow(1, "c", "second", {
        lines: [
          [1, "m\0"],
          [1, "z9"],
        ],
      }),
      setRow(1, "d", "other index", { lines: [[2, "k1"]] }),
      setRow(1, "\xff", "high", { lines: [[1, "\xff\xff"]] }),
      setRow(2, "a", "other table", { lines: [[1, "a1"]] }),
    ]);
    equal(await found(store, [1, "m\0"]), ["b", "first"]);
    equal(await found(store, [1, "z9"]), ["c", "second"]);
    equal(await found(store, [1, "\xff\xff"]), ["\xff", "high"]);
    equal(await found(store, [2, "k1"]), ["d", "other index"]);
    equal(await found(store, [1, "a1"], 2), ["a", "other table"]);
    for (const entry of ["a1", "k1", "l\xff", "m\x01", "\0\0", "\xff\xfe"])
      equal(await found(store, [1, entry]), undefined, "no row has it");
    equal(await found(store, [3, "m\0"]), undefined, "an index that no row names");
    equal(await found(store, [0xffff, "m\0"]), undefined, "the last index");
    equal(await found(store, [1, "m\0"], 3), undefined, "a table that has no rows");
  }),

  storeScenario("store-get-by/whole", "a row found by an entry is what get gives", async ({ store }) => {
    const lines = [
      [1, "x"],
      [2, "y\0"],
    ] as const;
    const { version } = await store.put([
      setRow(1, "a", "value", { expiresAt: NOW + 5, lines }),
      setRow(1, "b", "other", { lines: [[1, "z"]] }),
    ]);
    const row = { key: "a", value: "value", expiresAt: NOW + 5, version, lines: ["1:x", "2:y\0"] };
    equal(await store.firstBy(1, [2, "y\0"]), row);
    equal(await found(store, [1, "z"]), ["b", "other"]);
  }),

  storeScenario("store-get-by/expired", "an entry leads to its first row, expired or not", async ({ store }) => {
    const lines = [[1, "m"]] as const;
    await store.put([
      setRow(1, "a", "expired", { expiresAt: NOW - 1, lines }),
      setRow(1, "b", "live", { expiresAt: NOW + 1, lines }),
      setRow(1, "c", "due", { expiresAt: NOW, lines: [[1, "n"]] }),
    ]);
    equal(await found(store, [1, "m"]), ["a", "expired"]);
    equal(await found(store, [1, "n"]), ["c", "due"]);
    await store.put([deleteRow(1, "a")]);
    equal(await found(store, [1, "m"]), ["b", "live"], "once the expired one is gone");
  }),

  storeScenario(
    "store-get-by/behind-expired",
    "a range of an entry finds the live row behind thousands of expired ones",
    async ({ store }) => {
      const lines = [[1, "m"]] as const;
      const keys = Array.from({ length: 3000 }, (_, at) => `a${String(at).padStart(4, "0")}`);
      await store.put([...keys.map((key) => setRow(1, key, "", { expiresAt: NOW, lines })), setRow(1, "b", "live", { lines })]);
      let page = await store.range(1, { index: 1, gte: bytes("m"), lt: bytes("n"), limit: 1, liveAt: NOW });
      while (page.rows.length === 0 && page.next)
        page = await store.range(1, { index: 1, gt: page.next, lt: bytes("n"), limit: 1, liveAt: NOW });
      equal(
        page.rows.map(({ key, stored }) => [text(key), stored && text(stored.value)]),
        [["b", "live"]],
      );
    },
  ),

  storeScenario("store-get-by/sees-commits", "an entry leads to what was committed last", async ({ store }) => {
    await store.put([setRow(1, "b", "1", { lines: [[1, "x"]] })]);
    equal(await found(store, [1, "x"]), ["b", "1"]);
    await store.put([setRow(1, "b", "2", { lines: [[1, "y"]] })]);
    equal([await found(store, [1, "x"]), await found(store, [1, "y"])], [undefined, ["b", "2"]], "after its row was set with another");
    await store.put([setRow(1, "a", "3", { lines: [[1, "y"]] })]);
    equal(await found(store, [1, "y"]), ["a", "3"], "after a row with a lesser key was set");
    await store.put([deleteRow(1, "a")]);
    equal(await found(store, [1, "y"]), ["b", "2"], "after that was deleted");
  }),

  storeScenario("store-get-by/long", "entries and values may be as long as they may", async ({ store }) => {
    const entry = "e".repeat(MAX_INDEX_BYTES - 1);
    const value = "v".repeat(100_000);
    await store.put([setRow(1, "k", value, { lines: [[1, entry]] }), setRow(1, "l", "short", { lines: [[1, `${entry.slice(0, -1)}f`]] })]);
    equal(await found(store, [1, entry]), ["k", value]);
    equal(await found(store, [1, `${entry.slice(0, -1)}f`]), ["l", "short"]);
    equal(await found(store, [1, `${entry.slice(0, -1)}d`]), undefined, "an entry that no row has");
  }),
];
