import { compareBytes } from "../byte-order.ts";
import { claimOf } from "../batching.ts";
import { step, type Steps } from "../continuation.ts";
import type { EncodedKey } from "../entry.ts";
import { CacheError } from "../errors.ts";
import type { Check, Operation, SetOperation } from "../operation.ts";
import { afterExtensions } from "../key-range.ts";
import type { Page, PageRow, Store } from "../store.ts";
import type { Unit } from "../unit.ts";
import { holdsKey } from "../transaction/row-order.ts";
import type { OpenTable } from "./open-table.ts";

/** A row to be written, as far as unique indexes go. */
export type ClaimingRow = Pick<SetOperation, "key" | "entries">;

type UniqueCheck = Check & { readonly type: "unique" };

/**
 * The checks that rows to be written need for the unique indexes of their table. Throws `CACHE_UNIQUE` when two of them have the same entry.
 * Of several rows with one key the last counts.
 */
export function uniqueChecks(table: OpenTable, rows: readonly ClaimingRow[]): readonly Check[] {
  const { uniqueIndexes } = table;
  if (uniqueIndexes.size === 0) return [];
  const checks: UniqueCheck[] = [];
  for (const { key, entries } of lastOfEach(rows))
    for (const { index, bytes } of entries)
      if (uniqueIndexes.has(index)) checks.push({ type: "unique", table: table.id, index, bytes, key });
  if (rows.length > 1) {
    const claims = new Set<string>();
    for (const check of checks) {
      const claim = claimOf(check);
      if (claims.has(claim)) throw taken(table, check.index);
      claims.add(claim);
    }
  }
  return checks;
}

function lastOfEach(rows: readonly ClaimingRow[]): Iterable<ClaimingRow> {
  if (rows.length === 1) return rows;
  return new Map(rows.map((row) => [row.key.join(), row])).values();
}

/** What a look-up of an index's rows needs. */
type Rows = Pick<Store, "range">;

/** Units as they were first tried, by those that `withoutUnique` made of them. */
const firstTries = new WeakMap<Unit<unknown>, Unit<unknown>>();

/**
 * What to try when a check of a unit's unique entries failed. Rows of the unit itself may give entries up: then those must be as they are now.
 * Throws `CACHE_UNIQUE` when another row has the entry.
 */
export function* withoutUnique(
  store: Rows,
  now: number,
  tables: (id: number) => OpenTable,
  unit: Unit<unknown>,
  position: number,
): Steps<Unit<unknown>> {
  const checks = [...(unit.checks ?? [])];
  const first = firstTries.get(unit) ?? unit;
  if (checks[position]?.type !== "unique") {
    // A row that was to give an entry up has changed: who has the entry now is to be seen anew.
    if (first.checks?.[position]?.type === "unique") return first;
    throw new CacheError("CACHE_CONFLICT", "others changed a row that this commit relies on; try again");
  }
  // Those before it hold. Where many rows swap their entries, all are told at once.
  for (const [at, check] of checks.entries()) {
    if (at < position || check.type !== "unique") continue;
    const { table, index } = check;
    const holder = yield* holderOf(store, now, check);
    // It has gone meanwhile, or never was.
    if (!holder) continue;
    if (!holder.stored || !givesUp(unit.operations, table, holder.key, now)) throw taken(tables(table), index);
    checks[at] = { type: "version", table, key: holder.key, version: holder.stored.version };
  }
  const next = { ...unit, checks };
  firstTries.set(next, first);
  return next;
}

/** The live row, other than its own, that has the entry of a check. */
function* holderOf(store: Rows, now: number, { table, index, bytes, key }: UniqueCheck): Steps<PageRow | undefined> {
  const lt = afterExtensions(bytes);
  for (let gt: Uint8Array | undefined; ;) {
    const bounds = gt ? { gt } : { gte: bytes };
    const page: Page = yield* step(store.range(table, { index, ...bounds, lt, limit: 16, liveAt: now }));
    const holder = page.rows.find((row) => compareBytes(row.key, key) !== 0);
    if (holder || !page.next) return holder;
    gt = page.next;
  }
}

/** Whether operations replace or remove a row, or make it expire. */
function givesUp(operations: readonly Operation[], table: number, key: EncodedKey, now: number): boolean {
  return operations.some((operation) => {
    if (operation.type === "trim" || operation.table !== table) return false;
    if (operation.type === "touch" && (operation.expiresAt ?? Number.POSITIVE_INFINITY) > now) return false;
    if (operation.type !== "deleteRange") return compareBytes(operation.key, key) === 0;
    return holdsKey(operation, key);
  });
}

function taken(table: OpenTable, number: number): CacheError {
  const index = [...table.indexes.values()].find((one) => one.number === number);
  return new CacheError("CACHE_UNIQUE", `another row of ${table.title} has the same entry in its unique index "${index?.name}"`, {
    index: index?.name,
  });
}
