import {
  CacheError,
  entriesInstead,
  entriesWithout,
  type EncodedKey,
  type IndexEntry,
  keepsPlace,
  LineGroups,
  ORDER_INDEX,
  PLACE_BYTES,
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
import { EngineGroups } from "./grouped-lines.ts";
import { storedRow } from "./page.ts";
import { RowViews } from "./row-views.ts";
import { RowWriter } from "./row-writer.ts";
import { StoredRow } from "./stored-row.ts";
import { Tally } from "./tally.ts";

/** What was at a key before it was removed. */
export type Removed = "nothing" | "expired" | "live";

/** A line of an index that a trim has come to. */
export interface MetLine extends TrimLine {
  /** The bytes of its row, if the line stands in a group; 0 if it stands alone. */
  readonly rowBytes: number;
}

const rowKey = new EngineKey();
const lineKey = new EngineKey();
const writer = new RowWriter();
const views = new RowViews();
/** A place, out of the engine's buffer, which reading a group overwrites. */
const keptPlace = new Uint8Array(PLACE_BYTES);

/** One table inside a write transaction: keeps index lines and usage right with every change of a row. */
export class TableWriter {
  readonly engine: Engine;
  readonly table: number;
  readonly tally: Tally;
  readonly groups: LineGroups;
  readonly #now: number;
  readonly #version: number;

  /** `now` tells live rows from expired ones; `version` is that of the commit, which has so many operations. */
  constructor(engine: Engine, table: number, now: number, version: number, operations: number) {
    this.engine = engine;
    this.table = table;
    this.tally = new Tally(engine, table);
    this.groups = new LineGroups(new EngineGroups(engine, table), operations);
    this.#now = now;
    this.#version = version;
  }

  /** Writes what was kept until the end of the batch. */
  finish(): void {
    this.groups.write();
    this.tally.write(this.engine, this.#version);
  }

  /** Writes a row; tells whether it replaced a live one. */
  set({ key, value, expiresAt, entries }: SetOperation): boolean {
    const old = this.#read(key);
    const bytes = storedBytes(key, value, entries);
    const rowBytes = toldBytes(entries, expiresAt, bytes);
    if (old) {
      const { gone, come } = old.changeTo(entries);
      this.tally.add(0, storedBytes(key, value, come) - storedBytes(key, old.value, gone));
      this.#replaceLines(key, old, gone, come, { entries, expiresAt, rowBytes });
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
    const { key, position, rowBytes } = line;
    const read = rowBytes > 0 ? undefined : this.#read(key);
    if (!read && rowBytes === 0) return this.#pass(line, operation);
    const isLive = !read || read.expiresAt > this.#now;
    const entry = isLive ? reviewed(operation, this.table, line) : undefined;
    if (!entry) {
      if (read) return this.#drop(key, read, read.entries);
      // With another line of its row it can't have gone: that has no other.
      if (this.tally.entries === 0) throw new CacheError("CACHE_CORRUPT", "an index leads to rows that aren't there");
      this.tally.add(-1, -rowBytes);
      this.#removeGrouped(position, key);
      this.engine.remove(rowKey.row(this.table, key));
      return "live";
    }
    const old = storedRow(this.engine, this.table, key);
    if (!old) return this.#pass(line, operation);
    this.#change(key, old, entriesInstead(old.entries, operation, line, entry), old.expiresAt);
    return entry;
  }

  /** Removes a line whose row has gone with another one; or else it led nowhere, and would be met for ever. */
  #pass({ key, position, rowBytes }: MetLine, { index }: TrimOperation): "nothing" {
    if (rowBytes > 0) this.#removeGrouped(position, key);
    else this.engine.remove(lineKey.line(this.table, index, position));
    return "nothing";
  }

  /** Removes a line that was met in a group. */
  #removeGrouped(position: Uint8Array, key: EncodedKey): void {
    if (!this.groups.remove(position, key)) throw new CacheError("CACHE_CORRUPT", "a group of index lines is damaged");
  }

  /** Changes a live row's deadline and index entries; tells whether there was one. */
  touch({ key, indexes, ...changes }: TouchOperation): boolean {
    const old = storedRow(this.engine, this.table, key);
    if (!old || old.expiresAt <= this.#now) return false;
    const entries = [...old.entries.filter(({ index }) => !indexes.includes(index)), ...changes.entries];
    this.#change(key, old, entries, changes.expiresAt ?? old.expiresAt);
    return true;
  }

  #drop(key: EncodedKey, old: StoredRow, entries: readonly IndexEntry[]): "expired" | "live" {
    this.tally.add(-1, -storedBytes(key, old.value, entries));
    this.#removeLines(key, entries, this.#toldBefore(key, old));
    this.engine.remove(rowKey.row(this.table, key));
    return old.expiresAt > this.#now ? "live" : "expired";
  }

  /** Changes a row's deadline and index entries. The row must have memory of its own. */
  #change(key: EncodedKey, old: StoredRow, entries: readonly IndexEntry[], expiresAt: number): void {
    const before = old.entries;
    const bytes = storedBytes(key, old.value, entries);
    const growth = bytes - storedBytes(key, old.value, before);
    if (expiresAt < old.expiresAt) this.tally.add(0, growth);
    else this.tally.resize(growth);
    const lines = { entries, expiresAt, rowBytes: toldBytes(entries, expiresAt, bytes) };
    this.#replaceLines(key, old, before, entriesWithout(entries, before), lines);
    this.engine.put(rowKey.row(this.table, key), writer.row(old.version, expiresAt, entries, old.value));
  }

  /** The row at a key, in the engine's buffer: valid until the next read, also that of a group of lines, while writes leave it alone. */
  #read(key: EncodedKey): StoredRow | undefined {
    const bytes = this.engine.getBinaryFast(rowKey.row(this.table, key));
    return bytes && new StoredRow(bytes, views.view);
  }

  /** Replaces the lines of a row's entries that are `gone`, and those that must say something else from now on, by what has `come`. */
  #replaceLines(key: EncodedKey, old: StoredRow, gone: readonly IndexEntry[], come: readonly IndexEntry[], lines: RowLines): void {
    const { entries, expiresAt, rowBytes } = lines;
    const toldBefore = this.#toldBefore(key, old);
    // What only stands elsewhere in the list has come and gone, and was there before.
    const keeps = keepsPlace(entries, entriesWithout(come, gone));
    this.#removeLines(key, entriesWithout(gone, entries), toldBefore);
    // Whether it stands in a group may have changed, too.
    if (keeps) this.#removeLines(key, entries.filter(isPlace), toldBefore);
    this.#putLines(key, expiresAt === old.expiresAt && !keeps ? come : entries, expiresAt, rowBytes);
  }

  #removeLines(key: EncodedKey, entries: readonly IndexEntry[], rowBytes: number): void {
    for (const { index, bytes } of entries)
      if (rowBytes === 0 || bytes.length !== PLACE_BYTES) this.engine.remove(lineKey.line(this.table, index, bytes, key));
      else {
        keptPlace.set(bytes);
        if (!this.groups.remove(keptPlace, key)) this.engine.remove(lineKey.line(this.table, index, keptPlace, key));
      }
  }

  #putLines(key: EncodedKey, entries: readonly IndexEntry[], expiresAt: number, rowBytes: number): void {
    for (const { index, bytes } of entries)
      if (rowBytes === 0 || !this.groups.add(bytes, key, rowBytes))
        this.engine.put(lineKey.line(this.table, index, bytes, key), writer.line(bytes.length, expiresAt));
  }

  /** What the line of a row's place may have told of its bytes. */
  #toldBefore(key: EncodedKey, old: StoredRow): number {
    if (old.firstIndex !== ORDER_INDEX) return 0;
    return toldBytes(old.entries, old.expiresAt, storedBytes(key, old.value, old.entries));
  }
}

function isPlace({ index }: IndexEntry): boolean {
  return index === ORDER_INDEX;
}

/** What the lines of a row say: see `toldBytes`. */
interface RowLines {
  readonly entries: readonly IndexEntry[];
  readonly expiresAt: number;
  readonly rowBytes: number;
}
