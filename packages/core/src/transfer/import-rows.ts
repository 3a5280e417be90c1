import { step, type Steps } from "../continuation.ts";
import type { EncodedKey } from "../entry.ts";
import { CacheError, isCacheError } from "../errors.ts";
import { finite } from "../expiry.ts";
import { currentValue } from "../migration/lazy-migration.ts";
import type { Check, DeleteOperation } from "../operation.ts";
import type { Runtime } from "../runtime.ts";
import type { OpenTable } from "../table/open-table.ts";
import { uniqueChecks } from "../table/unique.ts";
import { encodeTags } from "../tag.ts";
import type { Unit } from "../unit.ts";
import type { ValueOperation } from "../value-codec.ts";
import type { TransferRow } from "./frame-content.ts";
import type { ImportOptions } from "./transfer.ts";

/** How often rows are looked for anew because others write the same keys. */
const MAX_TRIES = 64;

/**
 * Writes rows of a stream to a table, all or none. Tells how many; rows that have expired, are to be skipped, or are too large to be kept are
 * left out.
 */
export function* importRows(
  runtime: Runtime,
  table: OpenTable,
  rows: readonly TransferRow[],
  onConflict: NonNullable<ImportOptions["onConflict"]>,
): Steps<number> {
  for (const { valueVersion } of rows) if (valueVersion > table.settings.version) throw newer(table, valueVersion);
  for (let tries = 1; ; tries++) {
    runtime.assertOpen();
    const now = runtime.now();
    let wanted = rows.filter(({ expiresAt }) => expiresAt > now);
    if (onConflict === "skip") wanted = yield* missing(runtime, table, wanted);
    if (wanted.length === 0) return 0;
    const keys = wanted.map(({ key }) => key);
    const unit = unitOf(table, wanted, onConflict === "skip" ? keys : []);
    try {
      return yield* step(runtime.write([{ table: table.id, keys }], unit));
    } catch (error) {
      if (onConflict !== "skip" || !isCacheError(error, "CACHE_CONFLICT") || tries === MAX_TRIES) throw error;
    }
  }
}

/** The rows whose keys have no live row yet. */
function* missing(runtime: Runtime, { id }: OpenTable, rows: readonly TransferRow[]): Steps<TransferRow[]> {
  const there = yield* step(
    runtime.getMany(
      id,
      rows.map(({ key }) => key),
    ),
  );
  const now = runtime.now();
  return rows.filter((_row, at) => !((there[at]?.expiresAt ?? Number.NEGATIVE_INFINITY) > now));
}

/** A unit that stores rows under checks that some keys have none; tells how many, as some may be too large to be kept. */
function unitOf(table: OpenTable, rows: readonly TransferRow[], absentKeys: readonly EncodedKey[]): Unit<number> {
  const { codec, counters, emitter, id, indexes, reclaimer, settings } = table;
  const told: { readonly key: EncodedKey; readonly value: unknown; readonly expiresAt: number | undefined }[] = [];
  const operations = rows.map(({ key, value, valueVersion, expiresAt, lifetime, tags: names }): ValueOperation | DeleteOperation => {
    reclaimer.expect(expiresAt);
    const tags = encodeTags(names);
    let entries = table.systemEntriesOf(key, expiresAt, tags);
    if (valueVersion === settings.version) {
      if (indexes.size > 0) entries = table.entriesOf(key, value, expiresAt, tags);
    } else if (indexes.size > 0) {
      // It stays as old as it is, but is found by what it will be. What its migration drops is found by nothing.
      const current = currentValue(table, { key, old: value, version: valueVersion });
      if (current !== undefined) entries = table.entriesOf(key, current, expiresAt, tags);
    }
    const encoded = codec.encode(value, valueVersion, lifetime);
    // What was there is out of date.
    if (!table.keeps(key, encoded, entries)) return { type: "delete", table: id, key };
    if (valueVersion === settings.version) told.push({ key, value, expiresAt: finite(expiresAt) });
    return { type: "set", table: id, key, value: encoded, expiresAt, entries, codec, structures: codec.structures };
  });
  const sets = operations.filter((operation) => operation.type === "set");
  const removed: { readonly cause: "replace" | "evict"; readonly key: EncodedKey }[] = [];
  const absent = absentKeys.map((key): Check => ({ type: "version", table: id, key, version: undefined }));
  const checks = indexes.size === 0 ? absent : [...absent, ...uniqueChecks(table, sets)];
  return {
    operations,
    ...(checks.length > 0 && { checks }),
    done: (counts, from) => {
      for (const [at, { type, key }] of operations.entries())
        if (counts[from + at] === 1) removed.push({ cause: type === "set" ? "replace" : "evict", key });
      return sets.length;
    },
    told: () => {
      counters.sets += sets.length;
      for (const { cause, key } of removed) {
        if (cause === "evict") counters.evictions++;
        if (emitter.hears(cause)) emitter.remove(cause, { key });
      }
      // Listeners hear of values in the table's version only.
      if (emitter.has("set")) for (const event of told) emitter.emit("set", event);
    },
  };
}

function newer({ settings, title }: OpenTable, version: number): CacheError {
  return new CacheError("CACHE_VERSION", `a row of ${title} was exported in version ${version}, but the table is of ${settings.version}`);
}
