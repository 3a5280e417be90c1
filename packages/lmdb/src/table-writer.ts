import {
  CacheError,
  entriesInstead,
  entriesWithout,
  type EncodedKey,
  type IndexEntry,
  keepsPlace,
  reviewed,
  type SetOperation,
  storedBytes,
  toldBytes,
  type TouchOperation,
  type TrimLine,
  type TrimOperation,
  type TrimOutcome,
} from "@cache/core/spi";
import type { Engine } from "./engine.ts";
import { EngineKey } from "./engine-key.ts";
import { MAX_TOLD_BYTES } from "./layout.ts";
import { RowViews } from "./row-views.ts";
import { RowWriter } from "./row-writer.ts";
import { StoredRow } from "./stored-row.ts";
import { Tally } from "./tally.ts";

/** What was at a key before it was removed. */
export type Removed = "nothing" | "expired" | "live";

/** A line of an index that a trim has come to. */
export interface MetLine extends TrimLine {
  /** The bytes of its row, which then has neither another entry nor a deadline; 0 where it doesn't tell. */
  readonly rowBytes: number;
}

const rowKey = new EngineKey();
const lineKey = new EngineKey();
const writer = new RowWriter();
const views = new RowViews();
const noEntries: readonly IndexEntry[] = [];

/** One table inside a write transaction: keeps index lines and usage right with every change of a row. */
export class TableWriter {
  readonly engine: Engine;
  readonly table: number;
  readonly tally: Tally;
  readonly #now: number;
  readonly #version: number;

  /** `now` tells live rows from expired ones; `version` is that of the commit. */
  constructor(engine: Engine, table: number, now: number, version: number) {
    this.engine = engine;
    this.table = table;
    this.tally = new Tally(engine, table);
    this.#now = now;
    this.#version = version;
  }

  /** Writes a row; tells whether it replaced a live one. */
  set({ key, value, expiresAt, entries }: SetOperation): boolean {
    const old = this.#read(key);
    const bytes = storedBytes(key, value, entries);
    const rowBytes = told(entries, expiresAt, bytes);
    if (old) {
      const { gone, come } = old.changeTo(entries);
      this.tally.add(0, storedBytes(key, value, come) - storedBytes(key, old.value, gone));
      this.#removeLines(key, gone, entries);
      this.#putLines(key, expiresAt === old.expiresAt && !keepsPlace(entries, come) ? come : entries, expiresAt, rowBytes);
    } else {
      this.tally.add(1, bytes);
      this.#putLines(key, entries, expiresAt, rowBytes);
    }
    this.engine.put(rowKey.row(this.table, key), writer.row(this.#version, expiresAt, entries, value));
    return old !== undefined && old.expiresAt > this.#now;
  }

  /** Removes a row, if it is there. */
  remove(key: EncodedKey): Removed {
    const old = this.#read(key);
    return old ? this.#drop(key, old, old.entries) : "nothing";
  }

  /** Removes the row of an index line, or keeps it if the trim's review does. */
  trim(line: MetLine, operation: TrimOperation): TrimOutcome {
    const { key, rowBytes } = line;
    const read = rowBytes > 0 ? undefined : this.#read(key);
    if (!read && rowBytes === 0) return "nothing";
    const isLive = !read || read.expiresAt > this.#now;
    const entry = isLive ? reviewed(operation, this.table, line) : undefined;
    if (!entry) {
      if (read) return this.#drop(key, read, read.entries);
      if (this.tally.entries === 0) throw new CacheError("CACHE_CORRUPT", "an index leads to rows that aren't there");
      this.tally.add(-1, -rowBytes);
      this.engine.remove(lineKey.line(this.table, operation.index, line.position));
      this.engine.remove(rowKey.row(this.table, key));
      return "live";
    }
    const old = read ?? this.#read(key);
    if (!old) return "nothing";
    this.#change(key, old, entriesInstead(old.entries, operation, line, entry), old.expiresAt);
    return entry;
  }

  /** Changes a live row's deadline and index entries; tells whether there was one. */
  touch({ key, indexes, ...changes }: TouchOperation): boolean {
    const old = this.#read(key);
    if (!old || old.expiresAt <= this.#now) return false;
    const entries = [...old.entries.filter(({ index }) => !indexes.includes(index)), ...changes.entries];
    this.#change(key, old, entries, changes.expiresAt ?? old.expiresAt);
    return true;
  }

  #drop(key: EncodedKey, old: StoredRow, entries: readonly IndexEntry[]): "expired" | "live" {
    this.tally.add(-1, -storedBytes(key, old.value, entries));
    this.#removeLines(key, entries, noEntries);
    this.engine.remove(rowKey.row(this.table, key));
    return old.expiresAt > this.#now ? "live" : "expired";
  }

  /** Changes a row's deadline and index entries. */
  #change(key: EncodedKey, old: StoredRow, entries: readonly IndexEntry[], expiresAt: number): void {
    const before = old.entries;
    const bytes = storedBytes(key, old.value, entries);
    const growth = bytes - storedBytes(key, old.value, before);
    if (expiresAt < old.expiresAt) this.tally.add(0, growth);
    else this.tally.resize(growth);
    this.#removeLines(key, before, entries);
    const come = entriesWithout(entries, before);
    const lines = expiresAt === old.expiresAt && !keepsPlace(entries, come) ? come : entries;
    this.#putLines(key, lines, expiresAt, told(entries, expiresAt, bytes));
    this.engine.put(rowKey.row(this.table, key), writer.row(old.version, expiresAt, entries, old.value));
  }

  /** The row at a key, in the engine's buffer: valid until the next read, while writes leave it alone. */
  #read(key: EncodedKey): StoredRow | undefined {
    const bytes = this.engine.getBinaryFast(rowKey.row(this.table, key));
    return bytes && new StoredRow(bytes, views.view);
  }

  /** Removes the lines of those index entries of a row that it will no longer have. */
  #removeLines(key: EncodedKey, before: readonly IndexEntry[], after: readonly IndexEntry[]): void {
    for (const { index, bytes } of entriesWithout(before, after)) this.engine.remove(lineKey.line(this.table, index, bytes, key));
  }

  #putLines(key: EncodedKey, entries: readonly IndexEntry[], expiresAt: number, rowBytes: number): void {
    for (const { index, bytes } of entries)
      this.engine.put(lineKey.line(this.table, index, bytes, key), writer.line(bytes.length, expiresAt, rowBytes));
  }
}

/** What a line may tell of a row's bytes: see `toldBytes` of core. */
function told(entries: readonly IndexEntry[], expiresAt: number, bytes: number): number {
  return bytes <= MAX_TOLD_BYTES ? toldBytes(entries, expiresAt, bytes) : 0;
}
