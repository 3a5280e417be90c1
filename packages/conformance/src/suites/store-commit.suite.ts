import { equal, ok } from "../assert.ts";
import { bytes, deleteRow, deleteRows, keysOf, NOW, setRow, touchRow, trimRows } from "../rows.ts";
import { type StoreScenario, storeScenario } from "../scenario.ts";

/** What a commit does and answers. */
export const storeCommitSuite: readonly StoreScenario[] = [
  storeScenario("store-commit/count-set", "set counts 1 when it replaced a live row, 0 for a new or an expired one", async ({ store }) => {
    await store.put([setRow(1, "live", "", { expiresAt: NOW + 1 }), setRow(1, "expired", "", { expiresAt: NOW })]);
    const { counts } = await store.put([setRow(1, "live", ""), setRow(1, "expired", ""), setRow(1, "new", "")]);
    equal([...counts], [1, 0, 0]);
  }),

  storeScenario("store-commit/count-delete", "delete counts 1 for a live row, 0 for an absent or an expired one", async ({ store }) => {
    await store.put([setRow(1, "live", "", { expiresAt: NOW + 1 }), setRow(1, "expired", "", { expiresAt: NOW })]);
    const { counts } = await store.put([deleteRow(1, "live"), deleteRow(1, "expired"), deleteRow(1, "absent")]);
    equal([...counts], [1, 0, 0]);
    equal(keysOf(await store.all(1)), [], "the rows: the expired one is removed too");
  }),

  storeScenario("store-commit/count-delete-range", "deleteRange counts the live rows and removes the expired too", async ({ store }) => {
    await store.put(["a", "b", "c", "d"].map((key, at) => setRow(1, key, "", { expiresAt: at % 2 === 0 ? NOW : Infinity })));
    const { counts } = await store.put([deleteRows(1, { gte: "a", lt: "d" })]);
    equal([...counts], [1]);
    equal(keysOf(await store.all(1)), ["d"], "the rows");
  }),

  storeScenario(
    "store-commit/counts-in-order",
    "there is one count per operation, in their order, each seeing those before",
    async ({ store }) => {
      await store.put([setRow(1, "a", "")]);
      const { counts } = await store.put([
        deleteRow(1, "a"),
        deleteRow(1, "a"),
        setRow(1, "a", ""),
        setRow(1, "a", ""),
        touchRow(1, "a", { expiresAt: NOW + 1 }),
        touchRow(1, "b", { expiresAt: NOW + 1 }),
        setRow(2, "a", "", { lines: [[1, "x"]] }),
        deleteRows(1),
        trimRows(2, 1, { maxEntries: 0 }),
        setRow(1, "a", ""),
      ]);
      equal([...counts], [1, 0, 0, 1, 1, 0, 0, 1, 1, 0]);
    },
  ),

  storeScenario("store-commit/order", "operations take effect in their order", async ({ store }) => {
    await store.put([setRow(1, "a", "1"), deleteRow(1, "a"), setRow(1, "b", "1"), deleteRows(1), setRow(1, "c", "1"), setRow(1, "c", "2")]);
    equal(keysOf(await store.all(1)), ["c"], "the rows");
    equal((await store.row(1, "c"))?.value, "2", "the row set twice");
    await store.put([deleteRow(1, "c"), setRow(1, "c", "3")]);
    equal((await store.row(1, "c"))?.value, "3", "the row deleted and set");
  }),

  storeScenario("store-commit/expired-in-batch", "a row set already expired counts as such in the same batch", async ({ store }) => {
    const { counts } = await store.put([
      setRow(1, "a", "", { expiresAt: NOW }),
      setRow(1, "a", "", { expiresAt: NOW - 1 }),
      deleteRow(1, "a"),
    ]);
    equal([...counts], [0, 0, 0]);
    equal(keysOf(await store.all(1)), [], "the rows");
  }),

  storeScenario("store-commit/now", "a batch's own `now` decides what is live, not the system's time", async ({ store }) => {
    await store.put([setRow(1, "a", "", { expiresAt: 1000 }), setRow(1, "b", "", { expiresAt: 2 ** 45 })], 10);
    const early = await store.put([setRow(1, "a", "", { expiresAt: 1000 })], 999);
    equal([...early.counts], [1], "the count at a moment long past");
    const late = await store.put([deleteRow(1, "a"), deleteRow(1, "b")], 2 ** 45);
    equal([...late.counts], [0, 0], "the counts at a moment far ahead");
  }),

  storeScenario(
    "store-commit/versions",
    "each commit's version is one more than the last one's, and the rows it set carry it",
    async ({ store }) => {
      const first = await store.put([setRow(1, "a", ""), setRow(2, "b", "")]);
      const second = await store.put([setRow(1, "c", "")]);
      const third = await store.put([deleteRow(1, "c"), setRow(1, "a", "")]);
      equal([second.version - first.version, third.version - first.version], [1, 2], "the steps");
      ok(Number.isSafeInteger(first.version) && first.version > 0, "a positive whole version");
      equal([(await store.row(1, "a"))?.version, (await store.row(2, "b"))?.version], [third.version, first.version], "the rows' versions");
    },
  ),

  storeScenario("store-commit/failed-version", "a batch that fails its checks makes no version", async ({ store }) => {
    const first = await store.put([setRow(1, "a", "")]);
    equal(
      await store.attempt([{ type: "version", table: 1, key: bytes("a"), version: undefined }], [setRow(1, "b", "")]),
      0,
      "the failed check",
    );
    equal((await store.put([setRow(1, "c", "")])).version, first.version + 1, "the next commit's version");
  }),

  storeScenario("store-commit/checks-alone", "a batch of checks without operations tells whether they hold", async ({ store }) => {
    const { version } = await store.put([setRow(1, "a", "")]);
    const result = await store.commit({ now: NOW, checks: [{ type: "version", table: 1, key: bytes("a"), version }], operations: [] });
    equal([result.ok, result.ok && [...result.counts], result.ok && [...result.trimmed]], [true, [], []]);
    equal(await store.attempt([{ type: "version", table: 1, key: bytes("a"), version: version + 1 }], []), 0, "the failed check");
    equal((await store.usage(1)).version, version, "the table's version: nothing was written");
  }),

  storeScenario("store-commit/all-or-nothing", "a batch with a failing check changes nothing at all", async ({ store }) => {
    await store.put([setRow(1, "a", "1", { expiresAt: NOW + 5, lines: [[1, "x"]] }), setRow(2, "b", "1", { lines: [[2, "y"]] })]);
    const before = await Promise.all([store.all(1), store.all(2), store.usage(1), store.usage(2)]);
    const failed = await store.attempt(
      [
        { type: "version", table: 1, key: bytes("absent"), version: undefined },
        { type: "unique", table: 1, index: 1, bytes: bytes("x"), key: bytes("c") },
      ],
      [
        setRow(1, "a", "2", { lines: [[1, "z"]] }),
        setRow(1, "c", "2", { lines: [[1, "x"]] }),
        deleteRow(2, "b"),
        deleteRows(2),
        touchRow(1, "a", { expiresAt: NOW + 9 }),
        trimRows(2, 2, { maxEntries: 0 }),
        setRow(256, "d", "2"),
      ],
    );
    equal(failed, 1, "the failed check");
    equal(await Promise.all([store.all(1), store.all(2), store.usage(1), store.usage(2)]).then(flatten), flatten(before), "the tables");
    equal(keysOf(await store.all(256)), [], "the rows of a table that only the failed batch wrote to");
    equal(keysOf(await store.all(1, { index: 1 })), ["a"], "the index");
  }),

  storeScenario("store-commit/several-tables", "one batch writes to several tables at once", async ({ store }) => {
    const { version } = await store.put([1, 2, 255, 256, 65_535].map((table) => setRow(table, "key", `${table}`)));
    for (const table of [1, 2, 255, 256, 65_535]) equal((await store.row(table, "key"))?.version, version, "the row's version");
  }),

  storeScenario("store-commit/large", "a batch may hold thousands of operations", async ({ store }) => {
    const keys = Array.from({ length: 5000 }, (_, at) => `key ${String(at).padStart(5, "0")}`);
    const set = await store.put(keys.map((key) => setRow(1, key, key)));
    equal(set.counts.length, keys.length, "the number of counts");
    const { counts } = await store.put(keys.map((key, at) => (at % 2 === 0 ? deleteRow(1, key) : setRow(1, key, ""))));
    ok(
      counts.every((count) => count === 1),
      "a count of 1 for each operation",
    );
    equal((await store.usage(1)).entries, 2500, "the number of rows left");
  }),

  storeScenario("store-commit/concurrent", "commits made without waiting take effect one after the other", async ({ store }) => {
    const results = await Promise.all(
      Array.from({ length: 20 }, (_, at) => store.put([setRow(1, "a", `${at}`), setRow(1, `key ${at}`, "")])),
    );
    const versions = results.map(({ version }) => version);
    const first = versions[0] ?? 0;
    equal(
      versions,
      versions.map((_, at) => first + at),
      "their versions, in the order of the calls",
    );
    equal((await store.row(1, "a"))?.value, "19", "the row that all of them set");
    equal((await store.usage(1)).entries, 21, "the number of rows");
  }),
];

/** Rows and usages as text: what a failed batch must leave the same. */
function flatten(parts: unknown): string {
  return JSON.stringify(parts, (_, value: unknown) =>
    value === Infinity ? "never" : value instanceof Uint8Array ? Array.from(value) : value,
  );
}
