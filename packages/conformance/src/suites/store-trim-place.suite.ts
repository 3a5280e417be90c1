import { ORDER_INDEX } from "@cache/core/spi";
import { equal } from "../assert.ts";
import { keysOf, NOW, setRow, text, touchRow, trimRows } from "../rows.ts";
import { type StoreScenario, storeScenario } from "../scenario.ts";
import type { StoreFace } from "../store-face.ts";

const OTHER = 4;
const short = "v";
const long = "v".repeat(300);
const longest = "v".repeat(20_000);

/** A row that was written with a place, what was done to it since that leaves it there, and whether it is live two milliseconds later. */
interface Case {
  readonly key: string;
  readonly was: ReturnType<typeof setRow>;
  readonly became?: ReturnType<typeof setRow> | ReturnType<typeof touchRow>;
  readonly isLive?: boolean;
}

/** A case of a row at a place, which is an entry of the index of places. */
type MakeCase = (key: string, at: readonly [index: number, place: string]) => Case;

const makeCases: readonly MakeCase[] = [
  (key, at) => ({ key, was: setRow(1, key, short, { lines: [at] }) }),
  (key, at) => ({
    key,
    was: setRow(1, key, short, { lines: [at] }),
    became: setRow(1, key, "longer", { lines: [at] }),
  }),
  (key, at) => ({
    key,
    was: setRow(1, key, short, { lines: [at] }),
    became: setRow(1, key, short, { lines: [at, [OTHER, key]] }),
  }),
  (key, at) => ({
    key,
    was: setRow(1, key, short, { lines: [[OTHER, key], at] }),
    became: setRow(1, key, short, { lines: [at] }),
  }),
  (key, at) => ({
    key,
    was: setRow(1, key, short, { lines: [at] }),
    became: touchRow(1, key, { lines: [[OTHER, key]] }),
  }),
  (key, at) => ({
    key,
    was: setRow(1, key, short, { lines: [at, [OTHER, key]] }),
    became: touchRow(1, key, { indexes: [OTHER] }),
  }),
  (key, at) => ({
    key,
    was: setRow(1, key, short, { lines: [at] }),
    became: touchRow(1, key, { expiresAt: NOW + 1 }),
    isLive: false,
  }),
  (key, at) => ({
    key,
    was: setRow(1, key, short, { lines: [at] }),
    became: setRow(1, key, short, { expiresAt: NOW + 1, lines: [at] }),
    isLive: false,
  }),
  (key, at) => ({
    key,
    was: setRow(1, key, short, { expiresAt: NOW + 1, lines: [at] }),
    became: setRow(1, key, short, { lines: [at] }),
  }),
  (key, at) => ({
    key,
    was: setRow(1, key, short, { lines: [at] }),
    became: setRow(1, key, long, { lines: [at] }),
  }),
  (key, at) => ({
    key,
    was: setRow(1, key, longest, { lines: [at] }),
    became: setRow(1, key, short, { lines: [at] }),
  }),
  (key, at) => ({ key, was: setRow(1, key, longest, { lines: [at] }) }),
  (key, [index, place]) => ({
    key,
    was: setRow(1, key, short, { lines: [[index, place]] }),
    became: touchRow(1, key, { lines: [[index, `z${place}`]] }),
  }),
];

/** The cases, in the order of their places. */
const cases = makeCases.map((make, at) => make(String.fromCodePoint(97 + at), [ORDER_INDEX, `p${String(at).padStart(2, "0")}`]));

/** What a trim removed, in its order, as `key` or, if it was expired, `(key)`. */
async function trimmed(store: StoreFace, operation: ReturnType<typeof trimRows>, now: number): Promise<string> {
  const { trimmed: all } = await store.put([operation], now);
  return all.flatMap(({ rows }) => rows.map(({ key, wasLive }) => (wasLive ? text(key) : `(${text(key)})`))).join(" ");
}

