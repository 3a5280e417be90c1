import type { TableInfo } from "../cache.ts";
import { step, type Steps } from "../continuation.ts";
import { countsKey } from "../lasting-counts.ts";
import { policyKey } from "../eviction/placing.ts";
import { passKey } from "../migration/pass-key.ts";
import { passProgress } from "../migration/table-pass.ts";
import type { Runtime } from "../runtime.ts";
import { deleteSystemRow } from "../system-row.ts";
import { structuresKey } from "../value-codec.ts";

/** All tables that the store holds. */
export function* tableInfos(runtime: Runtime): Steps<TableInfo[]> {
  const { catalog, store, settings } = runtime;
  yield* step(runtime.drained());
  yield* step(catalog.refresh());
  const infos: TableInfo[] = [];
  for (const { name, id, version, oldest, indexes } of catalog.tables) {
    const { entries, bytes } = yield* step(store.usage(id));
    const progress = yield* passProgress(runtime, id, "index");
    infos.push({
      table: name,
      version,
      oldest,
      indexes: indexes.map(({ name: index, state }) => ({ name: index, state, ...(state === "building" && { progress }) })),
      isDeclared: settings.tables.some(({ declaration }) => declaration.name === name),
      entries,
      bytes,
    });
  }
  return infos.toSorted((a, b) => (a.table < b.table ? -1 : 1));
}

/** Removes a table that isn't declared, with all that belongs to it; tells whether there was one. */
export function* dropTable({ catalog, settings }: Runtime, name: string): Steps<boolean> {
  if (settings.tables.some(({ declaration }) => declaration.name === name))
    throw new TypeError(`table "${name}" is declared by this cache; clear() it, or open the cache without it to drop it`);
  let isDropped = false;
  yield* catalog.update((row) => {
    const table = row.tables.find((one) => one.name === name);
    isDropped = table !== undefined;
    if (!table) return { row };
    return {
      row: { ...row, tables: row.tables.filter((one) => one !== table) },
      operations: [
        { type: "deleteRange", table: table.id },
        ...[
          structuresKey(table.id),
          policyKey(table.id),
          countsKey(table.id),
          passKey(table.id, "index"),
          passKey(table.id, "migrate"),
        ].map(deleteSystemRow),
      ],
    };
  });
  return isDropped;
}
