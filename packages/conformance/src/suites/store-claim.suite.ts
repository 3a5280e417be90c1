import type { Check, SetOperation } from "@cache/core/spi";
import { equal, ok } from "../assert.ts";
import { bytes, deleteRow, deleteRows, keysOf, NOW, type RowOptions, setRow, touchRow, trimRows } from "../rows.ts";
import { type StoreScenario, storeScenario } from "../scenario.ts";
import { together } from "../turns.ts";
import type { StoreFace } from "../store-face.ts";

/** The unique index of these scenarios. */
const INDEX = 17;

/** A row with an entry that is marked as unique. */
function holding(key: string, line: string, options: RowOptions = {}): SetOperation {
  return setRow(1, key, "", { ...options, unique: [[INDEX, line]] });
}

function isFree(line: string, key: string): Check {
  return { type: "unique", table: 1, index: INDEX, bytes: bytes(line), key: bytes(key) };
}

/** Sets a row with an entry if no other has it; tells whether that was refused. */
async function isRefused(store: StoreFace, key: string, line: string, now: number = NOW): Promise<boolean> {
  return (await store.attempt([isFree(line, key)], [holding(key, line)], now)) !== undefined;
}

async function keys(store: StoreFace): Promise<string[]> {
  return keysOf(await store.all(1));
}

