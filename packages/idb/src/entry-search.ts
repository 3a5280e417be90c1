import { type ByteRange, compareBytes, FIRST_INDEX } from "@cache/core/spi";
import { asKey, findKeys, findLines, type FoundRow } from "./records.ts";
import { result } from "./requests.ts";
import { claimOf, lineOfClaim, lineRange } from "./row-key.ts";
import type { Stores } from "./transaction.ts";

/** Entries of an index within bounds of entry and key. */
export interface EntryQuery extends ByteRange {
  readonly table: number;
  readonly index: number;
  readonly limit: number;
  readonly reverse?: boolean | undefined;
  readonly keysOnly?: boolean | undefined;
  /** `false` where none of them can be claimed. */
  readonly isUnique?: boolean | undefined;
}

/** The rows that entries of an index lead to, in the order of entry and key, whether they are claimed or not: each with its entry's line. */
export async function findEntries(stores: Stores, query: EntryQuery): Promise<FoundRow[]> {
  const { table, index, limit, reverse = false, keysOnly = false, isUnique = index >= FIRST_INDEX } = query;
  const range = lineRange(table, index, query);
  if (!range) return [];
  const lines = (keysOnly ? findKeys : findLines)(stores.lines, { index, range, limit, reverse });
  if (!isUnique) return lines;
  const [found, claimed] = await Promise.all([lines, findClaimed(stores, query, range)]);
  return [...found, ...claimed].toSorted((a, b) => compareBytes(a.position, b.position) * (reverse ? -1 : 1)).slice(0, limit);
}

/** The row that claims an entry. */
export async function findClaimer(claims: IDBIndex, table: number, index: number, entry: Uint8Array): Promise<FoundRow[]> {
  return placed(await findLines(claims, { index, range: IDBKeyRange.only(claimOf(table, index, entry)), limit: 1 }));
}

/** The rows that claim entries whose lines would be in a range. */
async function findClaimed({ rows, claims }: Stores, query: EntryQuery, range: IDBKeyRange): Promise<FoundRow[]> {
  const { table, index, limit, reverse = false, keysOnly = false, gt, gte, lt, lte } = query;
  const from = gt ?? gte;
  const within = lineRange(table, index, { gte: from, lt: lt ?? lte });
  const below = from && lineRange(table, index, { lt: from });
  const [found, before] = await Promise.all([
    // The last one may have a key that is too great.
    within ? (keysOnly ? findKeys : findLines)(claims, { index, range: within, limit: limit + 1, reverse }) : [],
    // If the bound is an entry and a key, the row that claims the entry may have a greater key.
    below ? findKeys(claims, { range: below, limit: 1, reverse: true }) : [],
  ]);
  const isWithin = ({ position }: FoundRow): boolean => range.includes(position);
  const late = placed(before).filter(isWithin);
  const asRead = keysOnly
    ? late
    : await Promise.all(late.map(async (row) => ({ ...row, record: await result<unknown>(rows.get(asKey(row.rowKey))) })));
  return [...asRead, ...placed(found).filter(isWithin)];
}

/** Rows that were found by their claims, each with its entry's line. */
function placed(claimed: readonly FoundRow[]): FoundRow[] {
  return claimed.map((row) => ({ ...row, position: lineOfClaim(row.position, row.rowKey) }));
}
