import { compareBytes } from "../byte-order.ts";
import type { EncodedKey, IndexEntry } from "../entry.ts";
import { CacheError, isCacheError } from "../errors.ts";
import type { Check, DeleteOperation } from "../operation.ts";
import { uniqueChecks } from "../table/unique.ts";
import type { RowAccess } from "../row-access.ts";
import { absent } from "../row-reader.ts";
import type { OpenTable } from "../table/open-table.ts";
import type { EncodedTags } from "../tag.ts";
import type { ValueOperation } from "../value-codec.ts";

/** A row whose value is of another version than its table. */
export interface OldRow {
  readonly key: EncodedKey;
  readonly old: unknown;
  /** The version of the value's shape. */
  readonly version: number;
  /** The version of the commit that wrote the row. */
  readonly rowVersion: number;
  readonly expiresAt: number;
  /** For how many milliseconds reads make it live on; 0 when they don't. */
  readonly lifetime: number;
  readonly tags: EncodedTags;
}

/** What a row of an older version is in the current one; `absent` when it is dropped. Has it written back where rows may be. */
export function migrated(table: OpenTable, rows: RowAccess, row: OldRow): unknown {
  const value = currentValue(table, row);
  if (rows.writesBack) writeBack(table, rows, row, value);
  return value === undefined ? absent : value;
}

/** A row's value in the table's version; `undefined` when it is to be dropped. Throws `CACHE_VERSION` for what can't be brought there. */
export function currentValue(table: OpenTable, { key, old, version }: Pick<OldRow, "key" | "old" | "version">): unknown {
  const { settings, title } = table;
  const { migration, primaryKey } = settings;
  if (version > settings.version) throw tooNew(table, version);
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

/** The error for a row of a version later than the declared one. */
export function tooNew({ settings, title }: OpenTable, version: number): CacheError {
  return new CacheError(
    "CACHE_VERSION",
    `a row of ${title} was written in version ${version}, but this program declares ${settings.version}`,
  );
}

/**
 * What replaces a row by a value of a version, or drops it, also where it has become too large to be kept; `entries` are all its index entries.
 * Throws `CACHE_TOO_LARGE`.
 */
export function rewriting(
  table: OpenTable,
  { key, expiresAt, lifetime }: OldRow,
  value: unknown,
  version: number,
  entries: readonly IndexEntry[],
): ValueOperation | DeleteOperation {
  const { codec, id } = table;
  if (value === undefined) return { type: "delete", table: id, key };
  const encoded = codec.encode(value, version, lifetime);
  if (!table.keeps(key, encoded, entries)) return { type: "delete", table: id, key };
  return { type: "set", table: id, key, value: encoded, expiresAt, entries, codec, structures: codec.structures };
}

/** Counts and tells of a row that a migration has dropped; `value` is what it would have become. */
export function tellDropped({ counters, emitter }: OpenTable, key: EncodedKey, value: unknown): void {
  if (value !== undefined) counters.evictions++;
  emitter.remove(value === undefined ? "delete" : "evict", { key });
}

/** The check that a row is as it was read. */
export function unchanged(table: OpenTable, { key, rowVersion, expiresAt }: OldRow): Check {
  return { type: "version", table: table.id, key, version: rowVersion, expiresAt };
}

function writeBack(table: OpenTable, rows: RowAccess, row: OldRow, value: unknown): void {
  try {
    const entries = value === undefined ? [] : table.entriesOf(row.key, value, row.expiresAt, row.tags);
    const operation = rewriting(table, row, value, table.settings.version, entries);
    const checks = [unchanged(table, row), ...uniqueChecks(table, [{ key: row.key, entries }])];
    const written = rows.write([{ table: table.id, keys: [row.key] }], {
      checks,
      operations: [operation],
      done: () => {},
      told: () => {
        if (operation.type === "delete") tellDropped(table, row.key, value);
      },
    });
    if (written instanceof Promise) written.catch((error: unknown) => report(table, row.key, error));
  } catch (error) {
    report(table, row.key, error);
  }
}

/**
 * The reader has its value, and the row can be migrated another time; that others changed it or the table's declaration meanwhile is no
 * failure at all.
 */
function report({ emitter }: OpenTable, key: EncodedKey, error: unknown): void {
  const isExpected =
    isCacheError(error) && (["CACHE_CONFLICT", "CACHE_CLOSED", "CACHE_VERSION"] as const).some((code) => code === error.code);
  if (!isExpected) emitter.emit("error", { key, error });
}
