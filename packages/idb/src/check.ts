import { afterPrefix, type Check, compareBytes } from "@cache/core/spi";
import { findEntries } from "./entry-search.ts";
import { asKey, keyBytes } from "./records.ts";
import { results } from "./requests.ts";
import { sizeOf, unpackRow } from "./row.ts";
import { claimOf, entryAndKey, rowKeyOf, sameEntryRange } from "./row-key.ts";
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
    if (check.type === "unique") {
      const { table, index, bytes } = check;
      requests.push(stores.lines.getAllKeys(sameEntryRange(table, index, bytes), KEYS_ASKED) as IDBRequest<unknown>);
      requests.push(stores.claims.getAllKeys(asKey(claimOf(table, index, bytes))) as IDBRequest<unknown>);
    } else if (check.type === "version") requests.push(stores.rows.get(asKey(rowKeyOf(check.table, check.key))));
  }
  const [tallies, answers] = await Promise.all([loading, results(requests)]);
  let answered = 0;
  for (const [place, check] of checks.entries()) {
    if (check.type === "unique") {
      // What was asked for are keys.
      const keys = answers.slice(answered, (answered += 2)) as (readonly IDBValidKey[])[];
      if (!isOwn(keys.flat(), check) && (await isTaken(stores, check, now))) return place;
    } else if (check.type === "table" ? tallies.of(check.table).version > check.version : !isAsChecked(check, answers[answered++], now))
      return place;
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
  return keys.every((found) => compareBytes(keyBytes(found), rowKeyOf(table, key)) === 0);
}

/** Whether a live row other than a check's own has its entry. */
async function isTaken(stores: Stores, { table, index, bytes, key }: UniqueCheck, now: number): Promise<boolean> {
  const own = rowKeyOf(table, key);
  const query = { table, index, lt: afterPrefix(bytes), limit: PAGE_ROWS };
  for (let from: { gte: Uint8Array } | { gt: Uint8Array } = { gte: bytes }; ;) {
    const found = await findEntries(stores, { ...query, ...from });
    for (const { rowKey, record } of found) if (sizeOf(rowKey, record).expiresAt > now && compareBytes(rowKey, own) !== 0) return true;
    const last = found.length === PAGE_ROWS ? found.at(-1) : undefined;
    if (!last) return false;
    from = { gt: entryAndKey(last.position) };
  }
}
