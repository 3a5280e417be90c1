import { equal, throwsCode } from "../assert.ts";
import { deleteRow, keysOf, setRow } from "../rows.ts";
import { type StoreScenario, storeScenario } from "../scenario.ts";

/** Bringing to the disk what was committed. Whether it gets there is for tests that can take the power away; this is what is left to see. */
export const storeFlushSuite: readonly StoreScenario[] = [
  storeScenario("store-flush/nothing", "a flush with nothing to bring to the disk settles, also twice and at once", async ({ store }) => {
    await store.flush();
    await store.flush();
    await Promise.all([store.flush(), store.flush()]);
    equal((await store.usage(1)).entries, 0, "the number of rows");
  }),

  storeScenario("store-flush/commits", "a flush leaves rows, entries, usage and versions as the commits left them", async ({ store }) => {
    await store.put([setRow(1, "a", "1", { lines: [[1, "x"]] }), setRow(1, "b", "2")]);
    const { version } = await store.put([deleteRow(1, "b"), setRow(65_535, "c", "x".repeat(100_000))]);
    const before = [await store.usage(1), await store.usage(65_535), await store.row(1, "a")];
    await store.flush();
    equal([await store.usage(1), await store.usage(65_535), await store.row(1, "a")], before, "what the tables hold");
    equal(keysOf(await store.all(1, { index: 1 })), ["a"], "an index");
    equal((await store.put([setRow(1, "d", "")])).version, version + 1, "the next commit's version");
    await store.flush();
  }),

  storeScenario("store-flush/beside-commits", "flushes and commits under way don't disturb each other", async ({ store }) => {
    const commits: Promise<unknown>[] = [];
    const flushes: unknown[] = [];
    for (let at = 0; at < 10; at++) {
      commits.push(store.put([setRow(1, `key ${at}`, "x".repeat(10_000))]));
      flushes.push(store.flush());
      if (at % 3 === 2) await commits.at(-1);
    }
    await Promise.all([...commits, ...flushes]);
    await store.flush();
    equal((await store.usage(1)).entries, 10, "the number of rows");
  }),

  storeScenario("store-flush/beside-reads", "a flush goes on beside reads of the same turn, which see one snapshot", async ({ store }) => {
    await store.put([setRow(1, "a", "1")]);
    const before = store.row(1, "a");
    const flushed = store.flush();
    const after = store.row(1, "a");
    await flushed;
    equal([(await before)?.value, (await after)?.value], ["1", "1"], "the row's value before and after");
  }),

  storeScenario(
    "store-flush/others-read",
    "a flush doesn't wait for another store that reads, and covers its commits, too",
    async (context) => {
      const other = await context.another();
      await other.put([setRow(1, "a", "1")]);
      const reading = other.all(1);
      await context.store.flush();
      equal(keysOf(await reading), ["a"], "what the other store reads");
      equal((await context.store.row(1, "a"))?.value, "1", "the other store's row");
    },
    { requires: ["shares"] },
  ),

  storeScenario(
    "store-flush/reopen",
    "what was flushed is there after closing and opening again",
    async (context) => {
      await context.store.put([setRow(1, "a", "1", { lines: [[1, "x"]] })]);
      await context.store.flush();
      const again = await context.reopen();
      equal((await again.row(1, "a"))?.value, "1", "a row");
      equal(keysOf(await again.all(1, { index: 1 })), ["a"], "an index");
      await again.flush();
    },
    { requires: ["reopens"] },
  ),

  storeScenario(
    "store-flush/close-waits",
    "a flush under way when the store is closed comes to an end",
    async (context) => {
      const { store } = context;
      await store.put([setRow(1, "a", "1")]);
      const flushed = store.flush();
      await store.close();
      await flushed;
      equal(keysOf(await (await context.reopen()).all(1)), ["a"], "the rows");
    },
    { requires: ["reopens"] },
  ),

  storeScenario(
    "store-flush/closed",
    "a closed store can't be flushed, and can again once it is open",
    async (context) => {
      const { store } = context;
      await store.put([setRow(1, "a", "1")]);
      await store.close();
      await throwsCode("CACHE_CLOSED", () => store.flush(), "a flush of a closed store");
      await (await context.reopen()).flush();
    },
    { requires: ["reopens"] },
  ),
];
