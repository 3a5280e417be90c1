import { allOf, andThen } from "../continuation.ts";
import type { IndexEntry } from "../entry.ts";
import { isCacheError } from "../errors.ts";
import type { Check, Operation } from "../operation.ts";
import type { MaybePromise, PageRow } from "../store.ts";
import type { OpenTable } from "../table/open-table.ts";
import { type ClaimingRow, uniqueChecks } from "../table/unique.ts";
import { valueVersion } from "../value-codec.ts";
import { currentValue } from "./lazy-migration.ts";
import type { PassChange } from "./table-pass.ts";

/**
 * What rows need for some of their table's indexes, by number, to be built: their entries in those that there are, and none in those dropped.
 * Throws what migrating a row throws: an index that leaves rows out would never have them again.
 */
export function indexChange(table: OpenTable, rows: readonly PageRow[], numbers: readonly number[]): MaybePromise<PassChange> {
  return andThen(
    allOf(rows, (row) => entriesOf(table, row, numbers)),
    (all) => {
      const operations: Operation[] = [];
      const checks: Check[] = [];
      const claims: ClaimingRow[] = [];
      for (const [at, { key, stored }] of rows.entries()) {
        const entries = all[at] ?? [];
        if (!stored || (entries.length === 0 && !stored.entries.some(({ index }) => numbers.includes(index)))) continue;
        checks.push({ type: "version", table: table.id, key, version: stored.version });
        operations.push({ type: "touch", table: table.id, key, indexes: numbers, entries });
        claims.push({ key, entries });
      }
      return { operations, checks: [...checks, ...uniqueChecks(table, claims)] };
    },
  );
}

/** A row's entries in indexes with these numbers; none for a damaged row, which can be read in no version. */
function entriesOf(table: OpenTable, { key, stored }: PageRow, numbers: readonly number[]): MaybePromise<readonly IndexEntry[]> {
  if (!stored) return [];
  const { expiresAt } = stored;
  const version = valueVersion(stored.value);
  const leaveOut = (error: unknown): readonly IndexEntry[] => {
    if (!isCacheError(error, "CACHE_CORRUPT")) throw error;
    table.emitter.emit("error", { key, error });
    return [];
  };
  try {
    const entries = andThen(table.codec.decode(stored.value), (old) => {
      const value = version === table.settings.version ? old : currentValue(table, { key, old, version });
      const all = value === undefined ? [] : table.entriesOf(key, value, expiresAt);
      return all.filter(({ index }) => numbers.includes(index));
    });
    return entries instanceof Promise ? entries.catch(leaveOut) : entries;
  } catch (error) {
    return leaveOut(error);
  }
}
