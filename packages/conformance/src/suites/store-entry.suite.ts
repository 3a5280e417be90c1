import { equal } from "../assert.ts";
import { bytes, deleteRow, keysOf, pairsOf, setRow, touchRow } from "../rows.ts";
import { type StoreScenario, storeScenario } from "../scenario.ts";

/** Index entries while their rows change. */
export const storeEntrySuite: readonly StoreScenario[] = [
  storeScenario("store-entry/overwrite", "a row set again has its new entries and none of its old ones", async ({ store }) => {
    await store.put([
      setRow(1, "a", "1", {
        lines: [
          [1, "x"],
          [2, "y"],
        ],
      }),
      setRow(1, "b", "1", { lines: [[1, "x"]] }),
    ]);
    await store.put([
      setRow(1, "a", "2", {
        lines: [
          [1, "w"],
          [3, "v"],
        ],
      }),
    ]);
    equal(
      pairsOf(await store.all(1, { index: 1 })),
      [
        ["w", "a"],
        ["x", "b"],
      ],
      "index 1",
    );
    equal(pairsOf(await store.all(1, { index: 2 })), [], "index 2");
    equal(pairsOf(await store.all(1, { index: 3 })), [["v", "a"]], "index 3");
  }),

  storeScenario("store-entry/overwrite-same", "setting a row with the entries it has keeps each once", async ({ store }) => {
    for (let round = 0; round < 3; round++)
      await store.put([
        setRow(1, "a", `${round}`, {
          lines: [
            [1, "x"],
            [1, "y"],
          ],
        }),
      ]);
    equal(pairsOf(await store.all(1, { index: 1 })), [
      ["x", "a"],
      ["y", "a"],
    ]);
  }),

  storeScenario("store-entry/overwrite-in-batch", "a row set twice in a batch has the entries of the second", async ({ store }) => {
    await store.put([setRow(1, "a", "1", { lines: [[1, "x"]] }), setRow(1, "a", "2", { lines: [[1, "y"]] })]);
    equal(pairsOf(await store.all(1, { index: 1 })), [["y", "a"]]);
    await store.put([setRow(1, "a", "3", { lines: [[1, "z"]] }), deleteRow(1, "a"), setRow(1, "a", "4", { lines: [[2, "w"]] })]);
    equal(pairsOf(await store.all(1, { index: 1 })), [], "index 1 after the second batch");
    equal(pairsOf(await store.all(1, { index: 2 })), [["w", "a"]], "index 2 after the second batch");
  }),

  storeScenario("store-entry/delete", "a deleted row takes all its entries along, and no other row's", async ({ store }) => {
    const both = {
      lines: [
        [1, "x"],
        [1, "y"],
        [2, "z"],
      ],
    } as const;
    await store.put(["a", "a\0", "b", "c"].map((key) => setRow(1, key, "", both)));
    await store.put([deleteRow(1, "a"), deleteRow(1, "c")]);
    equal(
      pairsOf(await store.all(1, { index: 1 })),
      [
        ["x", "a\0"],
        ["x", "b"],
        ["y", "a\0"],
        ["y", "b"],
      ],
      "index 1",
    );
    equal(
      pairsOf(await store.all(1, { index: 2 })),
      [
        ["z", "a\0"],
        ["z", "b"],
      ],
      "index 2",
    );
  }),

  storeScenario("store-entry/moves", "an entry may move from one row to another within a batch", async ({ store }) => {
    await store.put([setRow(1, "a", "", { lines: [[1, "x"]] }), setRow(1, "b", "", { lines: [[1, "y"]] })]);
    await store.put([setRow(1, "a", "", { lines: [[1, "y"]] }), setRow(1, "b", "", { lines: [[1, "x"]] })]);
    equal(pairsOf(await store.all(1, { index: 1 })), [
      ["x", "b"],
      ["y", "a"],
    ]);
  }),

  storeScenario("store-entry/touched", "a touched row is found by its new entries", async ({ store }) => {
    await store.put([setRow(1, "a", "", { lines: [[1, "x"]] }), setRow(1, "b", "", { lines: [[1, "y"]] })]);
    await store.put([touchRow(1, "a", { indexes: [1], lines: [[1, "z"]] })]);
    equal(pairsOf(await store.all(1, { index: 1 })), [
      ["y", "b"],
      ["z", "a"],
    ]);
    equal(keysOf(await store.all(1, { index: 1, lt: bytes("y") })), [], "what comes before");
  }),
];
