import type { SetOperation } from "@cache/core/spi";
import { equal } from "./assert.ts";
import { keysOf, pairsOf, setRow, text, type TrimOptions, trimRows } from "./rows.ts";
import type { StoreFace } from "./store-face.ts";

/** Six rows of 10 bytes each, whose entries run against the order of their keys. */
export async function fill(store: StoreFace): Promise<void> {
  const keys = ["a", "b", "c", "d", "e", "f"];
  // Key 1, value 5, entry 3 and the key again.
  await store.put(keys.map((key, at) => setRow(1, key, "12345", { lines: [[4, `00${6 - at}`]] })));
}

/** Rows with several entries in index 4, some of which lie between those of other rows. */
export const severalEntries: readonly SetOperation[] = [
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
];

/** Trims index 4 of table 1; tells what was removed, whether there was more to do, and what is left. */
export async function trim(store: StoreFace, options: TrimOptions): Promise<[removed: string, more: boolean, left: string]> {
  const { counts, trimmed } = await store.put([trimRows(1, 4, options)]);
  const [only] = trimmed;
  const removed = only?.rows.map(({ key }) => text(key)) ?? [];
  equal([trimmed.length, only?.operation, counts[0]], [1, 0, removed.length], "the number of trims, the place and the count");
  equal(only?.rows.every(({ table }) => table === 1) ?? false, true, "all removed rows are of the table");
  return [removed.join(""), only?.more ?? false, keysOf(await store.all(1)).join("")];
}

/** The entries of a table in index 4, with their keys. */
export async function lines(store: StoreFace, table: number = 1): Promise<string> {
  return pairsOf(await store.all(table, { index: 4 }))
    .map(([entry, key]) => `${entry}${key}`)
    .join(" ");
}
