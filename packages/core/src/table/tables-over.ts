import type { CacheTables } from "../cache.ts";
import type { Face } from "../verbs.ts";
import type { FaceRunner } from "../face.ts";
import type { RowAccess } from "../row-access.ts";
import type { Runtime } from "../runtime.ts";
import type { TableDefinitions } from "./table-definition.ts";
import { typedTable } from "./typed-table.ts";

/** The verbs of all declared tables, over the rows of the cache or of a transaction. */
export function tablesOver<Tables extends TableDefinitions, F extends Face>(
  runtime: Runtime,
  rows: RowAccess,
  face: FaceRunner<F>,
): CacheTables<Tables, F> {
  const tables: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  for (const table of runtime.tables)
    if (table !== runtime.defaultTable && table.settings.name !== undefined)
      tables[table.settings.name] = typedTable({ table, rows, face });
  // They are those that the cache was opened with.
  return Object.freeze(tables) as CacheTables<Tables, F>;
}
