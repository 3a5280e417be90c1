import { run, step, type Steps } from "../continuation.ts";
import { CacheError } from "../errors.ts";
import { MAX_TABLE_ID } from "../limits.ts";
import { passKey } from "../migration/pass-key.ts";
import type { Runtime } from "../runtime.ts";
import { type CatalogChange, type CatalogRow, type CatalogTable, withTable } from "../table/catalog.ts";
import { OpenTable } from "../table/open-table.ts";
import { deleteSystemRow } from "../system-row.ts";
import { FIRST_INDEX } from "../table-id.ts";
import type { TableHead } from "./frame-content.ts";

/** Where the rows of a table of a stream go. */
export interface ImportTarget {
  readonly table: OpenTable;
  /** To be called when all rows are written. */
  readonly release: () => void;
}

/** A table as a stream names it; the default one goes elsewhere. */
type NamedHead = TableHead & { readonly name: string };

/**
 * The table that rows go to: the default one, a declared one, or one that is entered into the catalog. Throws `CACHE_VERSION` for rows of a
 * version that the declaration doesn't know, or under another key.
 */
export function* importTarget(runtime: Runtime, head: TableHead): Steps<ImportTarget> {
  const { name } = head;
  if (name === null) return { table: runtime.defaultTable, release: () => {} };
  const declared = runtime.settings.tables.find(({ declaration }) => declaration.name === name);
  if (!declared) return yield* undeclared(runtime, { ...head, name });
  const { version, key } = declared.declaration;
  if (head.version > version)
    throw new CacheError(
      "CACHE_VERSION",
      `table "${name}" was exported in version ${head.version}, but this program declares ${version}; update it, or migrate the table down and export it again`,
    );
  if (head.key !== key) throw otherKey(name);
  const { catalog } = runtime;
  yield* catalog.update((row) => {
    const known = row.tables.find((one) => one.name === name);
    return { row: known && head.oldest < known.oldest ? withTable(row, { ...known, oldest: head.oldest }) : row };
  });
  const table = runtime.tables.find(({ settings }) => settings.name === name);
  if (!table) throw new Error(`table "${name}" is declared and isn't open`);
  catalog.assertCurrent(table.id);
  return { table, release: () => {} };
}

/**
 * Enters into the catalog that a table has got rows of an older version. A migration that was under way meanwhile begins anew, as it may have
 * passed the places where they are.
 */
export function* enterOldRows({ catalog }: Runtime, { id }: OpenTable, oldest: number): Steps<void> {
  yield* catalog.update((row) => {
    const known = row.tables.find((one) => one.id === id);
    if (!known) return { row };
    return {
      row: withTable(row, { ...known, oldest: Math.min(known.oldest, oldest) }),
      operations: [deleteSystemRow(passKey(id, "migrate"))],
    };
  });
}

/** A table that nobody here declares. Its indexes need functions that aren't at hand: who declares it has them built. */
function* undeclared(runtime: Runtime, head: NamedHead): Steps<ImportTarget> {
  const { catalog, settings, store } = runtime;
  yield* catalog.update((row) => run(entered(runtime, row, head)));
  const known = catalog.find(head.name);
  if (!known) throw new Error(`table "${head.name}" was entered into the catalog and isn't there`);
  const { id, name, version } = known;
  const table = new OpenTable(store, id, { ...settings.defaultTable, name, version, schema: undefined });
  // Should another program declare it meanwhile, no more rows without index entries are written.
  catalog.attach(table);
  yield* step(table.codec.load());
  return { table, release: () => catalog.detach(table) };
}

function* entered({ store }: Runtime, row: CatalogRow, head: NamedHead): Steps<CatalogChange> {
  const { name, version, oldest, key } = head;
  const known = row.tables.find((one) => one.name === name);
  if (!known) {
    if (row.nextTable > MAX_TABLE_ID) throw new CacheError("CACHE_FULL", `a store holds at most ${MAX_TABLE_ID} tables in its life`);
    const table: CatalogTable = { name, id: row.nextTable, version, oldest, key, indexes: [], nextIndex: FIRST_INDEX, stale: [] };
    return { row: { ...withTable(row, table), nextTable: row.nextTable + 1 } };
  }
  const usage = yield* step(store.usage(known.id));
  const isEmpty = usage.entries === 0;
  if (!isEmpty && known.key !== key) throw otherKey(name);
  const changed: CatalogTable = {
    ...known,
    key,
    version: Math.max(known.version, version),
    oldest: isEmpty ? oldest : Math.min(known.oldest, oldest),
    indexes: [],
    stale: isEmpty ? [] : [...known.stale, ...known.indexes.map(({ number }) => number)],
  };
  if (JSON.stringify(changed) === JSON.stringify(known)) return { row };
  return { row: withTable(row, changed), checks: [{ type: "table", table: known.id, version: usage.version }] };
}

function otherKey(name: string): CacheError {
  return new CacheError(
    "CACHE_VERSION",
    `table "${name}" was exported with rows under another key than is declared here; import it under its own declaration`,
  );
}
