import { type Check, compareBytes } from "@cache/core/spi";
import { asKey, findLines, keyBytes } from "./records.ts";
import { results } from "./requests.ts";
import { sizeOf, unpackRow } from "./row.ts";
import { entryAndKey, lineRange, rowKeyOf, sameEntryRange } from "./row-key.ts";
import type { Stores } from "./transaction.ts";
import type { Tallies } from "./tally.ts";

type UniqueCheck = Check & { readonly type: "unique" };

/** How many keys tell whether a row other than a check's own may have the entry. */
const KEYS_ASKED = 2;

/** How many rows with the entry of a unique check are looked at at once. There is rarely more than one. */
const PAGE_ROWS = 16;

/**
 * The place of the first check that fails, or −1. All that most checks need is asked for before anything is waited for: of unique entries
 * the keys of their rows, and rows themselves only where another one has the entry.
 */
export async function firstFailed(checks: readonly Check[], stores: Stores, loading: Promise<Tallies>, now: number): Promise<number> {
  const requests: IDBRequest<unknown>[] = [];
  for (const check of checks) {
    if (check.type === "unique")
      requests.push(stores.lines.getAllKeys(sameEntryRange(check.table, check.index, check.bytes), KEYS_ASKED) as IDBRequest<unknown>);
    else if (check.type === "version") requests.push(stores.rows.get(asKey(rowKeyOf(check.table, check.key))));
  }
  const [tallies, answers] = await Promise.all([loading, results(requests)]);
  let answered = 0;
  for (const [place, check] of checks.entries()) {
    const answer = check.type === "table" ? undefined : answers[answered++];
    if (check.type === "unique") {
      // What was asked for are keys.
      if (!isOwn(answer as readonly IDBValidKey[], check) && (await isTaken(stores, check, now))) return place;
    } else if (check.type === "table" ? tallies.of(check.table).version > check.version : !isAsChecked(check, answer, now)) return place;
  }
  return -1;
}

function isAsChecked(check: Check & { readonly type: "version" }, record: unknown, now: number): boolean {
  const row = record === undefined ? undefined : unpackRow(record);
  if (!row || row.expiresAt <= now) return check.version === undefined;
  return row.version === check.version && (check.expiresAt === undefined || row.expiresAt === check.expiresAt);
}

/** Whether the rows with an entry are no others than a check's own. */
function isOwn(keys: readonly IDBValidKey[], { table, key }: UniqueCheck): boolean {
  const [first] = keys;
  return first === undefined || (keys.length === 1 && compareBytes(keyBytes(first), rowKeyOf(table, key)) === 0);
}

/** Whether a live row other than a check's own has its entry. */
async function isTaken({ lines }: Stores, { table, index, bytes, key }: UniqueCheck, now: number): Promise<boolean> {
  const own = rowKeyOf(table, key);
  let range: IDBKeyRange | undefined = sameEntryRange(table, index, bytes);
  while (range) {
    const found = await findLines(lines, { index, range, limit: PAGE_ROWS });
    for (const { rowKey, record } of found) if (sizeOf(rowKey, record).expiresAt > now && compareBytes(rowKey, own) !== 0) return true;
    const last = found.length === PAGE_ROWS ? found.at(-1) : undefined;
    range = last && restOf(range, table, index, entryAndKey(last.position));
  }
  return false;
}

/** The part of a range of lines after one. */
function restOf({ upper }: IDBKeyRange, table: number, index: number, gt: Uint8Array): IDBKeyRange | undefined {
  const rest = lineRange(table, index, { gt });
  return rest && IDBKeyRange.bound(rest.lower, upper, true, true);
}
