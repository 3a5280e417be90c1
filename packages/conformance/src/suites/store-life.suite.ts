import { equal, ok } from "../assert.ts";
import { keysOf, NOW, setRow } from "../rows.ts";
import { type StoreScenario, storeScenario } from "../scenario.ts";

/** Opening, closing and deleting, and what is left each time. */
export const storeLifeSuite: readonly StoreScenario[] = [
  storeScenario("store-life/capabilities", "the store can do what the harness says, and has a name", async ({ store, harness }) => {
    const { name, capabilities } = store.store;
    ok(name.length > 0, "a name");
    equal(capabilities.sync, harness.faces.includes("sync"), "whether it answers at once");
    ok(!capabilities.durable || harness.reopens, "durable data to be there after reopening");
    equal(capabilities.shared !== "none", harness.shares, "whether several may be open at once");
    equal(
      [capabilities.watch, store.store.watch !== undefined],
      [harness.watches === true, harness.watches === true],
      "whether they can be heard",
    );
  }),

  storeScenario(
    "store-life/reopen",
    "everything is there after closing and opening again: rows, entries, usage, versions",
    async (context) => {
      const { store } = context;
      await store.put([
        setRow(1, "a", "1", {
          expiresAt: NOW + 5,
          lines: [
            [1, "x"],
            [2, "y"],
          ],
        }),
        setRow(65_535, "b\0", "\0"),
      ]);
      const { version } = await store.put([setRow(1, "c", "3")]);
      const rows = [await store.row(1, "a"), await store.row(1, "c"), await store.row(65_535, "b\0")];
      const usage = await store.usage(1);
      const again = await context.reopen();
      equal([await again.row(1, "a"), await again.row(1, "c"), await again.row(65_535, "b\0")], rows, "the rows");
      equal(await again.usage(1), usage, "the usage");
      equal(keysOf(await again.all(1, { index: 2 })), ["a"], "an index");
      equal((await again.put([setRow(1, "d", "")])).version, version + 1, "the next commit's version");
    },
    { requires: ["reopens"] },
  ),

  storeScenario(
    "store-life/reopen-often",
    "versions go on and counts stay exact over many short lives",
    async (context) => {
      const first = (await context.store.put([setRow(1, "key 0", "")])).version;
      for (let life = 1; life <= 4; life++) {
        const store = await context.reopen();
        equal((await store.put([setRow(1, `key ${life}`, "")])).version, first + life, "the version");
        equal((await store.usage(1)).entries, life + 1, "the number of rows");
      }
    },
    { requires: ["reopens"] },
  ),

  storeScenario(
    "store-life/close-twice",
    "closing a second time does nothing, also at the same time",
    async (context) => {
      const { store } = context;
      await store.put([setRow(1, "a", "")]);
      await Promise.all([store.close(), store.close()]);
      await store.close();
      const again = await context.reopen();
      equal(keysOf(await again.all(1)), ["a"], "the rows");
    },
    { requires: ["reopens"] },
  ),

  storeScenario(
    "store-life/close-waits",
    "commits under way when the store is closed are carried out",
    async (context) => {
      const { store } = context;
      const commits = Array.from({ length: 5 }, (_, at) => store.put([setRow(1, `key ${at}`, "x".repeat(10_000))]));
      const settled = Promise.allSettled(commits);
      await store.close();
      equal(
        (await settled).map(({ status }) => status),
        commits.map(() => "fulfilled"),
        "how the commits ended",
      );
      equal((await (await context.reopen()).usage(1)).entries, 5, "the number of rows");
    },
    { requires: ["reopens"] },
  ),

  storeScenario(
    "store-life/destroy",
    "destroying deletes all tables; what is opened then is empty and works",
    async (context) => {
      await context.store.put([setRow(1, "a", "1", { lines: [[1, "x"]] }), setRow(256, "b", "2")]);
      await context.store.store.destroy();
      const store = await context.reopen();
      for (const table of [1, 256]) {
        equal(await store.usage(table), { entries: 0, bytes: 0, version: 0 }, `the usage of table ${table}`);
        equal(keysOf(await store.all(table)), [], `the rows of table ${table}`);
      }
      equal(keysOf(await store.all(1, { index: 1 })), [], "an index");
      await store.put([setRow(1, "c", "3")]);
      equal((await store.row(1, "c"))?.value, "3", "a row set afterwards");
    },
    { requires: ["reopens"] },
  ),

  storeScenario(
    "store-life/destroy-closed",
    "a store that was closed before can be destroyed",
    async (context) => {
      await context.store.put([setRow(1, "a", "1")]);
      await context.store.close();
      await context.store.store.destroy();
      equal((await (await context.reopen()).usage(1)).entries, 0, "the number of rows");
    },
    { requires: ["reopens"] },
  ),
];
