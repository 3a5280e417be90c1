import { equal, ok } from "../assert.ts";
import { bytes, deleteRows, keysOf, setRow, touchRow, trimRows } from "../rows.ts";
import { type StoreScenario, storeScenario } from "../scenario.ts";
import { together } from "../turns.ts";

const requires = ["shares"] as const;

/** Several stores open on the same data at once. */
export const storeSharedSuite: readonly StoreScenario[] = [
  storeScenario(
    "store-shared/sees-others",
    "what one store commits, another sees once the commit has settled",
    async (context) => {
      const other = await context.another();
      await context.store.put([setRow(1, "a", "1", { lines: [[1, "x"]] })]);
      equal((await other.row(1, "a"))?.value, "1", "the row");
      equal(keysOf(await other.all(1, { index: 1 })), ["a"], "the index");
      await other.put([setRow(1, "a", "2", { lines: [[1, "y"]] }), setRow(1, "b", "")]);
      equal((await context.store.row(1, "a"))?.value, "2", "the row set by the other");
      equal((await context.store.usage(1)).entries, 2, "the number of rows");
    },
    { requires },
  ),

  storeScenario(
    "store-shared/versions",
    "commits of all stores share one sequence of versions",
    async (context) => {
      const other = await context.another();
      const first = (await context.store.put([setRow(1, "a", "")])).version;
      const versions = [
        (await other.put([setRow(1, "b", "")])).version,
        (await context.store.put([setRow(2, "a", "")])).version,
        (await other.put([setRow(2, "b", "")])).version,
      ];
      equal(versions, [first + 1, first + 2, first + 3]);
      equal([(await other.usage(1)).version, (await context.store.usage(2)).version], [first + 1, first + 3], "the tables' versions");
    },
    { requires },
  ),

  storeScenario(
    "store-shared/usage",
    "counts stay exact while both write, whatever they write",
    async (context) => {
      const other = await context.another();
      const { store } = context;
      for (let round = 0; round < 5; round++) {
        await store.put([setRow(1, `a${round}`, "12", { lines: [[1, "x"]] }), setRow(1, "both", "1")]);
        await other.put([setRow(1, `b${round}`, "1234"), setRow(1, "both", "123456"), touchRow(1, `a${round}`, { indexes: [1] })]);
      }
      await store.put([deleteRows(1, { gte: "b0", lte: "b1" })]);
      await other.put([setRow(1, "c", "", { lines: [[1, "0"]] }), trimRows(1, 1, { lt: "1" })]);
      const usage = await store.usage(1);
      equal([usage.entries, usage.bytes], [5 + 3 + 1, 5 * 4 + 3 * 6 + 10]);
      equal(await other.usage(1), usage, "what the other says");
    },
    { requires },
  ),

  storeScenario(
    "store-shared/checks",
    "a check of one store sees what the other wrote",
    async (context) => {
      const other = await context.another();
      const { version } = await context.store.put([setRow(1, "a", "1", { lines: [[1, "x"]] })]);
      await other.put([setRow(1, "a", "2", { lines: [[1, "y"]] })]);
      equal(await context.store.attempt([{ type: "version", table: 1, key: bytes("a"), version }], []), 0, "the version check");
      equal(await context.store.attempt([{ type: "table", table: 1, version }], []), 0, "the table check");
      equal(
        await context.store.attempt([{ type: "unique", table: 1, index: 1, bytes: bytes("y"), key: bytes("b") }], []),
        0,
        "the unique check",
      );
      equal(
        await context.store.attempt([{ type: "unique", table: 1, index: 1, bytes: bytes("x"), key: bytes("b") }], []),
        undefined,
        "a freed entry",
      );
    },
    { requires },
  ),

  storeScenario(
    "store-shared/loses-nothing",
    "commits made on several stores at once are all carried out, each in its own version",
    async (context) => {
      const stores = [context.store, await context.another(), await context.another()];
      const commits = await together(
        Array.from({ length: 45 }, (_, at) =>
          (stores[at % 3] ?? context.store).put([setRow(1, `key ${at}`, `${at}`), setRow(1, "all", `${at}`)]),
        ),
      );
      const versions = commits.map(({ version }) => version).toSorted((a, b) => a - b);
      equal(
        versions,
        versions.map((_, at) => (versions[0] ?? 0) + at),
        "the versions",
      );
      for (const store of stores) equal((await store.usage(1)).entries, 46, "the number of rows");
    },
    { requires },
  ),

  storeScenario(
    "store-shared/counter",
    "stores that add to one row under a version check lose no addition",
    async (context) => {
      const stores = [context.store, await context.another()];
      await context.store.put([setRow(1, "count", "0")]);
      const add = async (store: (typeof stores)[number]): Promise<void> => {
        for (let added = 0, attempts = 0; added < 5; attempts++) {
          ok(attempts < 1000, "a store to see what the other wrote, sooner or later");
          const row = await store.row(1, "count");
          const check = { type: "version", table: 1, key: bytes("count"), version: row?.version } as const;
          if ((await store.attempt([check], [setRow(1, "count", `${Number(row?.value) + 1}`)])) === undefined) added++;
        }
      };
      await together(stores.map(add));
      equal((await context.store.row(1, "count"))?.value, "10", "the count");
    },
    { requires },
  ),

  storeScenario(
    "store-shared/one-snapshot",
    "reads that one store is asked for in one turn see one moment, though another store writes meanwhile",
    async (context) => {
      const other = await context.another();
      await context.store.put([setRow(1, "a", "0"), setRow(1, "z", "0")]);
      for (let round = 1; round <= 10; round++) {
        const commit = other.put([setRow(1, "a", `${round}`), setRow(1, "z", `${round}`)]);
        const reads = [
          context.store.usage(1),
          context.store.get(1, "a"),
          context.store.getMany(1, ["z"]),
          context.store.range(1, { limit: 5 }),
        ] as const;
        const [{ version }, a, [z], page] = await together(reads);
        await commit;
        const versions = [version, a?.version, z?.version, ...page.rows.map(({ stored }) => stored?.version)];
        equal(new Set(versions).size, 1, "the number of versions seen");
      }
    },
    { requires: ["shares", "async"] },
  ),

  storeScenario(
    "store-shared/closing-one",
    "closing one store leaves the other at work",
    async (context) => {
      const other = await context.another();
      await other.put([setRow(1, "a", "1")]);
      await other.close();
      await context.store.put([setRow(1, "b", "2")]);
      equal([(await context.store.row(1, "a"))?.value, (await context.store.row(1, "b"))?.value], ["1", "2"]);
      const third = await context.another();
      equal((await third.usage(1)).entries, 2, "the number of rows for a store opened later");
    },
    { requires },
  ),
];
