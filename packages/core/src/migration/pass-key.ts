import type { EncodedKey } from "../entry.ts";
import { encodeKey } from "../key-encoder.ts";

/** What a pass over a table is for: building its indexes, or bringing its rows to another version. */
export type PassKind = "index" | "migrate";

/** Where the system table keeps how far a pass over a table has come. */
export function passKey(table: number, kind: PassKind): EncodedKey {
  return encodeKey(["pass", table, kind]);
}
