import type { EncodedKey } from "./entry.ts";
import type { Check, DeleteOperation, SetOperation } from "./operation.ts";
import { SYSTEM_TABLE } from "./table-id.ts";

/** Sets a row of the system table: it is there until it is deleted, and in no index. */
export function setSystemRow(key: EncodedKey, value: Uint8Array): SetOperation {
  return { type: "set", table: SYSTEM_TABLE, key, value, expiresAt: Number.POSITIVE_INFINITY, entries: [] };
}

/** Deletes a row of the system table. */
export function deleteSystemRow(key: EncodedKey): DeleteOperation {
  return { type: "delete", table: SYSTEM_TABLE, key };
}

/** Checks that a row of the system table has a version, or with `undefined` that there is none. */
export function systemRowIs(key: EncodedKey, version: number | undefined): Check {
  return { type: "version", table: SYSTEM_TABLE, key, version };
}
