import { step, type Steps } from "../continuation.ts";
import { encodeKey } from "../key-encoder.ts";
import type { Operation } from "../operation.ts";
import type { Runtime } from "../runtime.ts";
import type { Page } from "../store.ts";
import { deleteSystemRow, setSystemRow } from "../system-row.ts";
import { SYSTEM_TABLE } from "../table-id.ts";
import type { OpenTable } from "../table/open-table.ts";
import type { Eviction } from "./eviction.ts";
import { ORDER_INDEX } from "./place.ts";

/** Rows in one commit: about two milliseconds' work. */
const SLICE_ROWS = 256;

/**
 * Sees to it that all rows of the open tables have places in the order of the policies they are opened with now: rows that were written without
 * a budget, or under another policy, are placed before all others, in the order of their keys. Which policy a table's rows are placed by is
 * kept in the system table; done once, that costs an opening one read.
 */
export function* placeRows(runtime: Runtime): Steps<void> {
  const { store, tables } = runtime;
  const keys = tables.map(({ id }) => policyKey(id));
  const rows = yield* step(store.getMany(SYSTEM_TABLE, keys));
  for (const [at, table] of tables.entries()) {
    const saved = rows[at]?.value;
    const placed = saved && new TextDecoder().decode(saved);
    const name = table.eviction?.policy.name;
    if (placed === name) continue;
    if (table.eviction) yield* placeTable(runtime, table, table.eviction);
    yield* saveName(runtime, table.id, name);
  }
}

/** The key of the row that names the policy of a table's places. */
export function policyKey(table: number): Uint8Array {
  return encodeKey(["policy", table]);
}

/** Without a policy, rows get no places from now on. */
function saveName(runtime: Runtime, table: number, name: string | undefined): Steps<void> {
  const key = policyKey(table);
  return runtime.commitAlone(name === undefined ? deleteSystemRow(key) : setSystemRow(key, new TextEncoder().encode(name)));
}

function* placeTable(runtime: Runtime, { id }: OpenTable, eviction: Eviction): Steps<void> {
  // Nobody knows of other policies how they count.
  let position = 0;
  for (let gt: Uint8Array | undefined; ;) {
    const page: Page = yield* step(runtime.store.range(id, { limit: SLICE_ROWS, ...(gt && { gt }) }));
    const now = runtime.now();
    const operations = page.rows.flatMap(({ key, stored }): readonly Operation[] => {
      // It needs no place: its deadline makes it go before all others.
      if (stored && stored.expiresAt <= now) return [];
      const bytes = eviction.placed(0, ++position);
      return [{ type: "touch", table: id, key, indexes: [ORDER_INDEX], entries: [{ index: ORDER_INDEX, bytes }] }];
    });
    if (operations.length > 0) yield* runtime.commitAlone(...operations);
    if (!page.next) return;
    gt = page.next;
    yield* step(runtime.pause());
  }
}
