import { andThen } from "../continuation.ts";
import type { MaybePromise, Store } from "../store.ts";
import { FIRST_TABLE, SYSTEM_TABLE } from "../table-id.ts";
import { unsealPlain } from "../value-codec.ts";
import { catalogKey, type CatalogRow } from "./catalog.ts";

/** The typed tables of an open store, and under which numbers it keeps them and their indexes: for tests and tools that look into a store. */
export function readCatalog(store: Pick<Store, "get">): MaybePromise<CatalogRow> {
  return andThen(store.get(SYSTEM_TABLE, catalogKey), (stored) =>
    // Sealed by the catalog, and the checksum holds.
    stored ? (unsealPlain(stored.value) as CatalogRow) : { nextTable: FIRST_TABLE, tables: [] },
  );
}