const all = cases.map(({ key, isLive = true }) => (isLive ? key : `(${key})`)).join(" ");

/** That nothing of table 1 is left. */
async function isEmpty(store: StoreFace): Promise<void> {
  const { entries, bytes } = await store.usage(1);
  equal({ entries, bytes }, { entries: 0, bytes: 0 }, "what the table counts for");
  for (const index of [ORDER_INDEX, OTHER]) equal(await store.all(1, { index, keysOnly: true }), [], `lines of index ${index}`);
  equal(await store.all(1, { keysOnly: true }), [], "rows");
}

/** Trimming by the index of places, where stores may know of rows without reading them. */
export const storeTrimPlaceSuite: readonly StoreScenario[] = [
  storeScenario("store-trim-place/changed", "rows are trimmed whole, whatever was done to them at their places", async ({ store }) => {
    await store.put(cases.map(({ was }) => was));
    for (const { became } of cases) if (became) await store.put([became]);
    equal(await trimmed(store, trimRows(1, ORDER_INDEX, { maxEntries: 0 }), NOW + 2), all);
    await isEmpty(store);
  }),

  storeScenario("store-trim-place/together", "rows are trimmed whole, though all was done to them in one batch", async ({ store }) => {
    await store.put(cases.flatMap(({ was, became }) => (became ? [was, became] : [was])));
    equal(await trimmed(store, trimRows(1, ORDER_INDEX, { maxBytes: 0 }), NOW + 2), all);
    await isEmpty(store);
    const { trimmed: inBatch } = await store.put([
      ...cases.flatMap(({ was, became }) => (became ? [was, became] : [was])),
      trimRows(1, ORDER_INDEX, { maxEntries: 1 }),
    ]);
    equal(inBatch.flatMap(({ rows }) => rows.map(({ key }) => text(key))).join(""), "abcdefghijkl", "by a trim in the same batch");
    equal(keysOf(await store.all(1)).join(""), "m", "what is left");
  }),

  storeScenario("store-trim-place/reviewed", "a row that a review kept is trimmed whole at its new place", async ({ store }) => {
    await store.put(cases.map(({ was }) => was));
    for (const { became } of cases) if (became) await store.put([became]);
    const review = (key: string, entry: string): string | undefined =>
      entry.startsWith("p") && "acd".includes(key) ? `q${key}` : undefined;
    equal(await trimmed(store, trimRows(1, ORDER_INDEX, { maxEntries: 4, review }), NOW + 2), "b e f (g) (h) i j k l");
    await store.put([touchRow(1, "a", { lines: [[OTHER, "a"]] }), setRow(1, "d", long, { lines: [[ORDER_INDEX, "qd"]] })]);
    equal(await trimmed(store, trimRows(1, ORDER_INDEX, { maxBytes: 0 }), NOW + 2), "m a c d");
    await isEmpty(store);
  }),

  storeScenario("store-trim-place/several", "a row that a review kept at one of its entries goes with another", async ({ store }) => {
    const keepFirst = (key: string, entry: string): string | undefined => (key === "k" && entry.startsWith("p1") ? "z" : undefined);
    const several = (index: number, ...more: [number, string][]): ReturnType<typeof setRow> =>
      setRow(1, "k", short, { lines: [[index, "p1"], [index, "p5"], ...more] });
    await store.put([setRow(1, "a", short, { lines: [[ORDER_INDEX, "p0"]] }), several(ORDER_INDEX)]);
    equal(await trimmed(store, trimRows(1, ORDER_INDEX, { lt: "q", review: keepFirst }), NOW), "a k", "by the order of places");
    await isEmpty(store);
    await store.put([setRow(1, "a", short, { lines: [[OTHER, "p0"]] }), several(OTHER, [ORDER_INDEX, "x"])]);
    equal(await trimmed(store, trimRows(1, OTHER, { lt: "q", review: keepFirst }), NOW), "a k", "by another index");
    await isEmpty(store);
  }),
];
