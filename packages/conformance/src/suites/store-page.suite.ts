import type { RangeQuery } from "@cache/core/spi";
import { equal, ok } from "../assert.ts";
import { bytes, deleteRow, keysOf, NOW, type Line, setRow, text } from "../rows.ts";
import { type StoreScenario, storeScenario } from "../scenario.ts";
import type { StoreFace } from "../store-face.ts";

const keys = Array.from({ length: 23 }, (_, at) => `key ${String(at).padStart(2, "0")}`);

/** Rows whose index entries repeat: five rows share each. */
const lines = keys.map((_, at): Line => [7, `line ${Math.floor(at / 5)}`]);

async function fill(store: StoreFace): Promise<void> {
  await store.put(keys.map((key, at) => setRow(1, key, key, { lines: lines.slice(at, at + 1) })));
}

/** Checks that pages of all sizes, put together, are the range in one page. */
async function checkPages(store: StoreFace, query: Omit<RangeQuery, "limit">, expected: readonly string[]): Promise<void> {
  for (const limit of [1, 2, 3, 5, 7, 22, 23, 24, 1000]) {
    const whole = query.reverse ? expected.toReversed() : expected;
    equal(keysOf(await store.all(1, query, limit)), whole, `the keys in pages of ${limit}`);
  }
}

