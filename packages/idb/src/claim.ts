import { type Batch, type Check, compareBytes, type DeleteOperation, type SetOperation, type TouchOperation } from "@cache/core/spi";
import type { CommitWork } from "./commit.ts";
import { results, result } from "./requests.ts";
import { packRow, unpackWhole, type WholeRow } from "./row.ts";
import { asKey, keyBytes } from "./records.ts";
import { tableOf } from "./row-key.ts";
import type { Slot } from "./slot.ts";
import type { Tallies } from "./tally.ts";

/*
 * Unique entries, which the database's own unique index guards. Asking for each check who has its entry costs as much as the write itself;
 * a write that is refused tells the same. What is refused is carried out once more with care, as an expired row may be in the way, or one
 * that a later operation moves out of it.
 *
 * The index knows nothing of the entries of unclaimed rows. All of these that are in a table are expired from a moment on that its tally
 * knows; before it, as when a clock was set back, checks are asked for one by one.
 */

/** Whether each unique check of a batch, in order, is about an entry that a set brings as unique. */
export function areClaimed({ checks, operations }: Batch): boolean {
  const open = checks.filter((check) => check.type === "unique");
  let place = 0;
  for (const operation of operations) {
    if (operation.type !== "set") continue;
    for (const { index, bytes, isUnique } of operation.entries) {
      const check = open[place];
      if (!isUnique || check?.index !== index || check.table !== operation.table) continue;
      if (isSame(check.key, operation.key) && isSame(check.bytes, bytes)) place++;
    }
  }
  return place === open.length;
}

/** Whether an operation brings unique entries. */
export function isClaiming(operation: SetOperation | DeleteOperation | TouchOperation): boolean {
  return operation.type !== "delete" && operation.entries.some(({ isUnique }) => isUnique);
}

/** Whether a live row may have the entry of a unique check without claiming it. */
export function mayBeUnclaimed(checks: readonly Check[], tallies: Tallies, now: number): boolean {
  return checks.some(({ type, table }) => type === "unique" && tallies.of(table).unclaimedUntil > now);
}

/** Takes note of a row that is written without claiming its unique entries. */
export function raiseUnclaimed({ tallies }: CommitWork, rowKey: Uint8Array, { expiresAt }: WholeRow): void {
  const tally = tallies.of(tableOf(rowKey));
  tally.unclaimedUntil = Math.max(tally.unclaimedUntil, expiresAt);
}

/** Lets rows that were written unclaimed claim their unique entries, unless a live row has them: then they stay as they are. */
export async function claimAll(slots: readonly Slot[], work: CommitWork): Promise<void> {
  const { rows, claims } = work.stores;
  const wanted = slots.flatMap(({ rowKey, row }) => {
    const record = row && packRow(rowKey, { ...row, isUnclaimed: false });
    return row && record && "claims" in record ? [{ rowKey, row, record }] : [];
  });
  const holders = await results(wanted.flatMap(({ record }) => record.claims.map((line) => claims.getKey(asKey(line)))));
  const claimed = new Set<string>();
  let at = 0;
  for (const { rowKey, row, record } of wanted) {
    const names = record.claims.map((line) => line.join());
    let isFree = !names.some((name) => claimed.has(name));
    for (const holder of holders.slice(at, (at += names.length))) if (holder && isFree) isFree = await givesUp(keyBytes(holder), work);
    if (isFree) {
      for (const name of names) claimed.add(name);
      rows.put(record, asKey(rowKey));
    } else raiseUnclaimed(work, rowKey, row);
  }
}

/** Makes an expired row leave its unique entries to others; whether it is one. */
async function givesUp(rowKey: Uint8Array, work: CommitWork): Promise<boolean> {
  const { stores, now } = work;
  const row = unpackWhole(await result<unknown>(stores.rows.get(asKey(rowKey))));
  if (row.expiresAt > now) return false;
  raiseUnclaimed(work, rowKey, row);
  stores.rows.put(packRow(rowKey, { ...row, isUnclaimed: true }), asKey(rowKey));
  return true;
}

/** What a transaction fails with when a row is in the way of another. */
export function inTheWay(): DOMException {
  return new DOMException("another row has the same unique entry", "ConstraintError");
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a === b || compareBytes(a, b) === 0;
}
