import { equal } from "../assert.ts";
import { byteRange, keysOf, NOW, plain, setRow, text, type TrimOptions, trimRows } from "../rows.ts";
import { type StoreScenario, storeScenario } from "../scenario.ts";
import { fill, lines, severalEntries, trim } from "../trimming.ts";

/** Trimming with a review: live rows that it keeps, with other entries. */
export const storeTrimReviewSuite: readonly StoreScenario[] = [
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
      await store.put([...severalEntries, setRow(1, "d", "", { lines: [[4, "6"]] })]);
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

  storeScenario("store-trim/review-expired", "an expired row goes, whatever review says", async ({ store }) => {
    await store.put([setRow(1, "a", "", { expiresAt: NOW, lines: [[4, "1"]] }), setRow(1, "b", "", { lines: [[4, "2"]] })]);
    const asked: string[] = [];
    const review = (key: string): string | undefined => {
      asked.push(key);
      return "3";
    };
    equal(await trim(store, { maxEntries: 1, review }), ["a", false, "b"], "the expired row");
    asked.length = 0;
    equal(await trim(store, { maxEntries: 0, limit: 2, review }), ["", true, "b"], "the live row, kept twice");
    equal(asked, ["b", "b"], "what was asked about then");
  }),
];
