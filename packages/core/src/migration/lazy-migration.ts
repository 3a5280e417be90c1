import { compareBytes } from "../byte-order.ts";
import type { EncodedKey } from "../entry.ts";
import { CacheError, isCacheError } from "../errors.ts";
import { uniqueChecks } from "../table/unique.ts";
import type { RowAccess } from "../row-access.ts";
import { absent } from "../row-reader.ts";
import type { OpenTable } from "../table/open-table.ts";
import type { Unit } from "../unit.ts";

/** A row whose value is of another version than its table. */
export interface OldRow {
  readonly key: EncodedKey;
  readonly old: unknown;
  /** The version of the value's shape. */
  readonly version: number;
  /** The version of the commit that wrote the row. */
  readonly rowVersion: number;
  readonly expiresAt: number;
}

/** What a row of an older version is in the current one; `absent` when it is dropped. Has it written back where rows may be. */
export function migrated(table: OpenTable, rows: RowAccess, row: OldRow): unknown {
  const value = currentValue(table, row);
  if (rows.writesBack) writeBack(table, rows, row, value);
  return value === undefined ? absent : value;
}

/** A row's value in the table's version; `undefined` when it is to be dropped. Throws `CACHE_VERSION` for what can't be brought there. */
export function currentValue(table: OpenTable, { key, old, version }: OldRow): unknown {
  const { settings, title } = table;
  const { migration, primaryKey } = settings;
  if (version > settings.version)
    throw new CacheError(
      "CACHE_VERSION",
      `a row of ${title} was written in version ${version}, but this program declares ${settings.version}`,
    );
  if (!migration)
    throw new CacheError(
      "CACHE_VERSION",
      `a row of ${title} is of version ${version}; declare "migrate" to bring it to ${settings.version}`,
    );
  const value = migration.bring(old, version, settings.version);
  if (value !== undefined && primaryKey && compareBytes(primaryKey.encodedOf(value), key) !== 0)
    throw new CacheError("CACHE_VERSION", `"migrate" of ${title} changed the key of a row; a row keeps its key`);
  return value;
}

/** What replaces a row by its current value, or drops it, if nobody has changed it since. */
export function rewriteUnit(table: OpenTable, row: OldRow, value: unknown): Unit<void> {
  const { codec, id } = table;
  const { key, expiresAt, rowVersion } = row;
  const unchanged = { type: "version", table: id, key, version: rowVersion } as const;
  if (value === undefined) return { checks: [unchanged], operations: [{ type: "delete", table: id, key }], done: () => {} };
  const entries = table.entriesOf(key, value, expiresAt);
  const operation = {
    type: "set",
    table: id,
    key,
    value: codec.encode(value),
    expiresAt,
    entries,
    codec,
    structures: codec.structures,
  } as const;
  return { checks: [unchanged, ...uniqueChecks(table, [operation])], operations: [operation], done: () => {} };
}

function writeBack(table: OpenTable, rows: RowAccess, row: OldRow, value: unknown): void {
  try {
    const written = rows.write([{ table: table.id, keys: [row.key] }], rewriteUnit(table, row, value));
    if (written instanceof Promise) written.catch((error: unknown) => report(table, row.key, error));
  } catch (error) {
    report(table, row.key, error);
  }
}

/** The reader has its value, and the row can be migrated another time; that others changed it meanwhile is no failure at all. */
function report({ emitter }: OpenTable, key: EncodedKey, error: unknown): void {
  if (!isCacheError(error, "CACHE_CONFLICT") && !isCacheError(error, "CACHE_CLOSED")) emitter.emit("error", { key, error });
}
