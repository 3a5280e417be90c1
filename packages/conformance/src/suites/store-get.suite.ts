import { MAX_EXPIRES_AT, MAX_INDEX_BYTES, MAX_KEY_BYTES, type SetOperation } from "@cache/core/spi";
import { equal, ok } from "../assert.ts";
import { bytes, deleteRow, NOW, plain, setRow, text } from "../rows.ts";
import { type StoreScenario, storeScenario } from "../scenario.ts";

const everyByte = Array.from({ length: 256 }, (_, byte) => String.fromCharCode(byte)).join("");

/** Reading single rows, and what a row may hold. */
export const storeGetSuite: readonly StoreScenario[] = [
  storeScenario("store-get/absent", "a row that was never set is undefined", async ({ store }) => {
    equal(await store.get(1, "a"), undefined);
    await store.put([setRow(1, "ab", "1"), setRow(2, "a", "2")]);
    equal(await store.get(1, "a"), undefined, "a row beside others");
  }),

  storeScenario("store-get/whole", "a row comes back with value, deadline, version and entries", async ({ store }) => {
    const lines = [
      [1, "x"],
      [2, "y\0"],
      [1, "z"],
    ] as const;
    const { version } = await store.put([setRow(1, "a", "value", { expiresAt: NOW + 5, lines })]);
    equal(await store.row(1, "a"), { value: "value", expiresAt: NOW + 5, version, lines: ["1:x", "1:z", "2:y\0"] });
  }),

  storeScenario("store-get/expired", "expired rows are returned: core decides what expiry means", async ({ store }) => {
    const { version } = await store.put([setRow(1, "a", "old", { expiresAt: 1 })]);
    equal(await store.row(1, "a"), { value: "old", expiresAt: 1, version, lines: [] });
    equal(plain((await store.getMany(1, ["a"]))[0])?.value, "old", "the same row by getMany");
  }),

  storeScenario("store-get/deadlines", "every deadline up to the greatest comes back exactly", async ({ store }) => {
    const deadlines = [1, 255, 256, 2 ** 31, 2 ** 32 - 1, 2 ** 32, NOW, NOW + 1, 2 ** 40 + 1, MAX_EXPIRES_AT - 1, MAX_EXPIRES_AT, Infinity];
    await store.put(deadlines.map((expiresAt, at) => setRow(1, `key ${at}`, "", { expiresAt })));
    for (const [at, expiresAt] of deadlines.entries()) equal((await store.row(1, `key ${at}`))?.expiresAt, expiresAt, "the deadline");
  }),

  storeScenario("store-get/empty-value", "an empty value is a value", async ({ store }) => {
    await store.put([setRow(1, "a", "")]);
    equal((await store.row(1, "a"))?.value, "");
    equal((await store.usage(1)).entries, 1, "the number of entries");
  }),

  storeScenario("store-get/every-byte", "every byte survives in keys, values and entries, and at their ends", async ({ store }) => {
    const texts = [everyByte, `\0${everyByte}\0`, "\0", "\0\0", "\xff", "\xff\xff", "\0\xff", "\xff\0"];
    // An index each: within one, no entry may be a prefix of another.
    await store.put(texts.map((one, at) => setRow(1, one, one, { lines: [[at, one]] })));
    for (const [at, one] of texts.entries()) {
      const row = await store.row(1, one);
      equal([row?.value, row?.lines], [one, [`${at}:${one}`]], "a row of odd bytes");
    }
  }),

  storeScenario("store-get/large-values", "values from a byte to a mebibyte come back whole", async ({ store }) => {
    const sizes = [1, 127, 128, 4095, 4096, 4097, 65_535, 65_536, 1024 * 1024];
    const valueOf = (size: number): Uint8Array => Uint8Array.from({ length: size }, (_, at) => (at * 31 + size) & 0xff);
    await store.put(sizes.map((size): SetOperation => ({ ...setRow(1, `${size}`, ""), value: valueOf(size) })));
    for (const size of sizes) {
      const stored = await store.get(1, `${size}`);
      const expected = valueOf(size);
      ok(
        stored?.value.every((byte, at) => byte === expected[at]) && stored.value.length === size,
        `a value of ${size} bytes, as it was set`,
      );
    }
  }),

  storeScenario("store-get/longest-keys", "keys of the greatest length work, and their last byte counts", async ({ store }) => {
    const stem = "k".repeat(MAX_KEY_BYTES - 1);
    await store.put([setRow(1, `${stem}a`, "a"), setRow(1, `${stem}b`, "b"), setRow(1, stem, "stem")]);
    equal((await store.row(1, `${stem}a`))?.value, "a");
    equal((await store.row(1, `${stem}b`))?.value, "b");
    equal(
      (await store.all(1)).map(({ stored }) => stored && text(stored.value)),
      ["stem", "a", "b"],
      "values in the order of the keys",
    );
    await store.put([deleteRow(1, `${stem}a`)]);
    equal(
      (await store.all(1, { gt: bytes(stem) })).map(({ key }) => text(key).at(-1)),
      ["b"],
      "what is left",
    );
  }),

  storeScenario("store-get/longest-entries", "an index entry and its key may fill the limit", async ({ store }) => {
    const key = "k".repeat(MAX_KEY_BYTES);
    const line = "l".repeat(MAX_INDEX_BYTES - MAX_KEY_BYTES);
    const long = "m".repeat(MAX_INDEX_BYTES - 1);
    await store.put([setRow(65_535, key, "1", { lines: [[65_535, line]] }), setRow(65_535, "k", "2", { lines: [[65_535, long]] })]);
    const rows = await store.all(65_535, { index: 65_535 });
    equal(
      rows.map(({ entry, key: found }) => [entry && text(entry), text(found)]),
      [
        [line, key],
        [long, "k"],
      ],
      "the index",
    );
  }),

  storeScenario(
    "store-get/owns-its-bytes",
    "what the caller does to a batch's bytes after the commit changes nothing",
    async ({ store }) => {
      const operation = setRow(1, "key", "value", { lines: [[1, "line"]] });
      await store.put([operation]);
      operation.key.fill(0);
      operation.value.fill(0);
      operation.entries[0]?.bytes.fill(0);
      const row = await store.row(1, "key");
      equal([row?.value, row?.lines], ["value", ["1:line"]], "the row");
      const [line] = await store.all(1, { index: 1 });
      equal([line?.entry && text(line.entry), line && text(line.key)], ["line", "key"], "the row by its index");
    },
  ),

  storeScenario("store-get/many", "getMany keeps the keys' order, repeats and misses", async ({ store }) => {
    await store.put([setRow(1, "a", "1"), setRow(1, "b", "2", { expiresAt: 1 }), setRow(1, "c", "3"), setRow(2, "d", "4")]);
    const rows = await store.getMany(1, ["c", "d", "a", "c", "b"]);
    equal(
      rows.map((row) => plain(row)?.value),
      ["3", undefined, "1", "3", "2"],
    );
    equal([...(await store.getMany(1, []))], [], "no rows for no keys");
  }),

  storeScenario("store-get/many-at-once", "getMany takes thousands of keys", async ({ store }) => {
    const keys = Array.from({ length: 3000 }, (_, at) => `key ${at}`);
    await store.put(keys.filter((_, at) => at % 3 !== 0).map((key) => setRow(1, key, key)));
    const rows = await store.getMany(1, keys.toReversed());
    equal(
      rows.map((row) => plain(row)?.value),
      keys.map((key, at) => (at % 3 === 0 ? undefined : key)).toReversed(),
    );
  }),

  storeScenario("store-get/many-keeps-bytes", "the bytes of getMany stay as they are while the store works on", async ({ store }) => {
    const keys = ["a", "b", "c"];
    await store.put(keys.map((key) => setRow(1, key, `value of ${key}`, { lines: [[1, key]] })));
    const rows = await store.getMany(1, keys);
    await store.get(1, "b");
    await store.put(keys.map((key) => setRow(1, key, "another val", { lines: [[1, "z"]] })));
    await store.getMany(1, keys);
    await store.all(1);
    equal(
      rows.map((row) => plain(row)?.value),
      keys.map((key) => `value of ${key}`),
    );
    equal(
      rows.map((row) => plain(row)?.lines),
      keys.map((key) => [`1:${key}`]),
      "their entries",
    );
  }),

  storeScenario("store-get/sees-commits", "a read after a commit sees it, whatever was read in the same turn before", async ({ store }) => {
    for (let round = 0; round < 5; round++) {
      await store.get(1, "a");
      await store.put([setRow(1, "a", `${round}`)]);
      equal((await store.row(1, "a"))?.value, `${round}`, "what get sees");
      equal(plain((await store.getMany(1, ["a"]))[0])?.value, `${round}`, "what getMany sees");
      equal(
        (await store.all(1)).map(({ stored }) => stored && text(stored.value)),
        [`${round}`],
        "what range sees",
      );
      equal((await store.usage(1)).entries, 1, "what usage sees");
    }
  }),
];
