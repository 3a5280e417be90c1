import { equal } from "../assert.ts";
import { INDEXES, TABLES } from "../invariants.ts";
import { bytes, deleteRow, deleteRows, keysOf, setRow, text } from "../rows.ts";
import { type StoreScenario, storeScenario } from "../scenario.ts";

/** How tables and indexes are kept apart. */
export const storeTableSuite: readonly StoreScenario[] = [
  storeScenario("store-table/apart", "the same key in several tables is several rows", async ({ store }) => {
    await store.put(TABLES.map((table) => setRow(table, "key", `of ${table}`)));
    for (const table of TABLES) equal((await store.row(table, "key"))?.value, `of ${table}`, `the row of table ${table}`);
    await store.put([deleteRow(256, "key")]);
    for (const table of TABLES) equal((await store.get(table, "key")) !== undefined, table !== 256, `whether table ${table} has the row`);
  }),

  storeScenario("store-table/ranges-apart", "a range without bounds ends with its table, in both directions", async ({ store }) => {
    await store.put(TABLES.flatMap((table) => ["\0", "m", "\xff\xff"].map((key) => setRow(table, key, `${table}`))));
    for (const table of TABLES) {
      for (const reverse of [false, true]) {
        const values = (await store.all(table, { reverse })).map(({ stored }) => stored && text(stored.value));
        equal(values, [`${table}`, `${table}`, `${table}`], `the rows of table ${table}`);
      }
    }
  }),

  storeScenario("store-table/indexes-apart", "an entry is found in its own index of its own table alone", async ({ store }) => {
    await store.put(TABLES.flatMap((table) => INDEXES.map((index) => setRow(table, `row of ${index}`, "", { lines: [[index, "line"]] }))));
    for (const table of TABLES)
      for (const index of INDEXES)
        for (const reverse of [false, true])
          equal(keysOf(await store.all(table, { index, reverse })), [`row of ${index}`], `index ${index} of table ${table}`);
  }),

  storeScenario("store-table/delete-range-apart", "emptying a table leaves the others", async ({ store }) => {
    await store.put(TABLES.map((table) => setRow(table, "key", "", { lines: [[1, "line"]] })));
    await store.put([deleteRows(255)]);
    for (const table of TABLES) {
      const expected = table === 255 ? [] : ["key"];
      equal(keysOf(await store.all(table)), expected, `the rows of table ${table}`);
      equal(keysOf(await store.all(table, { index: 1 })), expected, `index 1 of table ${table}`);
    }
  }),

  storeScenario("store-table/versions-apart", "a table's version is that of the last commit that wrote to it", async ({ store }) => {
    const first = await store.put([setRow(1, "a", ""), setRow(2, "a", "")]);
    const second = await store.put([setRow(2, "b", "")]);
    equal((await store.usage(1)).version, first.version, "the version of the table left alone");
    equal((await store.usage(2)).version, second.version, "the version of the table written to");
  }),

  storeScenario("store-table/many", "hundreds of tables need no preparation", async ({ store }) => {
    const tables = Array.from({ length: 300 }, (_, at) => 1000 + at * 7);
    await store.put(tables.map((table) => setRow(table, "key", `${table}`, { lines: [[table, "line"]] })));
    for (const table of tables) {
      equal((await store.row(table, "key"))?.value, `${table}`);
      equal(keysOf(await store.all(table, { index: table, gte: bytes("line") })), ["key"], `the index of table ${table}`);
    }
  }),

  storeScenario("store-table/keys-look-alike", "keys that look like a store's own prefixes stay in their table", async ({ store }) => {
    const keys = ["\x01", "\0\x01", "\0\x01key", "\x01\0key", "\0\0\0\0", "key\0\x01", "\xff\xff\xff\xff"];
    await store.put(TABLES.slice(0, 3).flatMap((table) => keys.map((key, at) => setRow(table, key, `${table}`, { lines: [[at, key]] }))));
    for (const table of TABLES.slice(0, 3)) {
      const rows = await store.all(table);
      equal(keysOf(rows), keys.toSorted(), `the keys of table ${table}`);
      equal(new Set(rows.map(({ stored }) => stored && text(stored.value))), new Set([`${table}`]), `the values of table ${table}`);
    }
  }),
];
