import type { Check } from "@cache/core/spi";
import { equal } from "../assert.ts";
import { bytes, deleteRow, deleteRows, keysOf, NOW, setRow, touchRow, trimRows } from "../rows.ts";
import { type StoreScenario, storeScenario } from "../scenario.ts";

function isVersion(key: string, version: number | undefined, table = 1): Check {
  return { type: "version", table, key: bytes(key), version };
}

function isDeadline(key: string, version: number, expiresAt: number): Check {
  return { type: "version", table: 1, key: bytes(key), version, expiresAt };
}

function isUnique(line: string, key: string, index = 1, table = 1): Check {
  return { type: "unique", table, index, bytes: bytes(line), key: bytes(key) };
}

function isTable(version: number, table = 1): Check {
  return { type: "table", table, version };
}

/** The conditions a batch may depend on. */
export const storeCheckSuite: readonly StoreScenario[] = [
  storeScenario("store-check/version", "a version check holds for the row's very version", async ({ store }) => {
    const first = await store.put([setRow(1, "a", "1")]);
    equal(await store.attempt([isVersion("a", first.version)], [setRow(1, "a", "2")]), undefined, "the check of the right version");
    equal(await store.attempt([isVersion("a", first.version)], [setRow(1, "a", "3")]), 0, "the check of an old version");
    equal(await store.attempt([isVersion("a", first.version + 100)], [setRow(1, "a", "3")]), 0, "the check of a version to come");
    equal((await store.row(1, "a"))?.value, "2", "the row");
  }),

  storeScenario("store-check/absent", "a check for absence holds for absent and expired rows alone", async ({ store }) => {
    await store.put([setRow(1, "live", "", { expiresAt: NOW + 1 }), setRow(1, "expired", "", { expiresAt: NOW })]);
    equal(await store.attempt([isVersion("absent", undefined)], []), undefined, "for an absent row");
    equal(await store.attempt([isVersion("expired", undefined)], []), undefined, "for an expired row");
    equal(await store.attempt([isVersion("live", undefined)], []), 0, "for a live row");
  }),

  storeScenario("store-check/expired-version", "a version check fails for an absent or an expired row", async ({ store }) => {
    const { version } = await store.put([setRow(1, "a", "", { expiresAt: NOW })]);
    equal(await store.attempt([isVersion("a", version)], []), 0, "for an expired row of this version");
    equal(await store.attempt([isVersion("b", version)], []), 0, "for an absent row");
    equal(await store.attempt([isVersion("a", version, 2)], []), 0, "for the key in another table");
  }),

  storeScenario("store-check/deleted-and-set", "a row deleted and set again has another version", async ({ store }) => {
    const { version } = await store.put([setRow(1, "a", "1")]);
    await store.put([deleteRow(1, "a")]);
    await store.put([setRow(1, "a", "1")]);
    equal(await store.attempt([isVersion("a", version)], []), 0);
  }),

  storeScenario("store-check/touched", "touching a row leaves its version", async ({ store }) => {
    const { version } = await store.put([setRow(1, "a", "1")]);
    await store.put([touchRow(1, "a", { expiresAt: NOW + 10, indexes: [1], lines: [[1, "x"]] })]);
    equal(await store.attempt([isVersion("a", version)], []), undefined);
  }),

  storeScenario(
    "store-check/deadline",
    "a version check that names a deadline holds for a row with this very deadline",
    async ({ store }) => {
      const { version } = await store.put([setRow(1, "a", "", { expiresAt: NOW + 10 }), setRow(1, "b", "")]);
      equal(
        await store.attempt([isDeadline("a", version, NOW + 10), isDeadline("b", version, Infinity)], []),
        undefined,
        "for the deadlines",
      );
      equal(await store.attempt([isDeadline("a", version, NOW + 11)], []), 0, "for another deadline");
      equal(await store.attempt([isDeadline("a", version, Infinity)], []), 0, "for none, of a row with one");
      equal(await store.attempt([isDeadline("b", version, NOW + 10)], []), 0, "for one, of a row with none");
      equal(await store.attempt([isDeadline("a", version + 1, NOW + 10)], []), 0, "for another version");
      await store.put([touchRow(1, "a", { expiresAt: NOW + 20, indexes: [], lines: [] })]);
      equal(await store.attempt([isDeadline("a", version, NOW + 10)], []), 0, "for the deadline before a touch");
      equal(await store.attempt([isDeadline("a", version, NOW + 20)], []), undefined, "for the deadline after it");
    },
  ),

  storeScenario("store-check/unique", "a unique check fails while another live row has the entry", async ({ store }) => {
    await store.put([
      setRow(1, "a", "", {
        lines: [
          [1, "x"],
          [1, "y"],
        ],
      }),
      setRow(1, "b", "", { lines: [[2, "z"]] }),
    ]);
    equal(await store.attempt([isUnique("x", "b")], []), 0, "for an entry that is taken");
    equal(await store.attempt([isUnique("y", "b")], []), 0, "for the second entry of a row");
    equal(await store.attempt([isUnique("x", "a")], []), undefined, "for the row's own entry");
    equal(await store.attempt([isUnique("w", "b")], []), undefined, "for a free entry");
    equal(await store.attempt([isUnique("z", "a", 1)], []), undefined, "for an entry of another index");
    equal(await store.attempt([isUnique("x", "b", 1, 2)], []), undefined, "for an entry of another table");
    equal(await store.attempt([isUnique("x", "a"), isUnique("z", "a", 2)], []), 1, "for the entry of another row, after one's own");
  }),

  storeScenario(
    "store-check/unique-key-order",
    "a unique check sees the other row whether its key is lower or higher",
    async ({ store }) => {
      await store.put(["a", "c"].map((key) => setRow(1, key, "", { lines: [[1, "x"]] })));
      equal(await store.attempt([isUnique("x", "a")], []), 0, "from the lower key");
      equal(await store.attempt([isUnique("x", "c")], []), 0, "from the higher key");
      equal(await store.attempt([isUnique("x", "b")], []), 0, "from in between");
    },
  ),

  storeScenario("store-check/unique-expired", "an expired row's entry is free, a live one's behind it is not", async ({ store }) => {
    await store.put([setRow(1, "a", "", { expiresAt: NOW, lines: [[1, "x"]] })]);
    equal(await store.attempt([isUnique("x", "z")], []), undefined, "with an expired row");
    await store.put([setRow(1, "b", "", { expiresAt: NOW + 1, lines: [[1, "x"]] })]);
    equal(await store.attempt([isUnique("x", "z")], []), 0, "with a live row after the expired one");
    equal(await store.attempt([isUnique("x", "b")], []), undefined, "for the live row itself");
  }),

  storeScenario("store-check/unique-freed", "an entry is free once its row is replaced, touched away or deleted", async ({ store }) => {
    await store.put(["a", "b", "c"].map((key, at) => setRow(1, key, "", { lines: [[1, `${at}`]] })));
    await store.put([setRow(1, "a", ""), touchRow(1, "b", { indexes: [1] }), deleteRow(1, "c")]);
    for (const line of ["0", "1", "2"]) equal(await store.attempt([isUnique(line, "z")], []), undefined, `the check of entry ${line}`);
  }),

  storeScenario("store-check/unique-neighbours", "entries that sort beside the one asked for don't count", async ({ store }) => {
    await store.put([
      setRow(1, "x", "", { lines: [[1, "mm"]] }),
      setRow(1, "\0", "", { lines: [[1, "mo"]] }),
      setRow(1, "\xff", "", { lines: [[1, "l\xff"]] }),
    ]);
    equal(await store.attempt([isUnique("mn", "a")], []), undefined, "a free entry between others");
    equal(await store.attempt([isUnique("mo", "a")], []), 0, "a taken one");
  }),

  storeScenario("store-check/table", "a table check fails once the table was written to, and only then", async ({ store }) => {
    await store.put([setRow(1, "a", "", { lines: [[1, "x"]] })]);
    const writes = [
      [setRow(1, "b", "")],
      [deleteRow(1, "b")],
      [setRow(1, "c", ""), setRow(1, "d", "")],
      [deleteRows(1, { gte: "c" })],
      [trimRows(1, 1, { maxEntries: 0 })],
    ];
    for (const operations of writes) {
      const { version } = await store.usage(1);
      equal(await store.attempt([isTable(version)], [setRow(2, "other", "")]), undefined, "before the write");
      await store.put(operations);
      equal(await store.attempt([isTable(version)], []), 0, `after ${operations[0]?.type}`);
    }
  }),

  storeScenario(
    "store-check/table-other",
    "writes to other tables, and touches by which rows live longer, leave a table check holding",
    async ({ store }) => {
      const { version } = await store.put([setRow(1, "a", "", { expiresAt: NOW + 5 })]);
      await store.put([setRow(2, "a", ""), touchRow(1, "a", { expiresAt: NOW + 10 })]);
      equal(await store.attempt([isTable(version)], []), undefined);
      equal(await store.attempt([isTable(version - 1)], []), 0, "the check of an older version");
      equal(await store.attempt([isTable(version + 5)], []), undefined, "the check of a newer version");
      await store.put([touchRow(1, "a", { expiresAt: NOW + 9 })]);
      equal(await store.attempt([isTable(version)], []), 0, "the check, once a row is to live shorter");
    },
  ),

  storeScenario("store-check/before-the-batch", "checks look at the store as it was before the batch", async ({ store }) => {
    const operations = [setRow(1, "a", "", { lines: [[1, "x"]] }), setRow(1, "b", "", { lines: [[1, "x"]] }), deleteRow(1, "gone")];
    const { version } = await store.put([setRow(1, "gone", "")]);
    const checks = [isVersion("a", undefined), isUnique("x", "b"), isVersion("gone", version), isTable(version)];
    equal(await store.attempt(checks, operations), undefined, "the failed check");
    equal(keysOf(await store.all(1)), ["a", "b"], "the rows");
  }),

  storeScenario("store-check/which", "the failed check is named by its place", async ({ store }) => {
    const { version } = await store.put([setRow(1, "a", "", { lines: [[1, "x"]] })]);
    const holding = [isVersion("a", version), isVersion("b", undefined), isUnique("x", "a"), isTable(version)];
    for (const failing of [isVersion("a", undefined), isUnique("x", "b"), isTable(version - 1)]) {
      for (let at = 0; at <= holding.length; at++)
        equal(await store.attempt(holding.toSpliced(at, 0, failing), [setRow(1, "z", "")]), at, "the place of the failed check");
    }
    equal(keysOf(await store.all(1)), ["a"], "the rows");
  }),

  storeScenario("store-check/race", "of several batches that check the same version at once, one is carried out", async ({ store }) => {
    const { version } = await store.put([setRow(1, "a", "0")]);
    const outcomes = await Promise.all(
      Array.from({ length: 8 }, (_, at) =>
        store.attempt([isVersion("a", version)], [setRow(1, "a", `${at + 1}`), setRow(1, `by ${at}`, "")]),
      ),
    );
    equal(outcomes.filter((failed) => failed === undefined).length, 1, "the number of batches carried out");
    equal((await store.usage(1)).entries, 2, "the number of rows");
  }),
];
