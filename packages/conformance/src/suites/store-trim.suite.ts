import { equal } from "../assert.ts";
import { keysOf, NOW, setRow, text, touchRow, trimRows } from "../rows.ts";
import { type StoreScenario, storeScenario } from "../scenario.ts";
import { fill, lines, severalEntries, trim } from "../trimming.ts";

/** Trimming: removing rows in the order of an index, down to a bound. */
export const storeTrimSuite: readonly StoreScenario[] = [
  storeScenario("store-trim/lt", "a trim removes the rows whose entries are below lt, lowest first", async ({ store }) => {
    await fill(store);
    equal(await trim(store, { lt: "003" }), ["fe", false, "abcd"]);
    equal(await trim(store, { lt: "003" }), ["", false, "abcd"], "the second trim");
    equal(await trim(store, { lt: "003e" }), ["d", false, "abc"], "a bound between entries");
    equal(await trim(store, { lt: "\xff" }), ["cba", false, ""], "a bound above all");
  }),

  storeScenario("store-trim/max-entries", "a trim removes the lowest rows until the table has maxEntries", async ({ store }) => {
    await fill(store);
    equal(await trim(store, { maxEntries: 7 }), ["", false, "abcdef"], "with room to spare");
    equal(await trim(store, { maxEntries: 6 }), ["", false, "abcdef"], "just full");
    equal(await trim(store, { maxEntries: 4 }), ["fe", false, "abcd"]);
    equal(await trim(store, { maxEntries: 0 }), ["dcba", false, ""], "down to nothing");
  }),

  storeScenario("store-trim/max-bytes", "a trim removes the lowest rows until the table has maxBytes", async ({ store }) => {
    await fill(store);
    equal((await store.usage(1)).bytes, 60, "the bytes of the table");
    equal(await trim(store, { maxBytes: 60 }), ["", false, "abcdef"], "just full");
    equal(await trim(store, { maxBytes: 59 }), ["f", false, "abcde"], "a byte too many");
    equal(await trim(store, { maxBytes: 31 }), ["ed", false, "abc"]);
    equal(await trim(store, { maxBytes: 0 }), ["cba", false, ""], "down to nothing");
  }),

  storeScenario("store-trim/limit", "a trim stops at its limit and tells whether there was reason to go on", async ({ store }) => {
    await fill(store);
    equal(await trim(store, { maxEntries: 3, limit: 2 }), ["fe", true, "abcd"], "with one too many left");
    equal(await trim(store, { maxEntries: 3, limit: 1 }), ["d", false, "abc"], "with just enough");
    equal(await trim(store, { lt: "006", limit: 1 }), ["c", true, "ab"], "with an entry below lt left");
    equal(await trim(store, { lt: "006", limit: 1 }), ["b", false, "a"], "with the last entry below lt");
    equal(await trim(store, { maxBytes: 5, limit: 1 }), ["a", false, ""], "with the last row");
  }),

  storeScenario("store-trim/bounds", "a trim goes on while the table has too many entries or too many bytes", async ({ store }) => {
    await fill(store);
    equal(await trim(store, { maxEntries: 4, maxBytes: 50 }), ["fe", false, "abcd"], "entries are the last reason");
    equal(await trim(store, { maxEntries: 9, maxBytes: 15 }), ["dcb", false, "a"], "bytes are the last reason");
  }),

  storeScenario("store-trim/bounded-range", "a bounded trim leaves the rows outside of its range alone", async ({ store }) => {
    await fill(store);
    equal(await trim(store, { lt: "003", maxEntries: 1 }), ["fe", false, "abcd"], "up to lt");
    equal(await trim(store, { gte: "005", maxEntries: 3 }), ["b", false, "acd"], "from gte on");
    equal(await trim(store, { gte: "004", lt: "005", maxBytes: 0 }), ["c", false, "ad"], "between the two");
    equal(await trim(store, { gte: "007", maxBytes: 0 }), ["", false, "ad"], "beyond all");
  }),

  storeScenario("store-trim/range", "a trim without bounds removes all that its range holds", async ({ store }) => {
    await fill(store);
    equal(await trim(store, { lt: "\0" }), ["", false, "abcdef"], "with lt below all");
    equal(await trim(store, { gte: "002", lt: "004" }), ["ed", false, "abcf"], "a range");
    equal(await trim(store, { gte: "004", limit: 2 }), ["cb", true, "af"], "from gte on, with a limit");
    equal(await trim(store, {}), ["fa", false, ""], "without a range");
  }),

  storeScenario("store-trim/expired", "a trim takes live and expired rows alike and counts both", async ({ store }) => {
    await store.put([
      setRow(1, "a", "", { expiresAt: NOW - 1, lines: [[4, "1"]] }),
      setRow(1, "b", "", { expiresAt: NOW + 1, lines: [[4, "2"]] }),
      setRow(1, "c", "", { expiresAt: NOW - 1, lines: [[4, "3"]] }),
    ]);
    const { trimmed } = await store.put([trimRows(1, 4, { maxEntries: 1 })]);
    const told = trimmed.flatMap(({ rows }) => rows.map(({ key, wasLive }) => [text(key), wasLive]));
    equal(
      told,
      [
        ["a", false],
        ["b", true],
      ],
      "the removed, and whether they were live",
    );
    equal(keysOf(await store.all(1)).join(""), "c", "the rows left");
  }),

  storeScenario("store-trim/tables", "a trim of several tables takes the lowest rows of all, and bounds their sum", async ({ store }) => {
    await fill(store);
    await store.put([
      setRow(2, "x", "12345", { lines: [[4, "001"]] }),
      setRow(2, "a", "12345", { lines: [[4, "003"]] }),
      setRow(2, "z", "12345", { lines: [[4, "009"]] }),
      setRow(3, "other", "", { lines: [[4, "000"]] }),
    ]);
    const { counts, trimmed } = await store.put([trimRows([2, 1], 4, { maxEntries: 5 })]);
    equal([...counts], [4], "the count");
    const told = trimmed.flatMap(({ rows }) => rows.map(({ table, key }) => `${table}${text(key)}`));
    equal(told.join(" "), "1f 2x 1e 2a", "the removed");
    equal([await lines(store), await lines(store, 2), await lines(store, 3)], ["003d 004c 005b 006a", "009z", "000other"], "what is left");
    const {
      trimmed: [second],
    } = await store.put([trimRows([1, 2], 4, { maxBytes: 40, review: (_key, _entry, table) => (table === 2 ? undefined : "00z") })]);
    equal(second?.rows.map(({ table, key }) => `${table}${text(key)}`).join(" "), "2z", "the removed, with a review by table");
  }),

  storeScenario("store-trim/not-indexed", "rows without an entry in the index count for the bound, but stay", async ({ store }) => {
    await fill(store);
    await store.put([setRow(1, "x", "12345"), setRow(1, "y", "12345", { lines: [[5, "001"]] })]);
    equal(await trim(store, { maxEntries: 1 }), ["fedcba", false, "xy"]);
    equal(await trim(store, { maxBytes: 0 }), ["", false, "xy"], "once none is left in the index");
  }),

  storeScenario(
    "store-trim/several-entries",
    "a row with several entries goes at its lowest, once, with all of them",
    async ({ store }) => {
      await store.put([...severalEntries]);
      equal(await trim(store, { lt: "4" }), ["abc", false, ""]);
      equal(keysOf(await store.all(1, { index: 4 })), [], "the index trimmed");
      equal(keysOf(await store.all(1, { index: 5 })), [], "another index");
    },
  ),

  storeScenario("store-trim/ties", "rows with the same entry go in the order of their keys", async ({ store }) => {
    await store.put(["d", "b", "a", "c"].map((key) => setRow(1, key, "", { lines: [[4, "same"]] })));
    equal(await trim(store, { maxEntries: 2 }), ["ab", false, "cd"]);
    equal(await trim(store, { lt: "same" }), ["", false, "cd"], "lt at the entry itself");
  }),

  storeScenario(
    "store-trim/sees-the-batch",
    "a trim sees what the batch did before it, and several trims each their own table",
    async ({ store }) => {
      await fill(store);
      const { counts, trimmed } = await store.put([
        setRow(1, "g", "12345", { lines: [[4, "000"]] }),
        touchRow(1, "f", { indexes: [4], lines: [[4, "009"]] }),
        trimRows(1, 4, { maxEntries: 5 }),
        setRow(2, "z", "", { lines: [[4, "1"]] }),
        trimRows(2, 4, { maxEntries: 1 }),
        trimRows(2, 4, { maxEntries: 0 }),
      ]);
      equal([...counts], [0, 1, 2, 0, 0, 1], "the counts");
      const told = trimmed
        .filter(({ rows }) => rows.length > 0)
        .map(({ operation, rows, more }) => [operation, rows.map(({ key }) => text(key)).join(""), more]);
      equal(
        told,
        [
          [2, "ge", false],
          [5, "z", false],
        ],
        "what the trims that removed rows tell",
      );
      equal([keysOf(await store.all(1)).join(""), keysOf(await store.all(2)).join("")], ["abcdf", ""], "the rows left");
    },
  ),

  storeScenario("store-trim/empty", "a trim of an empty table or of an unused index does nothing", async ({ store }) => {
    equal(await trim(store, { maxEntries: 0 }), ["", false, ""]);
    await store.put([setRow(1, "a", "", { lines: [[5, "x"]] })]);
    equal(await trim(store, { maxEntries: 0, lt: "\xff" }), ["", false, "a"], "with a row in another index");
  }),

  storeScenario("store-trim/many", "a trim of hundreds of rows removes just those", async ({ store }) => {
    const keys = Array.from({ length: 1000 }, (_, at) => `key ${String(at).padStart(4, "0")}`);
    await store.put(
      keys.map((key) =>
        setRow(1, key, "value", {
          lines: [
            [4, key],
            [5, `other ${key}`],
          ],
        }),
      ),
    );
    const { counts } = await store.put([trimRows(1, 4, { maxEntries: 300, limit: 1000 })]);
    equal([...counts], [700], "the count");
    equal(keysOf(await store.all(1, { index: 5 })), keys.slice(700), "the rows left, by another index");
  }),
];
