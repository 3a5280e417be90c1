import type { IterationOptions } from "./verbs.ts";
import { allOf, andThen } from "./continuation.ts";
import type { EncodedKey } from "./entry.ts";
import { encodeRange } from "./key-range.ts";
import { checkOptionNames } from "./option-names.ts";
import { PageSize } from "./page-size.ts";
import type { Parts } from "./part-iterator.ts";
import type { RowAccess } from "./row-access.ts";
import type { MaybePromise, PageRow, RangeQuery } from "./store.ts";
import { encodeTag, TAG_INDEX } from "./tag.ts";
import { tagRange } from "./tag-range.ts";

/** Rows in the first page of an iteration: without a limit, which may be left early; and at most with one. */
const FIRST_PAGE_ROWS = 32;
const FIRST_LIMITED_PAGE_ROWS = 256;

/** What stands for a row that turns out to hold nothing. */
export const absent: unique symbol = Symbol("absent");

const names = [
  "gt",
  "gte",
  "lt",
  "lte",
  "prefix",
  "tag",
  "reverse",
  "limit",
  "signal",
] as const satisfies readonly (keyof IterationOptions)[];

/** How rows are read: whose, and what becomes of each. */
export interface RowReading<T> {
  readonly table: number;
  readonly namespace: EncodedKey;
  readonly keysOnly: boolean;
  readonly item: (row: PageRow) => MaybePromise<T | typeof absent>;
}

/** Reads the live rows of a range page by page. Pages grow while their values stay small; no transaction is open between two. */
export function readRows<T>(access: RowAccess, options: IterationOptions, { table, namespace, keysOnly, item }: RowReading<T>): Parts<T> {
  checkOptionNames("an iteration", options, names);
  const { reverse = false, limit = Number.POSITIVE_INFINITY, signal, tag } = options;
  if (typeof limit !== "number" || !(limit >= 0)) throw new TypeError("limit must be a number, 0 or more");
  const keys = encodeRange(options, namespace);
  const index = tag === undefined ? undefined : TAG_INDEX;
  const range = keys && tag !== undefined ? tagRange(encodeTag(tag), keys) : keys;
  let query: Omit<RangeQuery, "limit"> | undefined = range && { ...range, index, reverse, keysOnly };
  let wanted = Math.floor(limit);
  const size = new PageSize(limit === Number.POSITIVE_INFINITY ? FIRST_PAGE_ROWS : FIRST_LIMITED_PAGE_ROWS);

  const present = (items: readonly (T | typeof absent)[]): readonly T[] => {
    const found = items.filter((one): one is T => one !== absent);
    wanted -= found.length;
    return found;
  };

  return () => {
    access.assertOpen();
    signal?.throwIfAborted();
    if (!query || wanted < 1) return undefined;
    const page = access.range(table, { ...query, limit: Math.min(size.rows, wanted), liveAt: access.now() });
    return andThen(page, ({ rows, next }) => {
      signal?.throwIfAborted();
      query = next && query && { ...query, ...(reverse ? { lt: next, lte: undefined } : { gt: next, gte: undefined }) };
      size.adapt(rows);
      return andThen(allOf(rows, item), present);
    });
  };
}
