import { step, type Steps } from "../continuation.ts";
import { CacheError } from "../errors.ts";
import { checkOptionNames } from "../option-names.ts";
import type { Runtime } from "../runtime.ts";
import { withTable } from "../table/catalog.ts";
import { deleteSystemRow } from "../system-row.ts";
import type { OpenTable } from "../table/open-table.ts";
import type { MigrateOptions, MigrationResult } from "./migration.ts";
import { passKey } from "./pass-key.ts";
import { RowRewriter } from "./row-rewriter.ts";
import { TablePass } from "./table-pass.ts";

/** How long to wait before looking again whether another process has migrated a table, in milliseconds. */
const POLL_MS = 100;

const names = ["to", "signal", "onProgress"] as const satisfies readonly (keyof MigrateOptions)[];

/** Brings the rows of tables to a version; see `Cache.migrate`. */
export function* migrateTables(runtime: Runtime, options: MigrateOptions = {}): Steps<MigrationResult[]> {
  checkOptionNames("migrate", options, names);
  const results: MigrationResult[] = [];
  for (const [table, version] of targets(runtime, options)) results.push(yield* migrateTable(runtime, table, version, options));
  return results;
}

/** The tables to migrate, and the versions to bring them to. */
function targets({ tables, defaultTable }: Runtime, { to }: MigrateOptions): readonly (readonly [OpenTable, number])[] {
  const declared = tables.filter((table) => table !== defaultTable);
  if (!to) return declared.map((table) => [table, table.settings.version]);
  return Object.entries(to).map(([name, version]) => {
    const table = declared.find(({ settings }) => settings.name === name);
    if (!table) throw new TypeError(`the cache has no table "${name}"`);
    if (!Number.isInteger(version) || version < 1 || version > table.settings.version)
      throw new TypeError(`${table.title} can be migrated to versions 1 to ${table.settings.version}`);
    return [table, version];
  });
}

function* migrateTable(runtime: Runtime, table: OpenTable, version: number, options: MigrateOptions): Steps<MigrationResult> {
  const name = table.settings.name ?? "";
  const rewriter = new RowRewriter(table, version);
  const isDown = version < table.settings.version;
  if (isDown) yield* lower(runtime, table, version);
  const pass = new TablePass(runtime, table.id, {
    kind: "migrate",
    subject: `to ${version}`,
    visit: (rows) => rewriter.visit(rows),
    unit: { isMigration: isDown },
  });
  runtime.passes.add(pass);
  try {
    while (!(yield* migrateStep(runtime, table, version, pass, options)));
  } catch (error) {
    yield* pass.release();
    throw error;
  } finally {
    runtime.passes.delete(pass);
  }
  const { migrated, dropped } = rewriter;
  return { table: name, version, migrated, dropped };
}

/** Takes a table's next rows; tells whether there are none left. */
function* migrateStep(runtime: Runtime, table: OpenTable, version: number, pass: TablePass, options: MigrateOptions): Steps<boolean> {
  const { catalog } = runtime;
  const isDown = version < table.settings.version;
  runtime.assertOpen();
  yield* step(catalog.refresh());
  const known = catalog.tables.find(({ id }) => id === table.id);
  // Others may have brought it up again, or further down.
  if (!isDown) catalog.assertCurrent(table.id);
  else if (known && known.version !== version) throw otherVersion(table, known.version);
  // Nothing to do, or another process has done it.
  if (!known || (!isDown && known.oldest === version)) return true;
  options.signal?.throwIfAborted();
  const outcome = yield* pass.step();
  if (outcome === "busy") {
    if (runtime.isSync) throw new CacheError("CACHE_LOCKED", `another process is migrating ${table.title}; try again later`);
    yield* step(runtime.wait(POLL_MS));
    return false;
  }
  options.onProgress?.({ table: table.settings.name ?? "", ...pass.progress });
  if (outcome === "done") {
    yield* catalog.update((row) => {
      const now = row.tables.find(({ id }) => id === table.id);
      return now?.version === version ? { row: withTable(row, { ...now, oldest: version }), ...pass.ending } : { row };
    });
    return true;
  }
  yield* step(runtime.pause());
  return false;
}

/** Enters a lower version into the catalog: from then on only programs that declare it write to the table. Its indexes are theirs to build. */
function* lower(runtime: Runtime, table: OpenTable, version: number): Steps<void> {
  if (!table.settings.migration) throw new CacheError("CACHE_VERSION", `${table.title} declares no "migrate" with steps down`);
  table.settings.migration.assertDown(table.settings.version, version);
  yield* runtime.catalog.update((row) => {
    const known = row.tables.find(({ id }) => id === table.id);
    if (!known || known.version === version) return { row };
    if (known.version !== table.settings.version) throw otherVersion(table, known.version);
    const stale = [...known.stale, ...known.indexes.map(({ number }) => number)];
    return {
      row: withTable(row, { ...known, version, oldest: Math.min(known.oldest, version), indexes: [], stale }),
      // A way that was left half way is no way from here.
      operations: [deleteSystemRow(passKey(table.id, "migrate"))],
    };
  });
}

function otherVersion({ title, settings }: OpenTable, version: number): CacheError {
  return new CacheError(
    "CACHE_VERSION",
    `${title} was brought to version ${version} by another program; this one declares ${settings.version}`,
  );
}
