import { compareBytes } from "@cache/core/spi";
import { asKey, keyBytes } from "./records.ts";
import { results } from "./requests.ts";

/*
 * Finding many single rows. IndexedDB has no request for a list of keys, and each request costs about as much as reading four rows of a
 * range or ten of its keys. So where the wanted keys lie close together, they are read as ranges. Which keys are there, and how close, is
 * learnt from their keys first, which never loads a value in vain.
 */

/** So few keys are asked for singly at once: learning about them takes a trip of its own. */
const FEW = 8;

/** Keys that are looked at together, and the most keys that may be met among them. */
const GROUP = 64;
const MOST_MET = 2 * GROUP;

/** The keys that are looked at, in two places, to tell whether it is worth it. */
const PROBED = 16;

/** Reading a range pays when it has at most so many rows for each that is wanted. */
const WORTH = 3;

/** How much is asked for at once, so that the records of a large batch aren't all in memory at the same time. */
const RANGES_AT_ONCE = 16;
export const SINGLE_AT_ONCE: number = 1024;

/** What is known of wanted keys: whether their rows are there, and how to read them. */
export interface Survey {
  /** For each key whether there is a row; `undefined` where that isn't known. */
  readonly presence: readonly (boolean | undefined)[];
  /** Ranges that are worth reading whole. */
  readonly ranges: readonly WantedRange[];
}

interface WantedRange {
  readonly range: IDBKeyRange;
  /** For each wanted key in the range: its place among the keys, and its row's among the rows of the range. */
  readonly places: readonly (readonly [key: number, row: number])[];
}

/** Whether so many keys are worth a survey. */
export function isWorthSurvey(keys: number): boolean {
  return keys > FEW;
}

/** Learns about keys, which are in order and differ, without loading values: about none unless some of them lie close together. */
export async function survey(rows: IDBObjectStore, keys: readonly Uint8Array[]): Promise<Survey> {
  const learnt: Learnt = { presence: [], ranges: [] };
  if (await isWorthLearning(rows, keys)) await learn(rows, keys, learnt);
  return learnt;
}

/** Whether the first keys or those in the middle lie close together. */
async function isWorthLearning(rows: IDBObjectStore, keys: readonly Uint8Array[]): Promise<boolean> {
  const places = keys.length < 2 * PROBED ? [0] : [0, keys.length >> 1];
  const requests = places.map((from) => rows.getAllKeys(span(keys, from, Math.min(from + PROBED, keys.length) - 1), 2 * PROBED));
  return (await results(requests)).some((met) => met.length < 2 * PROBED);
}

interface Learnt extends Survey {
  readonly presence: (boolean | undefined)[];
  readonly ranges: WantedRange[];
}

/** Learns about all keys, group by group. */
async function learn(rows: IDBObjectStore, keys: readonly Uint8Array[], { presence, ranges }: Learnt): Promise<void> {
  const requests: IDBRequest<IDBValidKey[]>[] = [];
  for (let from = 0; from < keys.length; from += GROUP) requests.push(rows.getAllKeys(span(keys, from, lastOf(keys, from)), MOST_MET));
  for (const [group, found] of (await results(requests)).entries()) {
    const from = group * GROUP;
    const met = found.map(keyBytes);
    const places: [number, number][] = [];
    let row = 0;
    for (let key = from; key <= lastOf(keys, from); key++) {
      let order = -1;
      while (row < met.length && (order = compareBytes(at(met, row), at(keys, key))) < 0) row++;
      if (row === met.length && met.length === MOST_MET) break;
      const isThere = row < met.length && order === 0;
      presence[key] = isThere;
      if (isThere) places.push([key, row]);
    }
    const [first, final] = [places[0], places.at(-1)];
    if (first && final && final[1] - first[1] < WORTH * places.length)
      ranges.push({ range: span(keys, first[0], final[0]), places: places.map(([key, place]) => [key, place - first[1]]) });
  }
}

/** What becomes of the records that were found. */
export interface Reading<T> {
  /** Takes from the record of the key at a place what is wanted of it; the record itself is not kept. */
  readonly take: (record: unknown, key: number) => T;
  /** Tells keys that are left out unless a range has them anyway. Absent: none. */
  readonly skip?: (key: number) => boolean;
}

/** Reads the rows that a survey knows of or could not learn about. Gives `undefined` where there is no row. */
export async function readSurveyed<T>(
  rows: IDBObjectStore,
  keys: readonly Uint8Array[],
  { presence, ranges }: Survey,
  { take, skip = () => false }: Reading<T>,
): Promise<(T | undefined)[]> {
  const found: (T | undefined)[] = Array.from({ length: keys.length });
  const isRanged = new Set(ranges.flatMap(({ places }) => places.map(([key]) => key)));
  const single: number[] = [];
  for (let key = 0; key < keys.length; key++) if (presence[key] !== false && !isRanged.has(key) && !skip(key)) single.push(key);
  for (let turn = 0; turn * RANGES_AT_ONCE < ranges.length || turn * SINGLE_AT_ONCE < single.length; turn++) {
    const someRanges = ranges.slice(turn * RANGES_AT_ONCE, (turn + 1) * RANGES_AT_ONCE);
    const some = single.slice(turn * SINGLE_AT_ONCE, (turn + 1) * SINGLE_AT_ONCE);
    const lists = results(someRanges.map(({ range }) => rows.getAll(range) as IDBRequest<unknown[]>));
    const [records, singles] = await Promise.all([lists, results<unknown>(some.map((key) => rows.get(asKey(at(keys, key)))))]);
    for (const [list, { places }] of someRanges.entries()) for (const [key, row] of places) found[key] = take(at(records, list)[row], key);
    for (const [place, record] of singles.entries()) if (record !== undefined) found[at(some, place)] = take(record, at(some, place));
  }
  return found;
}

/** The records at keys in any order, repeated ones too; `undefined` where there is no row. */
export async function findRecords(rows: IDBObjectStore, keys: readonly Uint8Array[]): Promise<unknown[]> {
  if (!isWorthSurvey(keys.length)) return results<unknown>(keys.map((key) => rows.get(asKey(key))));
  const { sorted, places } = sortedKeys(keys);
  const records = await readSurveyed(rows, sorted, await survey(rows, sorted), { take: (record) => record });
  return places.map((place) => records[place]);
}

/** Keys in order and without repeats, and the place there of each key given. */
export function sortedKeys(keys: readonly Uint8Array[]): { readonly sorted: readonly Uint8Array[]; readonly places: readonly number[] } {
  const order = Array.from(keys, (_, place) => place);
  const ascends = keys.every((key, place) => place === 0 || compareBytes(at(keys, place - 1), key) < 0);
  if (ascends) return { sorted: keys, places: order };
  order.sort((a, b) => compareBytes(at(keys, a), at(keys, b)));
  const sorted: Uint8Array[] = [];
  const places: number[] = [];
  for (const place of order) {
    const key = at(keys, place);
    const previous = sorted.at(-1);
    if (!previous || compareBytes(previous, key) !== 0) sorted.push(key);
    places[place] = sorted.length - 1;
  }
  return { sorted, places };
}

function span(keys: readonly Uint8Array[], from: number, to: number): IDBKeyRange {
  return IDBKeyRange.bound(asKey(at(keys, from)), asKey(at(keys, to)));
}

function lastOf(keys: readonly unknown[], from: number): number {
  return Math.min(from + GROUP, keys.length) - 1;
}

/** An element that is known to be there. */
function at<T>(list: readonly T[], place: number): T {
  return list[place] as T;
}