/** Ranges in pages: each call gives one, and the next goes on where it ended. */
export const storePageSuite: readonly StoreScenario[] = [
  storeScenario("store-page/limit", "a page has at most as many rows as its limit, from the range's beginning", async ({ store }) => {
    await fill(store);
    for (const limit of [1, 2, 10]) {
      const forward = keysOf((await store.range(1, { limit })).rows);
      const backward = keysOf((await store.range(1, { limit, reverse: true })).rows);
      ok(forward.length > 0 && forward.length <= limit, `1 to ${limit} rows`);
      ok(backward.length > 0 && backward.length <= limit, `1 to ${limit} rows in reverse`);
      equal(forward, keys.slice(0, forward.length), "the first rows");
      equal(backward, keys.toReversed().slice(0, backward.length), "the last rows");
    }
  }),

  storeScenario("store-page/forward", "pages follow one another upwards without gap or repeat", async ({ store }) => {
    await fill(store);
    await checkPages(store, {}, keys);
    await checkPages(store, { gt: bytes("key 03"), lt: bytes("key 19") }, keys.slice(4, 19));
    await checkPages(store, { gte: bytes("key 03"), lte: bytes("key 19") }, keys.slice(3, 20));
  }),

  storeScenario("store-page/reverse", "pages follow one another downwards without gap or repeat", async ({ store }) => {
    await fill(store);
    await checkPages(store, { reverse: true }, keys);
    await checkPages(store, { reverse: true, gt: bytes("key 03"), lt: bytes("key 19") }, keys.slice(4, 19));
    await checkPages(store, { reverse: true, gte: bytes("key 03"), lte: bytes("key 19") }, keys.slice(3, 20));
  }),

  storeScenario("store-page/keys-only", "pages of keys follow one another, too", async ({ store }) => {
    await fill(store);
    await checkPages(store, { keysOnly: true }, keys);
    await checkPages(store, { keysOnly: true, reverse: true, gte: bytes("key 07") }, keys.slice(7));
  }),

  storeScenario("store-page/live-at", "expired rows in between neither end the pages nor are counted in them", async ({ store }) => {
    await store.put(keys.map((key, at) => setRow(1, key, key, { expiresAt: at % 6 === 5 ? NOW + 1 : NOW })));
    const live = keys.filter((_, at) => at % 6 === 5);
    for (const keysOnly of [false, true]) {
      await checkPages(store, { liveAt: NOW, keysOnly }, live);
      await checkPages(store, { liveAt: NOW, keysOnly, reverse: true }, live);
      await checkPages(store, { liveAt: NOW + 1, keysOnly }, []);
    }
  }),

  storeScenario("store-page/index", "pages of an index resume inside a run of equal entries, in both directions", async ({ store }) => {
    await fill(store);
    await checkPages(store, { index: 7 }, keys);
    await checkPages(store, { index: 7, reverse: true }, keys);
    await checkPages(store, { index: 7, keysOnly: true, gte: bytes("line 1"), lt: bytes("line 3") }, keys.slice(5, 15));
    await checkPages(store, { index: 7, reverse: true, gte: bytes("line 1"), lt: bytes("line 3") }, keys.slice(5, 15));
  }),

  storeScenario("store-page/index-live-at", "pages of an index leave out expired rows and go on behind them", async ({ store }) => {
    await store.put(
      keys.map((key, at) => setRow(1, key, key, { expiresAt: at % 4 === 0 ? Infinity : NOW, lines: lines.slice(at, at + 1) })),
    );
    const live = keys.filter((_, at) => at % 4 === 0);
    await checkPages(store, { index: 7, liveAt: NOW }, live);
    await checkPages(store, { index: 7, liveAt: NOW, reverse: true }, live);
  }),

  storeScenario("store-page/ends", "the last page has no next, or one that leads to nothing", async ({ store }) => {
    await fill(store);
    const all = await store.range(1, { limit: keys.length + 1 });
    if (all.rows.length === keys.length) equal(all.next, undefined, "the next of a page with room left");
    const after = await store.range(1, { limit: 5, gt: bytes("key 22") });
    equal([[...after.rows], after.next], [[], undefined], "what comes after the last row");
    const before = await store.range(1, { limit: 5, lt: bytes("key 00"), reverse: true });
    equal([[...before.rows], before.next], [[], undefined], "what comes before the first row");
  }),

  storeScenario(
    "store-page/survives-changes",
    "the next page begins rightly though the row where the last one ended is gone",
    async ({ store }) => {
      await fill(store);
      const first = await store.range(1, { limit: 4 });
      const gone = first.rows.map(({ key }) => text(key));
      await store.put([...gone.map((key) => deleteRow(1, key)), setRow(1, `${gone.at(-1)}\0`, "new"), setRow(1, "key 0", "too low")]);
      const rest = await store.all(1, first.next ? { gt: first.next } : {}, 3);
      equal(keysOf(rest), [`${gone.at(-1)}\0`, ...keys.slice(gone.length)], "the rows of the following pages");
    },
  ),

  storeScenario("store-page/large-values", "pages of large values lose none", async ({ store }) => {
    const values = keys.map((_, at) => String.fromCharCode(97 + at).repeat(150_000));
    await store.put(keys.map((key, at) => setRow(1, key, values[at] ?? "")));
    for (const reverse of [false, true]) {
      const rows = await store.all(1, { reverse }, 1000);
      const found = rows.map(({ stored }) => stored && `${text(stored.value.subarray(0, 1))} ${stored.value.length}`);
      const expected = values.map((value) => `${value[0]} ${value.length}`);
      equal(found, reverse ? expected.toReversed() : expected, "the first byte and the length of each value");
    }
  }),

  storeScenario("store-page/many-rows", "thousands of rows come once each", async ({ store }) => {
    const many = Array.from({ length: 4000 }, (_, at) => String(at).padStart(5, "0"));
    await store.put(many.map((key) => setRow(1, key, "", { lines: [[1, key.split("").toReversed().join("")]] })));
    equal(keysOf(await store.all(1, { keysOnly: true }, 999)), many, "the keys upwards");
    equal(keysOf(await store.all(1, { keysOnly: true, reverse: true }, 1024)), many.toReversed(), "the keys downwards");
    const mirrored = many.toSorted((a, b) => (a.split("").toReversed().join("") < b.split("").toReversed().join("") ? -1 : 1));
    equal(keysOf(await store.all(1, { keysOnly: true, index: 1 }, 1024)), mirrored, "the keys in the order of an index");
  }),
];
