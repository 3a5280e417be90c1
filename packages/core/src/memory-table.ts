import { compareBytes } from "./byte-order.ts";
import { type EncodedKey, type IndexEntry, storedBytes, type StoredEntry } from "./entry.ts";
import type { ByteRange } from "./operation.ts";
import { SortedMap } from "./sorted-map.ts";
import type { FoundRow, Page, PageRow, RangeQuery, Usage } from "./store.ts";

interface Row extends StoredEntry {
  readonly key: EncodedKey;
}

/** A line of an index. */
export interface MemoryLine {
  /** Its place in the index, as a text of the same order. */
  readonly position: string;
  readonly entry: Uint8Array;
  readonly row: Row;
}

interface IndexRow {
  readonly entry: Uint8Array;
  readonly row: string;
}

/** Bytes as a string of the same order: one UTF-16 unit per byte. */
export function byteString(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}

function bytesOf(text: string): Uint8Array {
  return Uint8Array.from(text, (unit) => unit.charCodeAt(0));
}

/** One table of the memory store: rows in order, their index entries, and the table's usage. */
export class MemoryTable {
  readonly #rows = new SortedMap<Row>();
  readonly #indexes = new Map<number, SortedMap<IndexRow>>();
  #bytes = 0;
  version = 0;
  /** How often a row was written or removed. */
  changes = 0;

  get usage(): Usage {
    return { entries: this.#rows.size, bytes: this.#bytes, version: this.version };
  }

  get(key: EncodedKey): StoredEntry | undefined {
    return this.#rows.get(byteString(key));
  }

  live(key: EncodedKey, now: number): StoredEntry | undefined {
    const row = this.get(key);
    return row && row.expiresAt > now ? row : undefined;
  }

  set(key: EncodedKey, entry: StoredEntry): void {
    const at = byteString(key);
    this.#remove(at);
    this.changes++;
    this.#rows.set(at, { ...entry, key });
    this.#bytes += storedBytes(key, entry.value, entry.entries);
    for (const { index, bytes } of entry.entries) {
      let lines = this.#indexes.get(index);
      if (!lines) this.#indexes.set(index, (lines = new SortedMap()));
      lines.set(byteString(bytes) + at, { entry: bytes, row: at });
    }
  }

  delete(key: EncodedKey): void {
    this.#remove(byteString(key));
  }

  /** Whether a live row other than that of `key` has an entry. */
  taken(index: number, bytes: Uint8Array, key: EncodedKey, now: number): boolean {
    for (const row of this.#withEntry(index, bytes)) if (row.expiresAt > now && compareBytes(row.key, key) !== 0) return true;
    return false;
  }

  /** The first row that has an entry. */
  first(index: number, bytes: Uint8Array): FoundRow | undefined {
    for (const row of this.#withEntry(index, bytes)) return { key: row.key, stored: row };
    return undefined;
  }

  /** Removes the rows in a range of keys; returns how many of them were live. */
  deleteRange(range: ByteRange, now: number): number {
    const doomed = [...positions(this.#rows, range, false)];
    let live = 0;
    for (const at of doomed) {
      if (this.#row(at).expiresAt > now) live++;
      this.#remove(at);
    }
    return live;
  }

  /** The first line of an index in a range of entries. */
  firstLine(index: number, range: ByteRange): MemoryLine | undefined {
    const lines = this.#indexes.get(index);
    const position = lines && positions(lines, range, false).next().value;
    if (lines === undefined || position === undefined) return undefined;
    const { entry, row } = lineAt(lines, position);
    return { position, entry, row: this.#row(row) };
  }

  range(query: RangeQuery): Page {
    const { index, reverse = false, limit, keysOnly = false, liveAt = -Infinity } = query;
    const lines = index === undefined ? undefined : (this.#indexes.get(index) ?? new SortedMap<IndexRow>());
    const rows: PageRow[] = [];
    let last = "";
    for (const at of positions(lines ?? this.#rows, query, reverse)) {
      if (rows.length === limit) return { rows, next: bytesOf(last) };
      last = at;
      const line = lines && lineAt(lines, at);
      const row = this.#row(line?.row ?? at);
      if (row.expiresAt <= liveAt) continue;
      rows.push({ key: row.key, ...(line && { entry: line.entry }), ...(!keysOnly && { stored: row }) });
    }
    return { rows };
  }

  /** The rows that have an entry, by key. */
  *#withEntry(index: number, bytes: Uint8Array): Generator<Row> {
    const lines = this.#indexes.get(index);
    if (!lines) return;
    const prefix = byteString(bytes);
    for (const position of lines.ascending(prefix)) {
      if (!position.startsWith(prefix)) return;
      yield this.#row(lineAt(lines, position).row);
    }
  }

  #row(at: string): Row {
    const row = this.#rows.get(at);
    if (!row) throw new Error("an index entry of the memory store leads nowhere");
    return row;
  }

  #remove(at: string): void {
    const row = this.#rows.get(at);
    if (!row) return;
    this.changes++;
    this.#rows.delete(at);
    this.#bytes -= storedBytes(row.key, row.value, row.entries);
    for (const { index, bytes } of row.entries) this.#indexes.get(index)?.delete(byteString(bytes) + at);
  }
}

function lineAt(lines: SortedMap<IndexRow>, position: string): IndexRow {
  const line = lines.get(position);
  if (!line) throw new Error("an index of the memory store has lost an entry");
  return line;
}

/** The positions of a sorted map that lie in a range, in order. */
function* positions(map: SortedMap<unknown>, { gt, gte, lt, lte }: ByteRange, reverse: boolean): Generator<string> {
  const low = gt ?? gte;
  const high = lt ?? lte;
  const from = low && byteString(low);
  const to = high && byteString(high);
  for (const at of reverse ? map.descending(to) : map.ascending(from)) {
    if (from !== undefined && (gt ? at <= from : at < from)) {
      if (reverse) return;
      continue;
    }
    if (to !== undefined && (lt ? at >= to : at > to)) {
      if (!reverse) return;
      continue;
    }
    yield at;
  }
}

/** A copy of index entries whose bytes nobody else holds. */
export function ownedEntries(entries: readonly IndexEntry[]): readonly IndexEntry[] {
  return entries.map((entry) => ({ ...entry, bytes: entry.bytes.slice() }));
}
