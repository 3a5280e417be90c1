import { type EncodedKey, ORDER_INDEX, orderPage, type Page, type PageRow, type RangeQuery } from "@cache/core/spi";
import { copied } from "./copied.ts";
import type { Engine, EngineRange } from "./engine.ts";
import { EngineKey, type FoundKey } from "./engine-key.ts";
import { groupedLines } from "./grouped-lines.ts";
import {
  EXPIRES,
  INDEX_PREFIX_BYTES,
  LINE_HEADER_BYTES,
  NUMBER_BYTES,
  readNumber,
  readShort,
  ROW_HEADER_BYTES,
  ROW_PREFIX_BYTES,
} from "./layout.ts";
import { StoredRow } from "./stored-row.ts";

/** How many expired lines a page passes over before it ends short, lest a call take long for nothing. */
const MAX_PASSED_OVER = 1000;

const low = new EngineKey();
const high = new EngineKey();
const rowKey = new EngineKey();

/** The lines that a query is about. */
export function engineRange(table: number, { index, gt, gte, lt, lte, reverse = false }: Omit<RangeQuery, "limit">): EngineRange {
  const bound = (key: EngineKey, bytes: Uint8Array | undefined): EngineKey =>
    index === undefined ? key.row(table, bytes ?? nothing) : key.line(table, index, bytes ?? nothing);
  const from = bound(low, gt ?? gte);
  const to = bound(high, lt ?? lte);
  if (lt === undefined && lte === undefined) to.afterPrefix();
  const includesFrom = gt === undefined;
  const includesTo = lte !== undefined;
  return reverse
    ? { start: to, end: from, exclusiveStart: !includesTo, inclusiveEnd: includesFrom, reverse }
    : { start: from, end: to, exclusiveStart: !includesFrom, inclusiveEnd: includesTo, reverse };
}

const nothing = new Uint8Array();

/** Reads a page. No cursor stays open. */
export function readPage(engine: Engine, table: number, query: RangeQuery): Page {
  if (query.index === ORDER_INDEX)
    return orderPage(readLines(engine, table, query), groupedLines(engine, table, query), query, (key) => storedRow(engine, table, key));
  if (query.index !== undefined) return readLines(engine, table, query);
  return query.keysOnly && query.liveAt === undefined ? readKeys(engine, table, query) : readRows(engine, table, query);
}

/** A page of keys, without looking at rows. */
function readKeys(engine: Engine, table: number, query: RangeQuery): Page {
  const rows: PageRow[] = [];
  for (const { bytes, start, end } of engine.getKeys(engineRange(table, query))) {
    if (rows.length === query.limit) return { rows, next: rows.at(-1)?.key };
    rows.push({ key: copied(bytes, start + ROW_PREFIX_BYTES, end) });
  }
  return { rows };
}

/** A page of rows by key. */
function readRows(engine: Engine, table: number, query: RangeQuery): Page {
  const { limit, liveAt = Number.NEGATIVE_INFINITY, keysOnly = false } = query;
  const rows: PageRow[] = [];
  const end = new PageEnd(limit, ROW_PREFIX_BYTES);
  for (const { key: found, value } of engine.getRange(engineRange(table, query))) {
    const next = end.reached(rows.length);
    if (next) return { rows, next };
    if (isRowExpired(value, liveAt)) {
      end.passOver(found);
      continue;
    }
    const key = copied(found.bytes, found.start + ROW_PREFIX_BYTES, found.end);
    end.take(key);
    rows.push(keysOnly ? { key } : { key, stored: new StoredRow(copied(value, 0, value.length)) });
  }
  return { rows };
}

/** A page of rows by index. The lines are read first: reading a row writes the buffers that a line lies in. */
function readLines(engine: Engine, table: number, query: RangeQuery): Page {
  const { limit, liveAt = Number.NEGATIVE_INFINITY, keysOnly = false } = query;
  const lines: { key: Uint8Array; entry: Uint8Array; stored: StoredRow | undefined }[] = [];
  const end = new PageEnd(limit, INDEX_PREFIX_BYTES);
  let next: Uint8Array | undefined;
  for (const { key: found, value } of engine.getRange(engineRange(table, query))) {
    next = end.reached(lines.length);
    if (next) break;
    if (isLineExpired(value, liveAt)) {
      end.passOver(found);
      continue;
    }
    const entryStart = found.start + INDEX_PREFIX_BYTES;
    const keyStart = entryStart + readShort(value, 0);
    const entry = copied(found.bytes, entryStart, keyStart);
    const key = copied(found.bytes, keyStart, found.end);
    end.take(key, entry);
    lines.push({ key, entry, stored: undefined });
  }
  if (!keysOnly) for (const line of lines) line.stored = storedRow(engine, table, line.key);
  return { rows: lines, next };
}

/** The row at a key, in memory of its own. */
export function storedRow(engine: Engine, table: number, key: EncodedKey): StoredRow | undefined {
  const bytes = engine.getBinaryFast(rowKey.row(table, key));
  return bytes && new StoredRow(copied(bytes, 0, bytes.length));
}

/** Whether a row is expired at a moment. */
export function isRowExpired(row: Uint8Array, at: number): boolean {
  return ((row[0] ?? 0) & EXPIRES) !== 0 && readNumber(row, ROW_HEADER_BYTES) <= at;
}

/** When a row expires, in epoch milliseconds; `Infinity` for never. */
export function rowDeadline(row: Uint8Array): number {
  return ((row[0] ?? 0) & EXPIRES) === 0 ? Number.POSITIVE_INFINITY : readNumber(row, ROW_HEADER_BYTES);
}

/** Whether the row that an index line leads to is expired at a moment. */
export function isLineExpired(line: Uint8Array, at: number): boolean {
  return line.length === LINE_HEADER_BYTES + NUMBER_BYTES && readNumber(line, LINE_HEADER_BYTES) <= at;
}

/** Watches for the end of a page: its limit, or too many lines passed over. */
class PageEnd {
  readonly #limit: number;
  readonly #prefixBytes: number;
  #lastKey: Uint8Array | undefined;
  #lastEntry: Uint8Array | undefined;
  #passedOver = 0;

  constructor(limit: number, prefixBytes: number) {
    this.#limit = limit;
    this.#prefixBytes = prefixBytes;
  }

  /** Takes note of a line that goes into the page: of a row, or of an index. */
  take(key: Uint8Array, entry?: Uint8Array): void {
    this.#lastKey = key;
    this.#lastEntry = entry;
  }

  /** Takes note of a line that is left out. */
  passOver({ bytes, start, end }: FoundKey): void {
    if (++this.#passedOver >= MAX_PASSED_OVER) this.take(copied(bytes, start + this.#prefixBytes, end));
  }

  /** Where the next page begins if this one must end before the line at hand. */
  reached(rows: number): Uint8Array | undefined {
    if (rows !== this.#limit && this.#passedOver < MAX_PASSED_OVER) return undefined;
    const key = this.#lastKey;
    const entry = this.#lastEntry;
    if (!key || !entry) return key;
    const position = new Uint8Array(entry.length + key.length);
    position.set(entry);
    position.set(key, entry.length);
    return position;
  }
}
