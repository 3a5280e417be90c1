import { equal } from "../assert.ts";
import { byteRange, keysOf, NOW, pairsOf, plain, setRow, text, touchRow, type TrimOptions, trimRows } from "../rows.ts";
import { type StoreScenario, storeScenario } from "../scenario.ts";
import type { StoreFace } from "../store-face.ts";

/** Six rows of 10 bytes each, whose entries run against the order of their keys. */
async function fill(store: StoreFace): Promise<void> {
  const keys = ["a", "b", "c", "d", "e", "f"];
  // Key 1, value 5, entry 3 and the key again.
  await store.put(keys.map((key, at) => setRow(1, key, "12345", { lines: [[4, `00${6 - at}`]] })));
}

/** Trims index 4 of table 1; tells what was removed, whether there was more to do, and what is left. */
async function trim(store: StoreFace, options: TrimOptions): Promise<[removed: string, more: boolean, left: string]> {
  const { counts, trimmed } = await store.put([trimRows(1, 4, options)]);
  const [only] = trimmed;
  const removed = only?.rows.map(({ key }) => text(key)) ?? [];
  equal([trimmed.length, only?.operation, counts[0]], [1, 0, removed.length], "the number of trims, the place and the count");
  equal(only?.rows.every(({ table }) => table === 1) ?? false, true, "all removed rows are of the table");
  return [removed.join(""), only?.more ?? false, keysOf(await store.all(1)).join("")];
}

