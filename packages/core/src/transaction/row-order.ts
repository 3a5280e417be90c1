import { compareBytes } from "../byte-order.ts";
import type { EncodedKey } from "../entry.ts";
import type { ByteRange } from "../operation.ts";
import type { Page, PageRow, RangeQuery } from "../store.ts";

/** Where a row of a page stands: its key, or in a page read by an index the entry followed by the key. */
export function positionOf({ key, entry }: PageRow): Uint8Array {
  return entry ? Uint8Array.of(...entry, ...key) : key;
}

/** Whether a range holds a key. */
export function holdsKey({ gt, gte, lt, lte }: ByteRange, key: EncodedKey): boolean {
  return (
    (!gt || compareBytes(key, gt) > 0) &&
    (!gte || compareBytes(key, gte) >= 0) &&
    (!lt || compareBytes(key, lt) < 0) &&
    (!lte || compareBytes(key, lte) <= 0)
  );
}

/** Whether a range holds all keys of another one. */
export function holdsRange(outer: ByteRange, inner: ByteRange): boolean {
  const innerLow = inner.gt ?? inner.gte;
  const innerHigh = inner.lt ?? inner.lte;
  const low = outer.gt ?? outer.gte;
  const high = outer.lt ?? outer.lte;
  const lowOrder = low ? (innerLow ? compareBytes(innerLow, low) : -1) : 1;
  const highOrder = high ? (innerHigh ? compareBytes(high, innerHigh) : -1) : 1;
  return (lowOrder > 0 || (lowOrder === 0 && !(outer.gt && inner.gte))) && (highOrder > 0 || (highOrder === 0 && !(outer.lt && inner.lte)));
}

/** A query for what comes after a page's `next`. */
export function goingOn<Query extends ByteRange & Pick<RangeQuery, "reverse">>(query: Query, next: Uint8Array): Query {
  return query.reverse ? { ...query, lt: next, lte: undefined } : { ...query, gt: next, gte: undefined };
}

/** A query for what comes up to a page's `next`, itself included. */
export function goingTo(query: RangeQuery, next: Uint8Array): RangeQuery {
  return query.reverse ? { ...query, gte: next, gt: undefined } : { ...query, lte: next, lt: undefined };
}

/** The rows of two pages in the order of a query, which `next` of neither reaches beyond; at most as many as it asks for. */
export function mergeRows(some: readonly PageRow[], others: readonly PageRow[], { reverse = false, limit }: RangeQuery): PageRow[] {
  const rows: PageRow[] = [];
  let [at, otherAt] = [0, 0];
  while (rows.length < limit) {
    const one = some[at];
    const other = others[otherAt];
    if (!one && !other) break;
    const order = !one ? 1 : !other ? -1 : compareRows(one, other) * (reverse ? -1 : 1);
    // One of the two is there.
    rows.push((order < 0 ? one : other) as PageRow);
    if (order < 0) at++;
    else otherAt++;
  }
  return rows;
}

/** As no entry is a prefix of another one, rows stand in the order of their entries first. */
function compareRows(a: PageRow, b: PageRow): number {
  const order = a.entry && b.entry ? compareBytes(a.entry, b.entry) : 0;
  return order === 0 ? compareBytes(a.key, b.key) : order;
}

/** A page of nothing. */
export const emptyPage: Page = { rows: [] };
