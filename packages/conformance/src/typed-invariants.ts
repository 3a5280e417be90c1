import { type CatalogTable, EXPIRY_INDEX, FIRST_TABLE, ORDER_INDEX, readCatalog, TAG_INDEX } from "@cache/core/spi";
import { equal, ok } from "./assert.ts";
import type { ExpectedTable } from "./expected-entries.ts";
import { checkExpiryIndex, checkInvariants, checkTagIndex } from "./invariants.ts";
import { text } from "./rows.ts";
import type { StoreFace } from "./store-face.ts";

/**
 * Throws unless the typed tables of a store are sound: each as `checkInvariants` says; the rows of tables whose entries are expected have just
 * those, and no two live rows one entry of a unique index; nothing is left of tables that were dropped.
 */
export async function checkTypedTables(store: StoreFace, expected: ReadonlyMap<string, ExpectedTable>): Promise<void> {
  const { tables, nextTable } = await readCatalog(store.store);
  const ids = Array.from({ length: nextTable - FIRST_TABLE }, (_, at) => FIRST_TABLE + at);
  await checkInvariants(store, ids);
  for (const id of ids) {
    const table = tables.find((one) => one.id === id);
    if (!table) {
      equal((await store.usage(id)).entries, 0, "the rows of a table that was dropped");
      continue;
    }
    await checkExpiryIndex(store, id);
    await checkTagIndex(store, id);
    await checkEntries(store, table, expected.get(table.name));
  }
}

async function checkEntries(
  store: StoreFace,
  { id, name, indexes, stale }: CatalogTable,
  expected: ExpectedTable | undefined,
): Promise<void> {
  const known = new Set([EXPIRY_INDEX, ORDER_INDEX, TAG_INDEX, ...indexes.map(({ number }) => number), ...stale]);
  const claims = new Set<string>();
  for (const { key, stored } of await store.all(id)) {
    const entries = stored?.entries ?? [];
    ok(
      entries.every(({ index }) => known.has(index)),
      `the rows of table "${name}" to have entries in its own indexes only`,
    );
    if (!expected) continue;
    ok(expected.rows.has(text(key)), `table "${name}" to hold no rows but live ones, once it was swept`);
    const row = expected.rows.get(text(key));
    if (!row) continue;
    for (const index of indexes.filter(({ state }) => state === "ready")) {
      const found = entries.filter((entry) => entry.index === index.number).map(({ bytes }) => text(bytes));
      equal(found.toSorted(), row.get(index.name), `a row's entries in index "${index.name}" of table "${name}"`);
      if (!expected.unique.has(index.name)) continue;
      for (const entry of found) {
        const claim = `${index.number}/${entry}`;
        ok(!claims.has(claim), `at most one row of table "${name}" for each entry in its unique index "${index.name}"`);
        claims.add(claim);
      }
    }
  }
}
