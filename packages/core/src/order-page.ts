import { compareBytes } from "./byte-order.ts";
import type { EncodedKey, StoredEntry } from "./entry.ts";
import { ORDER_INDEX, PLACE_BYTES } from "./eviction/place.ts";
import type { GroupedLine } from "./line-groups.ts";
import type { ByteRange } from "./operation.ts";
import type { FoundRow, Page, PageRow, RangeQuery } from "./store.ts";
import { lineEntry, type TrimLine } from "./trim-lines.ts";

/** Which lines in groups a store looks for, and how many at most. */
export interface GroupedRange extends ByteRange {
  readonly reverse?: boolean | undefined;
  readonly limit: number;
}

/**
 * A page by the order index of a store that keeps lines in groups, too: made of a page of those that stand alone, the first of the others within
 * the same range and limit, and a way to load the rows of these.
 */
export function orderPage(
  alone: Page,
  grouped: readonly GroupedLine[],
  { reverse = false, limit, keysOnly = false }: RangeQuery,
  load: (key: EncodedKey) => StoredEntry | undefined,
): Page {
  if (grouped.length === 0) return alone;
  const order = (a: Uint8Array, b: Uint8Array): number => (reverse ? compareBytes(b, a) : compareBytes(a, b));
  const lines: { readonly position: Uint8Array; readonly row?: PageRow }[] = alone.rows.map((row) => ({ position: positionOf(row), row }));
  for (const line of grouped)
    // Beyond that there may be others that stand alone.
    if (!alone.next || order(line.position, alone.next) <= 0) lines.push(line);
  const first = lines.toSorted((a, b) => order(a.position, b.position)).slice(0, limit);
  const rows = first.map(({ position, row }): PageRow => {
    if (row) return row;
    const key = position.subarray(PLACE_BYTES);
    return { key, entry: lineEntry({ position, key }), stored: keysOnly ? undefined : load(key) };
  });
  const isCut = lines.length > limit || grouped.length === limit;
  return { rows, next: isCut && first.length === limit ? first.at(-1)?.position : alone.next };
}

/** The first lines of a trim of such a store, of those that stand alone and of the others. */
export function firstOfBoth<Line extends TrimLine>(alone: readonly Line[], grouped: readonly Line[], limit: number): readonly Line[] {
  if (alone.length === 0 || grouped.length === 0) return alone.length === 0 ? grouped : alone;
  return [...alone, ...grouped].toSorted((a, b) => compareBytes(a.position, b.position)).slice(0, limit);
}

/** Where the line that led to a row is in its index. */
function positionOf({ entry, key }: PageRow): Uint8Array {
  const position = new Uint8Array((entry?.length ?? 0) + key.length);
  if (entry) position.set(entry);
  position.set(key, entry?.length);
  return position;
}

/** The first row that has just this entry in the order index, of such a store. */
export function firstInOrder(page: (query: RangeQuery) => Page, entry: Uint8Array): FoundRow | undefined {
  const [row] = page({ index: ORDER_INDEX, gte: entry, limit: 1 }).rows;
  const isFound = row?.entry !== undefined && compareBytes(row.entry, entry) === 0;
  return isFound && row.stored ? { key: row.key, stored: row.stored } : undefined;
}
