import { equal } from "../assert.ts";
import { keysOf, NOW, setRow, touchRow } from "../rows.ts";
import { type StoreScenario, storeScenario } from "../scenario.ts";

/** Touching: a row's deadline and entries without its value. */
export const storeTouchSuite: readonly StoreScenario[] = [
  storeScenario("store-touch/deadline", "a touch changes the deadline, but neither value nor version nor entries", async ({ store }) => {
    const { version } = await store.put([setRow(1, "a", "value", { expiresAt: NOW + 5, lines: [[1, "x"]] })]);
    const touched = await store.put([touchRow(1, "a", { expiresAt: NOW + 50 })]);
    equal([...touched.counts], [1], "the count");
    equal(await store.row(1, "a"), { value: "value", expiresAt: NOW + 50, version, lines: ["1:x"] });
    await store.put([touchRow(1, "a", { expiresAt: Infinity })]);
    equal((await store.row(1, "a"))?.expiresAt, Infinity, "the deadline taken away");
  }),

  storeScenario("store-touch/no-deadline", "a touch without a deadline leaves it", async ({ store }) => {
    await store.put([setRow(1, "a", "", { expiresAt: NOW + 5, lines: [[1, "x"]] }), setRow(1, "b", "", { lines: [[1, "y"]] })]);
    await store.put([touchRow(1, "a", { indexes: [1], lines: [[1, "z"]] }), touchRow(1, "b", { indexes: [1], lines: [[1, "w"]] })]);
    equal([(await store.row(1, "a"))?.expiresAt, (await store.row(1, "b"))?.expiresAt], [NOW + 5, Infinity]);
  }),

  storeScenario("store-touch/absent", "a touch does nothing to an absent or an expired row", async ({ store }) => {
    await store.put([setRow(1, "expired", "", { expiresAt: NOW, lines: [[1, "x"]] })]);
    const before = await store.row(1, "expired");
    const touch = { expiresAt: Infinity, indexes: [1], lines: [[1, "y"] as const] };
    const { counts } = await store.put([touchRow(1, "absent", touch), touchRow(1, "expired", touch)]);
    equal([...counts], [0, 0], "the counts");
    equal(await store.row(1, "expired"), before, "the expired row");
    equal(keysOf(await store.all(1)), ["expired"], "the rows");
  }),

  storeScenario(
    "store-touch/some-indexes",
    "a touch replaces the entries of the indexes it names and keeps the others'",
    async ({ store }) => {
      await store.put([
        setRow(1, "a", "", {
          lines: [
            [1, "x"],
            [1, "y"],
            [2, "p"],
            [3, "q"],
          ],
        }),
      ]);
      await store.put([
        touchRow(1, "a", {
          indexes: [1, 3],
          lines: [
            [1, "z"],
            [3, "r"],
            [3, "s"],
          ],
        }),
      ]);
      equal((await store.row(1, "a"))?.lines, ["1:z", "2:p", "3:r", "3:s"]);
    },
  ),

  storeScenario("store-touch/removes-entries", "a touch may take an index's entries away, or give a row its first", async ({ store }) => {
    await store.put([
      setRow(1, "a", "", {
        lines: [
          [1, "x"],
          [2, "y"],
        ],
      }),
      setRow(1, "b", ""),
    ]);
    await store.put([touchRow(1, "a", { indexes: [1] }), touchRow(1, "b", { indexes: [5], lines: [[5, "new"]] })]);
    equal([(await store.row(1, "a"))?.lines, (await store.row(1, "b"))?.lines], [["2:y"], ["5:new"]]);
    equal(keysOf(await store.all(1, { index: 1 })), [], "the index emptied");
    equal(keysOf(await store.all(1, { index: 5 })), ["b"], "the index begun");
  }),

  storeScenario("store-touch/into-the-past", "a touch may make a row expire at once", async ({ store }) => {
    await store.put([setRow(1, "a", "value")]);
    const { counts } = await store.put([touchRow(1, "a", { expiresAt: NOW }), touchRow(1, "a", { expiresAt: Infinity })]);
    equal([...counts], [1, 0], "the counts: the second touch meets an expired row");
    equal((await store.row(1, "a"))?.expiresAt, NOW, "the deadline");
  }),

  storeScenario("store-touch/usage", "a touch keeps the usage exact", async ({ store }) => {
    const { version } = await store.put([setRow(1, "ab", "123", { lines: [[1, "x"]] })]);
    await store.put([
      touchRow(1, "ab", {
        indexes: [1, 2],
        lines: [
          [1, "long"],
          [2, "y"],
        ],
      }),
    ]);
    // Key 2, value 3, then entry and key for each line.
    equal(await store.usage(1), { entries: 1, bytes: 2 + 3 + (4 + 2) + (1 + 2), version });
  }),

  storeScenario(
    "store-touch/earlier",
    "a touch that brings a live row's deadline forward is a commit of the table's, any other isn't",
    async ({ store }) => {
      const { version } = await store.put([setRow(1, "a", ""), setRow(1, "expired", "", { expiresAt: NOW })]);
      let last = version;
      const touches: readonly [what: string, isCounted: boolean, ...touches: ReturnType<typeof touchRow>[]][] = [
        ["its first deadline", true, touchRow(1, "a", { expiresAt: NOW + 50 })],
        ["a later one", false, touchRow(1, "a", { expiresAt: NOW + 100 })],
        ["the same", false, touchRow(1, "a", { expiresAt: NOW + 100 })],
        ["no word of it", false, touchRow(1, "a", { indexes: [1], lines: [[1, "x"]] })],
        ["an earlier one, with an entry", true, touchRow(1, "a", { expiresAt: NOW + 99, indexes: [1], lines: [[1, "y"]] })],
        ["an earlier one, then a later", true, touchRow(1, "a", { expiresAt: NOW + 10 }), touchRow(1, "a", { expiresAt: NOW + 500 })],
        ["none any more", false, touchRow(1, "a", { expiresAt: Infinity })],
        ["of rows that aren't live", false, touchRow(1, "b", { expiresAt: NOW + 1 }), touchRow(1, "expired", { expiresAt: 0 })],
        ["the past", true, touchRow(1, "a", { expiresAt: NOW })],
      ];
      for (const [what, isCounted, ...operations] of touches) {
        const { version: at } = await store.put(operations);
        if (isCounted) last = at;
        equal((await store.usage(1)).version, last, `the table's version after ${what}`);
      }
      equal((await store.usage(1)).entries, 2, "rows");
    },
  ),

  storeScenario("store-touch/large-value", "a touch leaves a large value whole", async ({ store }) => {
    const value = "0123456789abcdef".repeat(20_000);
    await store.put([setRow(1, "a", value)]);
    await store.put([touchRow(1, "a", { expiresAt: NOW + 1, indexes: [1], lines: [[1, "x"]] })]);
    equal((await store.row(1, "a"))?.value === value, true, "whether the value is as it was");
  }),

  storeScenario("store-touch/set-after", "a set after a touch writes the row whole again", async ({ store }) => {
    await store.put([setRow(1, "a", "1", { lines: [[1, "x"]] })]);
    const { version } = await store.put([touchRow(1, "a", { expiresAt: NOW + 9, indexes: [2], lines: [[2, "y"]] }), setRow(1, "a", "2")]);
    equal(await store.row(1, "a"), { value: "2", expiresAt: Infinity, version, lines: [] });
  }),
];
