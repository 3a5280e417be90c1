import type { Batch, Check } from "@cache/core/spi";
import type { Engine, EngineLine } from "./engine.ts";
import { EngineKey, type FoundKey } from "./engine-key.ts";
import { equalBytes } from "./equal-bytes.ts";
import { INDEX_PREFIX_BYTES, readNumber, readShort } from "./layout.ts";
import { isLineExpired, isRowExpired, rowDeadline } from "./page.ts";
import { readUsage, readVersion } from "./tally.ts";

const row = new EngineKey();
const line = new EngineKey();
/** The lines from {@link line} on, of each engine: to make such an iterable takes longer than to begin with it anew. */
const linesFrom = new WeakMap<Engine, Iterable<EngineLine>>();

/** Whether a check holds, inside the transaction that relies on it. */
export function holds(engine: Engine, check: Check, now: number): boolean {
  if (check.type === "table") return readUsage(engine, check.table).version <= check.version;
  if (check.type === "unique") return isFree(engine, check, now);
  const bytes = engine.getBinaryFast(row.row(check.table, check.key));
  if (!bytes || isRowExpired(bytes, now)) return check.version === undefined;
  return readNumber(bytes, 1) === check.version && (check.expiresAt === undefined || rowDeadline(bytes) === check.expiresAt);
}

/** The version of the snapshot that reads see, if all unique checks of a batch hold there. They do as long as it is that of the last commit. */
export function uniqueVersion(engine: Engine, { checks, now }: Batch): number | undefined {
  const version = readVersion(engine);
  for (const check of checks) if (check.type === "unique" && !isFree(engine, check, now)) return undefined;
  return version;
}

/** Whether no live row other than that of a key has an index entry. */
function isFree(engine: Engine, { table, index, bytes, key }: Check & { readonly type: "unique" }, now: number): boolean {
  line.line(table, index, bytes);
  for (const { key: found, value } of linesFromLine(engine)) {
    const entryStart = found.start + INDEX_PREFIX_BYTES;
    const keyStart = entryStart + readShort(value, 0);
    if (!isOf(found, table, index) || !equalBytes(found.bytes, entryStart, keyStart, bytes)) return true;
    if (!isLineExpired(value, now) && !equalBytes(found.bytes, keyStart, found.end, key)) return false;
  }
  return true;
}

function linesFromLine(engine: Engine): Iterable<EngineLine> {
  let lines = linesFrom.get(engine);
  if (!lines) {
    // Without an end, which would have to be made into a key each time.
    lines = engine.getRange({ start: line, exclusiveStart: false, inclusiveEnd: false, reverse: false });
    linesFrom.set(engine, lines);
  }
  return lines;
}

/** Whether a line is of an index. Nothing but lines comes after lines. */
function isOf({ bytes, start }: FoundKey, table: number, index: number): boolean {
  return readShort(bytes, start + 1) === table && readShort(bytes, start + 3) === index;
}