/** Unique checks of entries that are marked as unique, which a store may leave to an index of its engine. */
export const storeClaimSuite: readonly StoreScenario[] = [
  storeScenario(
    "store-claim/taken",
    "a marked entry of a live row is refused to others, and the row's own stays its own",
    async ({ store }) => {
      ok(!(await isRefused(store, "a", "x")), "a free entry to be given");
      equal(await store.attempt([isFree("w", "c"), isFree("x", "b")], [holding("c", "w"), holding("b", "x")]), 1, "the failed check");
      equal(await keys(store), ["a"], "the rows after a refusal");
      ok(!(await isRefused(store, "a", "x")), "a row to keep its entry");
      ok(!(await isRefused(store, "a", "y")), "a row to take another entry");
      ok(!(await isRefused(store, "b", "x")), "what it gave up to be free");
      ok(await isRefused(store, "a", "x"), "what another has taken to be refused");
      const elsewhere = setRow(2, "z", "", { unique: [[INDEX, "x"]] });
      const other = setRow(1, "z", "", { unique: [[INDEX + 1, "x"]] });
      const checks = [elsewhere, other].map(({ table, key, entries }): Check[] =>
        entries.map((entry) => ({ type: "unique", table, key, index: entry.index, bytes: entry.bytes })),
      );
      equal(await store.attempt(checks.flat(), [elsewhere, other]), undefined, "the same bytes in another table and another index");
    },
  ),

  storeScenario("store-claim/neighbours", "marked entries that sort beside each other are told apart", async ({ store }) => {
    const lines = ["mm", "mn", "mo", "m\x00", "m\xff", "\xff\xff"];
    for (const [at, line] of lines.entries()) ok(!(await isRefused(store, `${at}`, line)), "each entry to be free");
    for (const [at, line] of lines.entries()) ok(await isRefused(store, `${at}0`, line), "each entry to be taken");
  }),

  storeScenario("store-claim/several", "a row holds several marked entries, and loses those that it is set without", async ({ store }) => {
    const row = (...lines: string[]) => setRow(1, "a", "", { unique: lines.map((line) => [INDEX, line]), lines: [[2, "x"]] });
    await store.put([row("x", "y", "z")]);
    for (const line of ["x", "y", "z"]) ok(await isRefused(store, "b", line), `entry ${line} to be taken`);
    await store.put([row("y")]);
    equal([await isRefused(store, "b", "x"), await isRefused(store, "c", "y"), await isRefused(store, "d", "z")], [false, true, false]);
  }),

  storeScenario("store-claim/one", "a page of one live row within bounds finds it by whatever its entry begins with", async ({ store }) => {
    await store.put([holding("a", "x0;"), holding("b", "x1;", { expiresAt: NOW }), holding("c", "x1:"), holding("d", "y0;")]);
    const first = async (from: string, to: string, isOfEntry = false): Promise<string[]> => {
      const bounds = { gte: bytes(from), lt: bytes(to), liveAt: NOW };
      return keysOf((await store.range(1, { index: INDEX, isUnique: true, isOfEntry, ...bounds, limit: 1 })).rows);
    };
    equal(await first("x", "y"), ["a"], "the first of several");
    equal(await first("x0", "x1"), ["a"], "the only one");
    equal(await first("x0;", "x0<", true), ["a"], "that of an entry");
    equal(await first("x1:", "x1;", true), ["c"], "that of another");
    equal(await first("x1;", "x1<", true), [], "that of an entry whose row has expired");
    equal(await first("y0;", "y0<"), ["d"], "that of an entry, asked for as by bounds");
    equal(await first("x2;", "x2<", true), [], "that of an entry which no row has");
  }),

  storeScenario("store-claim/expired", "an expired row's marked entry is free, though the row is still there", async ({ store }) => {
    await store.put([holding("old", "x", { expiresAt: NOW }), holding("older", "y", { expiresAt: NOW - 1 })]);
    equal(await store.attempt([isFree("x", "a"), isFree("y", "b")], [holding("a", "x"), holding("b", "y")]), undefined, "the failed check");
    equal(await keys(store), ["a", "b", "old", "older"], "the rows");
    equal((await store.row(1, "old"))?.lines, [`${INDEX}:x`], "the expired row's entries");
    ok(await isRefused(store, "c", "x"), "the entry to be taken now");
    equal(keysOf(await store.all(1, { index: INDEX })), ["a", "old", "b", "older"], "the index");
    ok(!(await isRefused(store, "old", "z")), "the expired row to take another entry");
  }),

  storeScenario("store-claim/two-clocks", "who asks by an earlier clock sees a row live that others found expired", async ({ store }) => {
    await store.put([holding("old", "x", { expiresAt: NOW + 10 })]);
    ok(!(await isRefused(store, "a", "x", NOW + 10)), "the entry to be free once its row is expired");
    await store.put([deleteRow(1, "a")]);
    ok(await isRefused(store, "b", "x", NOW + 9), "the entry to be taken while its row is live");
    ok(!(await isRefused(store, "b", "x", NOW + 10)), "it to be free later on");
  }),

  storeScenario("store-claim/revived", "an expired row that a touch by an earlier clock keeps alive has its entry", async ({ store }) => {
    await store.put([holding("old", "x", { expiresAt: NOW + 10 })]);
    ok(!(await isRefused(store, "a", "x", NOW + 10)), "the entry to be free once its row is expired");
    await store.put([touchRow(1, "old", { expiresAt: NOW + 100 })], NOW + 9);
    await store.put([deleteRow(1, "a")]);
    ok(await isRefused(store, "b", "x", NOW + 50), "the entry to be taken");
    ok(!(await isRefused(store, "b", "x", NOW + 100)), "it to be free when the row is expired again");
  }),

  storeScenario("store-claim/deleted-after", "what a batch gives up later is not free for what comes before", async ({ store }) => {
    const givingUp = [
      deleteRow(1, "a"),
      deleteRows(1, { lt: "b" }),
      trimRows(1, 2, { maxEntries: 0 }),
      setRow(1, "a", ""),
      touchRow(1, "a", { indexes: [INDEX] }),
      touchRow(1, "a", { expiresAt: NOW }),
    ];
    for (const operation of givingUp)
      for (const key of ["b", "0"]) {
        await store.put([deleteRows(1), holding("a", "x", { lines: [[2, "0"]] })]);
        equal(await store.attempt([isFree("x", key)], [holding(key, "x"), operation]), 0, `the failed check before a ${operation.type}`);
        equal(await keys(store), ["a"], `the rows before a ${operation.type}`);
      }
  }),

  storeScenario(
    "store-claim/deleted-before",
    "what a batch gave up before either counts as free or is refused, as a whole",
    async ({ store }) => {
      for (const operation of [deleteRow(1, "a"), deleteRows(1, { lt: "b" }), holding("a", "y"), touchRow(1, "a", { indexes: [INDEX] })])
        for (const key of ["b", "0"]) {
          await store.put([deleteRows(1), holding("a", "x")]);
          const failed = await store.attempt([isFree("x", key)], [operation, holding(key, "x")]);
          const holders = await store.all(1, { index: INDEX, gte: bytes("x"), lt: bytes("y") });
          equal(keysOf(holders), [failed === undefined ? key : "a"], `the rows with the entry after a ${operation.type}`);
        }
    },
  ),

  storeScenario("store-claim/swap", "rows may swap their marked entries where nothing checks them", async ({ store }) => {
    await store.put([holding("a", "1"), holding("b", "2"), holding("c", "3"), holding("d", "4")]);
    await store.put([holding("a", "2"), holding("b", "3"), holding("c", "1"), deleteRow(1, "d"), holding("e", "4")]);
    equal(keysOf(await store.all(1, { index: INDEX })), ["c", "a", "b", "e"], "the index");
    for (const line of ["1", "2", "3", "4"]) ok(await isRefused(store, "z", line), `entry ${line} to be taken`);
    equal((await store.usage(1)).entries, 4, "the number of rows");
    await store.put([deleteRow(1, "b")]);
    ok(!(await isRefused(store, "z", "3")), "the deleted row's entry to be free");
  }),

  storeScenario(
    "store-claim/unchecked",
    "rows that were written unchecked may have the same marked entry: it is taken while one of them is live",
    async ({ store }) => {
      await store.put([holding("a", "x")]);
      await store.put([holding("b", "x", { expiresAt: NOW + 10 }), holding("c", "x"), setRow(1, "d", "")]);
      await store.put([touchRow(1, "d", { indexes: [INDEX], unique: [[INDEX, "x"]] })]);
      equal(keysOf(await store.all(1, { index: INDEX })), ["a", "b", "c", "d"], "the index");
      const gone = [deleteRow(1, "a"), deleteRow(1, "c"), touchRow(1, "d", { indexes: [INDEX] })];
      for (const operation of gone) {
        for (const key of ["a", "b", "e"]) ok(await isRefused(store, key, "x"), "the entry to be taken");
        await store.put([operation]);
      }
      ok(await isRefused(store, "e", "x"), "the entry to be taken by the last of them");
      ok(!(await isRefused(store, "e", "x", NOW + 10)), "it to be free when that is expired");
      await store.put([deleteRows(1)]);
      ok(!(await isRefused(store, "f", "x")), "it to be free in an empty table");
    },
  ),

  storeScenario("store-claim/twice", "a row that a batch writes several times ends up with its last entries", async ({ store }) => {
    equal(await store.attempt([isFree("y", "a")], [holding("a", "x"), holding("a", "y")]), undefined, "the failed check");
    equal([await isRefused(store, "b", "x"), await isRefused(store, "c", "y")], [false, true], "whether the entries are taken");
    const operations = [holding("d", "x"), deleteRow(1, "b"), holding("d", "x")];
    equal(await store.attempt([isFree("x", "d")], operations), 0, "the failed check of a row set before and after");
    equal(await keys(store), ["a", "b"], "the rows");
  }),

  storeScenario("store-claim/touched", "a marked entry that a touch brings or takes away is taken or free", async ({ store }) => {
    await store.put([setRow(1, "a", "1", { lines: [[2, "z"]] })]);
    await store.put([touchRow(1, "a", { indexes: [INDEX], unique: [[INDEX, "x"]] })]);
    ok(await isRefused(store, "b", "x"), "the entry to be taken");
    await store.put([touchRow(1, "a", { expiresAt: NOW + 5, indexes: [2] })]);
    ok(await isRefused(store, "b", "x"), "the entry to be taken after a touch of others");
    await store.put([touchRow(1, "a", { indexes: [INDEX] })]);
    ok(!(await isRefused(store, "b", "x")), "the entry to be free");
  }),

  storeScenario("store-claim/which", "of several checks that fail, the first is named", async ({ store }) => {
    await store.put([holding("a", "x"), holding("b", "y")]);
    const isAbsent: Check = { type: "version", table: 1, key: bytes("a"), version: undefined };
    const operations = [holding("c", "x"), holding("d", "w"), holding("e", "y")];
    const [x, w, y] = [isFree("x", "c"), isFree("w", "d"), isFree("y", "e")];
    equal(await store.attempt([x, isAbsent], operations), 0, "an entry before a version");
    equal(await store.attempt([w, isAbsent, y], operations), 1, "a version before an entry");
    equal(await store.attempt([w, y, x], operations), 1, "an entry before another");
  }),

  storeScenario(
    "store-claim/many",
    "of many rows, new ones and others, all are written, or none when one entry is taken",
    async ({ store }) => {
      const rows = (from: number, to: number) =>
        Array.from({ length: to - from }, (_, at) => holding(`k${from + at}`, `line ${from + at};`));
      const checksOf = (sets: readonly SetOperation[]) =>
        sets.flatMap(({ table, key, entries }) =>
          entries.map((entry): Check => ({ type: "unique", table, key, index: entry.index, bytes: entry.bytes })),
        );
      const attempt = (sets: readonly SetOperation[]) => store.attempt(checksOf(sets), sets);
      equal(await attempt(rows(0, 300)), undefined, "the failed check of new rows");
      equal(await attempt(rows(200, 500)), undefined, "the failed check of new rows and old ones");
      for (const place of [0, 7, 299])
        equal(await attempt(rows(500, 800).with(place, holding("other", "line 3;"))), place, "the failed check");
      for (const place of [0, 299]) equal(await attempt(rows(300, 600).with(place, holding("k2", "line 3;"))), place, "the failed check");
      equal((await store.usage(1)).entries, 500, "the number of rows");
    },
  ),

  storeScenario(
    "store-claim/race",
    "of several batches of several stores that claim an entry at once, one is carried out",
    async (context) => {
      const stores = [context.store, await context.another()];
      for (let round = 0; round < 10; round++) {
        const outcomes = await together(
          [0, 1, 2, 3].map(async (at) => isRefused(stores[at % 2] ?? context.store, `${round} by ${at}`, `line ${round};`)),
        );
        equal(outcomes.filter((refused) => !refused).length, 1, "the number of batches carried out");
      }
      equal((await context.store.usage(1)).entries, 10, "the number of rows");
    },
    { requires: ["shares"] },
  ),
];
