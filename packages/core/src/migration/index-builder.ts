import type { Runtime } from "../runtime.ts";
import type { MaybePromise } from "../store.ts";
import type { OpenTable } from "../table/open-table.ts";
import type { SecondaryIndex } from "../table/secondary-index.ts";

/** Begins to build what indexes of a table are unfinished, in the background. */
export function buildIndexes(_runtime: Runtime, _table: OpenTable): void {}

/** Waits until an index is built. */
export function finished(_runtime: Runtime, _table: OpenTable, _index: SecondaryIndex): MaybePromise<void> {}
