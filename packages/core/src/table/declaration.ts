import { run, step, type Steps } from "../continuation.ts";
import { CacheError } from "../errors.ts";
import { MAX_INDEX_NUMBER, MAX_TABLE_ID } from "../limits.ts";
import { passKey } from "../migration/pass-key.ts";
import type { Check, Operation } from "../operation.ts";
import type { Store } from "../store.ts";
import { deleteSystemRow } from "../system-row.ts";
import { FIRST_INDEX } from "../table-id.ts";
import { type Catalog, type CatalogChange, type CatalogIndex, type CatalogRow, type CatalogTable, withTable } from "./catalog.ts";
import type { AnyIndex, AnyTableOptions } from "./table-definition.ts";

/** A table's declaration, as far as the store must know of it. */
export interface Declaration {
  readonly name: string;
  readonly version: number;
  /** How the key is declared, as text to compare. */
  readonly key: string;
  readonly indexes: readonly { readonly name: string; readonly definition: string }[];
}

/** What the store must know of a table's declaration. */
export function declarationOf(name: string, { version = 1, key, indexes = {} }: AnyTableOptions): Declaration {
  return {
    name,
    version,
    key: JSON.stringify(keyText(key)),
    indexes: Object.entries(indexes).map(([index, options]) => ({ name: index, definition: definitionOf(options) })),
  };
}

function keyText(key: AnyTableOptions["key"]): unknown {
  if (key === undefined) return null;
  if (typeof key === "function") return "function";
  // A list of but one field makes other keys than the field alone where that holds lists.
  return typeof key === "string" || key.length === 1 ? [key] : key;
}

function definitionOf({ on, unique = false, multi = false, revision = 0 }: AnyIndex): string {
  return JSON.stringify([typeof on === "function" ? null : on, unique, multi, revision]);
}

/**
 * Enters declared tables into the catalog. Indexes that are new or differ get new numbers and are to be built; of a table that came to a new
 * version, all. One that was in conflict is tried again. Throws `CACHE_VERSION` for a table of a newer version, and for one that keeps rows under other keys.
 */
export function declareTables(store: Store, catalog: Catalog, declarations: readonly Declaration[]): Steps<void> {
  return catalog.update((row) => run(declared(store, row, declarations)));
}

function* declared(store: Store, before: CatalogRow, declarations: readonly Declaration[]): Steps<CatalogChange> {
  let row = before;
  const checks: Check[] = [];
  const operations: Operation[] = [];
  for (const declaration of declarations) {
    const known = row.tables.find(({ name }) => name === declaration.name);
    if (!known) {
      if (row.nextTable > MAX_TABLE_ID) throw new CacheError("CACHE_FULL", `a store holds at most ${MAX_TABLE_ID} tables in its life`);
      row = { ...withTable(row, newTable(row.nextTable, declaration)), nextTable: row.nextTable + 1 };
      continue;
    }
    if (known.version > declaration.version)
      throw new CacheError(
        "CACHE_VERSION",
        `table "${known.name}" is of version ${known.version}, but this program declares ${declaration.version}; update it, or migrate the table down`,
      );
    if (isDeclared(known, declaration)) continue;
    const { entries, version } = yield* step(store.usage(known.id));
    if (entries > 0 && known.key !== declaration.key)
      throw new CacheError(
        "CACHE_VERSION",
        `table "${known.name}" keeps rows under another key than is declared; drop the table, or take another name`,
      );
    // Whoever fills an empty table meanwhile would not know of its new indexes.
    checks.push({ type: "table", table: known.id, version });
    row = withTable(row, changedTable(known, declaration, entries === 0));
    // A way to another version that was left half way is no way from here.
    if (known.version !== declaration.version) operations.push(deleteSystemRow(passKey(known.id, "migrate")));
  }
  return { row, checks, operations };
}

function isDeclared(known: CatalogTable, { version, key, indexes }: Declaration): boolean {
  return (
    known.version === version &&
    known.key === key &&
    known.indexes.length === indexes.length &&
    indexes.every(({ name, definition }) =>
      known.indexes.some((index) => index.name === name && index.definition === definition && index.state !== "conflict"),
    )
  );
}

function newTable(id: number, { name, version, key, indexes }: Declaration): CatalogTable {
  return {
    name,
    id,
    version,
    oldest: version,
    key,
    indexes: indexes.map((index, at) => ({ ...index, number: FIRST_INDEX + at, state: "ready" })),
    nextIndex: FIRST_INDEX + indexes.length,
    stale: [],
  };
}

function changedTable(known: CatalogTable, { version, key, indexes }: Declaration, isEmpty: boolean): CatalogTable {
  let { nextIndex } = known;
  const kept = new Set<number>();
  const changed = indexes.map(({ name, definition }): CatalogIndex => {
    const old = known.indexes.find((index) => index.name === name);
    // What a migration makes of values may have other entries.
    if (old && old.definition === definition && known.version === version) {
      kept.add(old.number);
      // It is tried again under its number: others that declare it, too, go on writing to it.
      return old.state === "conflict" ? { ...old, state: isEmpty ? "ready" : "building" } : old;
    }
    return { name, definition, number: nextIndex++, state: isEmpty ? "ready" : "building" };
  });
  if (nextIndex > MAX_INDEX_NUMBER + 1)
    throw new CacheError("CACHE_FULL", `table "${known.name}" had ${MAX_INDEX_NUMBER} indexes in its life; drop it, or take another name`);
  const dropped = known.indexes.filter(({ number }) => !kept.has(number)).map(({ number }) => number);
  return {
    ...known,
    version,
    oldest: isEmpty ? version : known.oldest,
    key,
    indexes: changed,
    nextIndex,
    stale: isEmpty ? [] : [...known.stale, ...dropped],
  };
}
