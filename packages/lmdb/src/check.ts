import type { Check } from "@cache/core/spi";
import type { Engine } from "./engine.ts";
import { EngineKey } from "./engine-key.ts";
import { INDEX_PREFIX_BYTES, readNumber, readShort } from "./layout.ts";
import { engineRange, isLineExpired, isRowExpired, rowDeadline } from "./page.ts";
import { readUsage } from "./tally.ts";

const row = new EngineKey();

/** Whether a check holds, inside the transaction that relies on it. */
export function holds(engine: Engine, check: Check, now: number): boolean {
  if (check.type === "table") return readUsage(engine, check.table).version <= check.version;
  if (check.type === "unique") return isFree(engine, check, now);
  const bytes = engine.getBinaryFast(row.row(check.table, check.key));
  if (!bytes || isRowExpired(bytes, now)) return check.version === undefined;
  return readNumber(bytes, 1) === check.version && (check.expiresAt === undefined || rowDeadline(bytes) === check.expiresAt);
}

/** Whether no live row other than that of a key has an index entry. */
function isFree(engine: Engine, { table, index, bytes, key }: Check & { readonly type: "unique" }, now: number): boolean {
  for (const { key: found, value } of engine.getRange(engineRange(table, { index, gte: bytes }))) {
    const entryStart = found.start + INDEX_PREFIX_BYTES;
    const keyStart = entryStart + readShort(value, 0);
    if (!isEqual(found.bytes, entryStart, keyStart, bytes)) return true;
    if (!isLineExpired(value, now) && !isEqual(found.bytes, keyStart, found.end, key)) return false;
  }
  return true;
}

function isEqual(found: Uint8Array, start: number, end: number, bytes: Uint8Array): boolean {
  return end - start === bytes.length && bytes.every((byte, at) => byte === found[start + at]);
}
