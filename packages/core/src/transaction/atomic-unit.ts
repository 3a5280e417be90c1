import { nameOf } from "../batching.ts";
import type { SetOptions } from "../verbs.ts";
import { allOf, andThen } from "../continuation.ts";
import type { EncodedKey } from "../entry.ts";
import { EntryWriter } from "../entry-writer.ts";
import { ttlMs } from "../expiry.ts";
import type { Key } from "../key.ts";
import { encodeKey } from "../key-encoder.ts";
import { checkOptionNames } from "../option-names.ts";
import type { Check, SetOperation } from "../operation.ts";
import type { RowAccess } from "../row-access.ts";
import { validate } from "../schema.ts";
import type { MaybePromise } from "../store.ts";
import type { OpenTable } from "../table/open-table.ts";
import { encodeTags, noTags } from "../tag.ts";
import { uniqueChecks } from "../table/unique.ts";
import type { Unit } from "../unit.ts";

/** One call of a one-shot commit, as it was made. */
export type AtomicStep = { readonly table: OpenTable } & (
  | { readonly type: "check"; readonly key: unknown; readonly version: unknown }
  | { readonly type: "set"; readonly key: unknown; readonly value: unknown; readonly options: SetOptions | undefined }
  | { readonly type: "put"; readonly value: unknown; readonly options: SetOptions | undefined }
  | { readonly type: "delete"; readonly key: unknown }
);

/** A unit that answers with its commit's version, and the checks of it that were asked for. */
export interface AtomicUnit {
  readonly unit: Unit<number>;
  readonly demanded: readonly Check[];
}

/**
 * Makes one unit of all steps. Throws a `TypeError` for what isn't a key, a version or an option, and `CACHE_KEY_TOO_LONG`,
 * `CACHE_SCHEMA_INVALID`, `CACHE_UNSUPPORTED`, `CACHE_UNIQUE`.
 */
export function atomicUnit(rows: RowAccess, steps: readonly AtomicStep[]): MaybePromise<AtomicUnit> {
  return andThen(
    allOf(steps, (one) => partOf(rows, one)),
    (parts) => {
      const demanded = parts.flatMap(({ checks = [], operations }) => (operations.length === 0 ? checks : []));
      return { unit: joined(parts, [...demanded, ...claims(steps, parts)]), demanded };
    },
  );
}

function partOf(rows: RowAccess, one: AtomicStep): MaybePromise<Unit<unknown>> {
  const { table } = one;
  if (one.type === "check") {
    const { version } = one;
    if (version !== undefined && !Number.isInteger(version)) throw new TypeError("a version must be a whole number or undefined");
    // Whole, so a number.
    const check: Check = { type: "version", table: table.id, key: keyBytes(one.key), version: version as number | undefined };
    return { checks: [check], operations: [], done: () => undefined };
  }
  const writer = new EntryWriter(table, rows);
  if (one.type === "delete") return writer.deleteUnit([keyBytes(one.key)]);
  const { schema, primaryKey } = table.settings;
  const { value, options } = one;
  if (options) checkOptionNames("set", options, ["ttl", "tags"]);
  const ttl = options?.ttl === undefined ? table.settings.ttl : ttlMs(options.ttl);
  const tags = options?.tags === undefined ? noTags : encodeTags(options.tags);
  const key = one.type === "set" ? keyBytes(one.key) : undefined;
  return andThen(schema ? validate(schema, value) : value, (valid) => {
    const own = key ?? primaryKey?.encodedOf(valid);
    if (!own) throw new TypeError(`the values of ${table.title} hold no key; use set(key, value)`);
    return writer.setUnit([own], [valid], [ttl], [tags], () => undefined);
  });
}

/** Whatever the caller's types say, the encoder refuses what is no key. */
function keyBytes(key: unknown): EncodedKey {
  return encodeKey(key as Key);
}

/** The checks of unique entries for the rows as all parts together leave them. */
function claims(steps: readonly AtomicStep[], parts: readonly Unit<unknown>[]): readonly Check[] {
  const left = new Map<string, SetOperation>();
  for (const operation of parts.flatMap(({ operations }) => operations)) {
    if (operation.type === "set") left.set(nameOf(operation.table, operation.key), operation);
    if (operation.type === "delete") left.delete(nameOf(operation.table, operation.key));
  }
  const tables = new Set(steps.map(({ table }) => table));
  return Array.from(tables, (table) =>
    uniqueChecks(
      table,
      Array.from(left.values()).filter((operation) => operation.table === table.id),
    ),
  ).flat();
}

function joined(parts: readonly Unit<unknown>[], checks: readonly Check[]): Unit<number> {
  return {
    checks,
    operations: parts.flatMap(({ operations }) => operations),
    done(counts, from, trimmed, version) {
      let at = from;
      for (const { operations, done } of parts) {
        done(counts, at, trimmed, version);
        at += operations.length;
      }
      return version;
    },
    told() {
      for (const { told } of parts) told?.();
    },
  };
}
