import { byteHash } from "./byte-hash.ts";
import { compareBytes } from "./byte-order.ts";
import type { EncodedKey } from "./entry.ts";
import { type Check, tablesOf } from "./operation.ts";
import type { Unit } from "./unit.ts";

/*
 * A store looks at the checks of a batch as it was before the batch. So a unit may share a batch only with units before it that change
 * nothing its checks look at. Index entries that are claimed anew are remembered apart: two rows may claim the same, and the store's check
 * of each sees neither.
 */

type UniqueCheck = Check & { readonly type: "unique" };

/** How many units, from one on, can go in one batch. At least one. */
export function countTogether(units: readonly Unit<unknown>[], start: number): number {
  let at = start;
  while (at < units.length && !units[at]?.checks) at++;
  // Without checks, everything goes together.
  if (at === units.length) return at - start;
  const changes = new Changes(units.some(({ checks }) => checks?.some(({ type }) => type !== "unique")));
  for (at = start; at < units.length; at++) {
    const unit = units[at];
    if (!unit || !changes.admit(unit)) break;
  }
  return Math.max(1, at - start);
}

/** What the units of a batch change. Hashes that collide end a batch early, and do no other harm. */
class Changes {
  /** Whether any check looks at rows or tables: many look at unique entries alone. */
  readonly #areRowsChecked: boolean;
  readonly #rows = new Set<number>();
  readonly #tables = new Set<number>();
  readonly #wholeTables = new Set<number>();
  /** Unique index entries, and the rows that claim them. */
  readonly #claims = new Map<number, EncodedKey>();

  constructor(areRowsChecked: boolean) {
    this.#areRowsChecked = areRowsChecked;
  }

  /** Adds what a unit changes, unless its checks look at something that was changed. */
  admit({ operations, checks }: Unit<unknown>): boolean {
    if (checks) for (const check of checks) if (this.#concerns(check)) return false;
    if (this.#areRowsChecked)
      for (const operation of operations) {
        for (const table of tablesOf(operation)) this.#tables.add(table);
        if ("key" in operation) this.#rows.add(byteHash(operation.key, operation.table));
        else for (const table of tablesOf(operation)) this.#wholeTables.add(table);
      }
    return true;
  }

  /** Whether a check looks at something that was changed; otherwise the claim is that of its row from now on. */
  #concerns(check: Check): boolean {
    if (check.type === "table") return this.#tables.has(check.table);
    if (check.type === "version") return this.#wholeTables.has(check.table) || this.#rows.has(byteHash(check.key, check.table));
    const hash = claimHash(check);
    const claimant = this.#claims.get(hash);
    if (claimant) return compareBytes(claimant, check.key) !== 0;
    this.#claims.set(hash, check.key);
    return false;
  }
}

function claimHash({ table, index, bytes }: UniqueCheck): number {
  return byteHash(bytes, (table << 16) ^ index);
}

/** The name of an entry of a unique index, which no other has. */
export function claimOf({ table, index, bytes }: UniqueCheck): string {
  return `${table}/${index}/${textOf(bytes)}`;
}

/** The name of a row, which no other has. */
export function nameOf(table: number, key: EncodedKey): string {
  return `${table}/${textOf(key)}`;
}

/** Bytes as a text that no others have. */
function textOf(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}
