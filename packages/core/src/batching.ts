import type { EncodedKey } from "./entry.ts";
import type { Check } from "./operation.ts";
import type { Unit } from "./unit.ts";

/*
 * A store looks at the checks of a batch as it was before the batch. So a unit may share a batch only with units before it that change
 * nothing its checks look at. Index entries that are claimed anew are remembered apart: two rows may claim the same, and the store's check
 * of each sees neither.
 */

/** How many units, from one on, can go in one batch. At least one. */
export function countTogether(units: readonly Unit<unknown>[], start: number): number {
  let at = start;
  while (at < units.length && !units[at]?.checks) at++;
  // Without checks, everything goes together.
  if (at === units.length) return at - start;
  const earlier = new Changes();
  for (at = start; at < units.length; at++) {
    const unit = units[at];
    if (!unit || earlier.concern(unit)) break;
    earlier.add(unit);
  }
  return Math.max(1, at - start);
}

/** What the units of a batch change. */
class Changes {
  readonly #rows = new Set<string>();
  readonly #tables = new Set<number>();
  readonly #wholeTables = new Set<number>();
  /** Unique index entries, and the rows that claim them. */
  readonly #claims = new Map<string, string>();

  add({ operations, checks }: Unit<unknown>): void {
    for (const operation of operations) {
      this.#tables.add(operation.table);
      if ("key" in operation) this.#rows.add(nameOf(operation.table, operation.key));
      else this.#wholeTables.add(operation.table);
    }
    for (const check of checks ?? []) if (check.type === "unique") this.#claims.set(claimOf(check), nameOf(check.table, check.key));
  }

  /** Whether a unit's checks look at something that was changed. */
  concern({ checks }: Unit<unknown>): boolean {
    return checks?.some((check) => this.#concernsOne(check)) ?? false;
  }

  #concernsOne(check: Check): boolean {
    if (check.type === "table") return this.#tables.has(check.table);
    const row = nameOf(check.table, check.key);
    if (check.type === "version") return this.#wholeTables.has(check.table) || this.#rows.has(row);
    return (this.#claims.get(claimOf(check)) ?? row) !== row;
  }
}

/** The name of an entry of a unique index. */
export function claimOf({ table, index, bytes }: Check & { readonly type: "unique" }): string {
  return `${table}/${index}/${textOf(bytes)}`;
}

/** The name of a row. */
export function nameOf(table: number, key: EncodedKey): string {
  return `${table}/${textOf(key)}`;
}

/** Bytes as a text that no others have. */
function textOf(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}