/** The entries of a table in index 4, with their keys. */
async function lines(store: StoreFace, table: number = 1): Promise<string> {
  return pairsOf(await store.all(table, { index: 4 }))
    .map(([entry, key]) => `${entry}${key}`)
    .join(" ");
}

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

  storeScenario(
    "store-trim/review",
    "a row for which review gives an entry stays, with that entry instead, and the trim goes on behind it",
    async ({ store }) => {
      await fill(store);
      const asked: string[] = [];
      const [before] = await store.all(1);
      const { counts, trimmed } = await store.put([
        trimRows(1, 4, {
          maxEntries: 4,
          review: (key, entry) => {
            asked.push(entry + key);
            return key === "f" || key === "d" ? "009" : undefined;
          },
        }),
      ]);
      equal(asked, ["001f", "002e", "003d", "004c"], "what was asked about");
      equal([...counts], [2], "the count");
      equal(
        trimmed.map(({ rows, kept, more }) => [rows.map(({ key }) => text(key)).join(""), kept, more]),
        [["ec", 2, false]],
        "the trim",
      );
      equal(await lines(store), "005b 006a 009d 009f", "the index");
      const [row] = await store.all(1, byteRange({ gte: "f" }));
      equal(
        plain(row?.stored),
        { value: "12345", expiresAt: Infinity, version: before?.stored?.version ?? 0, lines: ["4:009"] },
        "a row that was kept",
      );
      equal((await store.usage(1)).bytes, 40, "the bytes");
    },
  ),

  storeScenario("store-trim/review-other-entries", "a kept row keeps its other entries, deadline and value", async ({ store }) => {
    const own = {
      expiresAt: NOW + 5,
      lines: [
        [4, "1"],
        [5, "x"],
        [6, "longer entry"],
      ],
    } as const;
    await store.put([setRow(1, "a", "value", own), setRow(1, "b", "", { lines: [[4, "2"]] })]);
    const before = await store.usage(1);
    const [old] = await store.all(1);
    await store.put([trimRows(1, 4, { maxEntries: 1, review: (key) => (key === "a" ? "333" : undefined) })]);
    const [row] = await store.all(1);
    equal(
      plain(row?.stored),
      { value: "value", expiresAt: NOW + 5, version: old?.stored?.version ?? 0, lines: ["4:333", "5:x", "6:longer entry"] },
      "the row",
    );
    equal(await lines(store), "333a", "the index");
    equal([keysOf(await store.all(1, { index: 5 })), keysOf(await store.all(1, { index: 6 }))], [["a"], ["a"]], "the other indexes");
    // Row b had a key, an entry and the key again.
    equal((await store.usage(1)).bytes, before.bytes - 3 + 2, "the bytes");
  }),

  storeScenario(
    "store-trim/review-among",
    "a row that is kept among those still to come is met again at its new place",
    async ({ store }) => {
      await fill(store);
      const asked: string[] = [];
      const answers = new Map([
        ["001f", "003"],
        ["003f", "000"],
        ["004c", "005"],
      ]);
      const review = (key: string, entry: string): string | undefined => {
        asked.push(entry + key);
        return answers.get(entry + key);
      };
      const { trimmed } = await store.put([trimRows(1, 4, { maxBytes: 10, review })]);
      equal(asked.join(" "), "001f 002e 003d 003f 000f 004c 005b 005c", "what was asked about");
      equal(
        trimmed.map(({ rows, kept, more }) => [rows.map(({ key }) => text(key)).join(""), kept, more]),
        [["edfbc", 3, false]],
        "the trim",
      );
      equal([await lines(store), (await store.usage(1)).bytes], ["006a", 10], "what is left");
    },
  ),

  storeScenario(
    "store-trim/review-several-entries",
    "of a row's several entries, review replaces the one it is met by, and it may be met by the others",
    async ({ store }) => {
      await store.put([
        setRow(1, "a", "", {
          lines: [
            [4, "1"],
            [4, "4"],
            [5, "x"],
          ],
        }),
        setRow(1, "b", "", { lines: [[4, "2"]] }),
        setRow(1, "c", "", {
          lines: [
            [4, "3"],
            [4, "5"],
          ],
        }),
        setRow(1, "d", "", { lines: [[4, "6"]] }),
      ]);
      const keep: TrimOptions["review"] = (_key, entry) => (entry === "1" || entry === "3" ? `${entry}kept` : undefined);
      equal(await trim(store, { lt: "2", limit: 1, review: keep }), ["", true, "abcd"], "at the first");
      equal(await lines(store), "1kepta 2b 3c 4a 5c 6d", "the index then");
      const review: TrimOptions["review"] = (_key, entry) => (entry.length > 1 ? "77777" : entry === "3" ? "5" : undefined);
      equal(await trim(store, { lt: "6", review }), ["bac", false, "d"], "at the others");
      equal([await lines(store), keysOf(await store.all(1, { index: 5 })), (await store.usage(1)).bytes], ["6d", [], 3], "what is left");
    },
  ),

  storeScenario("store-trim/then-set", "rows that a trim kept or removed are counted right when they are set again", async ({ store }) => {
    const row = (key: string, value: string): ReturnType<typeof setRow> => setRow(1, key, value, { lines: [[4, key]] });
    const keepA: TrimOptions["review"] = (key) => (key === "a" ? "longer" : undefined);
    await store.put([row("a", "1"), row("b", "22"), row("c", "333")]);
    await store.put([trimRows(1, 4, { maxEntries: 2, review: keepA })]);
    equal((await store.usage(1)).bytes, 9 + 6, "the bytes after the trim");
    await store.put([row("a", "4444"), row("b", "5")]);
    equal((await store.usage(1)).bytes, 7 + 4 + 6, "the bytes after they were set");
    await store.put([trimRows(1, 4, { maxEntries: 2, review: keepA }), row("a", "6"), row("b", "7")]);
    equal((await store.usage(1)).bytes, 4 + 4 + 6, "the bytes after both in one batch");
    await store.put([row("a", ""), row("b", "")]);
    equal([(await store.usage(1)).bytes, await lines(store)], [3 + 3 + 6, "aa bb cc"], "the bytes in the end");
  }),

  storeScenario("store-trim/review-large", "a trim of hundreds of rows keeps just those that review keeps", async ({ store }) => {
    const keys = Array.from({ length: 600 }, (_, at) => `key ${String(at).padStart(4, "0")}`);
    for (const table of [1, 2]) await store.put(keys.map((key) => setRow(table, key, "value", { lines: [[4, key]] })));
    const review: TrimOptions["review"] = (key, entry, table) =>
      entry === key && Number(key.at(-1)) % 5 === table ? `kez ${key.slice(4)}` : undefined;
    const { counts, trimmed } = await store.put([trimRows([1, 2], 4, { maxEntries: 700, limit: 1000, review })]);
    equal([[...counts], trimmed.map(({ kept, more }) => [kept, more])], [[500], [[125, false]]], "the counts");
    for (const table of [1, 2]) {
      const left = keys.filter((key) => key > "key 0312" || Number(key.at(-1)) % 5 === table);
      equal(keysOf(await store.all(table)), left, `the rows of table ${table}`);
      equal((await store.usage(table)).bytes, left.length * (8 + 5 + 16), `the bytes of table ${table}`);
    }
  }),

  storeScenario("store-trim/review-limit", "a trim stops at its limit of rows removed and kept", async ({ store }) => {
    await fill(store);
    const keepAll = (_key: string, entry: string): string => `1${entry.slice(1)}`;
    const { trimmed } = await store.put([trimRows(1, 4, { maxEntries: 0, limit: 4, review: keepAll })]);
    equal(
      trimmed.map(({ rows, kept, more }) => [rows.length, kept, more]),
      [[0, 4, true]],
      "the trim",
    );
    equal(await lines(store), "005b 006a 101f 102e 103d 104c", "the index");
    equal(await trim(store, { maxEntries: 3, limit: 4, review: (key) => (key === "b" ? "999" : undefined) }), ["afe", false, "bcd"]);
  }),

  storeScenario("store-trim/review-expired", "review isn't asked about expired rows", async ({ store }) => {
    await store.put([setRow(1, "a", "", { expiresAt: NOW, lines: [[4, "1"]] }), setRow(1, "b", "", { lines: [[4, "2"]] })]);
    const asked: string[] = [];
    const review = (key: string): string | undefined => {
      asked.push(key);
      return "3";
    };
    equal(await trim(store, { maxEntries: 1, review }), ["a", false, "b"], "the expired row");
    equal(asked, [], "what was asked about");
    equal(await trim(store, { maxEntries: 0, limit: 2, review }), ["", true, "b"], "the live row, kept twice");
    equal(asked, ["b", "b"], "what was asked about then");
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
      await store.put([
        setRow(1, "a", "", {
          lines: [
            [4, "1"],
            [4, "4"],
            [5, "x"],
          ],
        }),
        setRow(1, "b", "", { lines: [[4, "2"]] }),
        setRow(1, "c", "", {
          lines: [
            [4, "3"],
            [4, "5"],
          ],
        }),
      ]);
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
