import { type ByteRange, compareBytes, TAG_INDEX } from "@cache/core/spi";
import { type Asked, findKeys, findLines, type FoundRow, walkRecords } from "./records.ts";
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
  const { table, index, limit, reverse = false, keysOnly = false, isUnique = index > TAG_INDEX } = query;
  const range = lineRange(table, index, query);
  if (!range) return [];
  const lines = (keysOnly ? findKeys : findLines)(stores.lines, { index, range, limit, reverse });
  if (!isUnique) return lines;
  const [found, claimed] = await Promise.all([lines, findClaimed(stores.claims, query)]);
  const within = claimed.filter(({ position }) => range.includes(position));
  const all = [...found, ...within].toSorted((a, b) => compareBytes(a.position, b.position) * (reverse ? -1 : 1));
  return all.slice(0, limit);
}

/** The row that claims an entry. */
export async function findClaimer(claims: IDBIndex, table: number, index: number, entry: Uint8Array): Promise<FoundRow[]> {
  return placed(await findLines(claims, { index, range: IDBKeyRange.only(claimOf(table, index, entry)), limit: 1 }));
}

/** The rows that claim entries, one of which may lie just outside of the bounds: they stand there without their rows' keys. */
async function findClaimed(claims: IDBIndex, query: EntryQuery): Promise<FoundRow[]> {
  const { table, index, limit, reverse = false, keysOnly = false, gt, gte, lt, lte } = query;
  const from = gt ?? gte;
  const find = (bounds: ByteRange, asked: Omit<Asked, "range">, search: typeof findLines): Promise<FoundRow[]> | [] => {
    const range = lineRange(table, index, bounds);
    return range ? search(claims, { index, range, ...asked }) : [];
  };
  const [found, before] = await Promise.all([
    find({ gte: from, lt: lt ?? lte }, { limit: limit + 1, reverse }, keysOnly ? findKeys : findLines),
    // If the bound is an entry and a key, the row that claims the entry may have a greater key.
    from ? find({ lt: from }, { limit: 1, reverse: true }, walkRecords) : [],
  ]);
  return placed([...before, ...found]);
}

/** Rows that were found by their claims, each with its entry's line. */
function placed(claimed: readonly FoundRow[]): FoundRow[] {
  return claimed.map((row) => ({ ...row, position: lineOfClaim(row.position, row.rowKey) }));
}
