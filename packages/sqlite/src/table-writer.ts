import {
  CacheError,
  entriesInstead,
  entriesWithout,
  type EncodedKey,
  type IndexEntry,
  keepsPlace,
  lineEntry,
  LineGroups,
  ORDER_INDEX,
  reviewed,
  type SetOperation,
  storedBytes,
  toldBytes,
  type TouchOperation,
  type TrimLine,
  type TrimOperation,
  type TrimOutcome,
} from "@cache/core/spi";
import { boundKey } from "./bound-bytes.ts";
import { decodeEntries, encodeEntries } from "./entry-list.ts";
import { TableGroups } from "./table-groups.ts";
import { deadlineColumn, INLINE_BYTES } from "./layout.ts";
import type { LineWriter } from "./line-writer.ts";
import type { RowRemover } from "./row-remover.ts";
import { type FormerRow, type RowTrace, SAME_ENTRIES, type Statements } from "./statements.ts";
import { deadlineOf } from "./stored-row.ts";
import { Tally } from "./tally.ts";

/** What became of a row that was to be removed. */
export type Removed = "live" | "expired" | "absent";

/** What the writers of a batch share. */
export interface BatchParts {
  readonly statements: Statements;
  readonly lines: LineWriter;
  readonly rows: RowRemover;
  readonly now: number;
  /** The commit's. */
  readonly version: number;
  /** How many there are. */
  readonly operations: number;
}

/** A line of an index that a trim has come to. */
export interface MetLine extends TrimLine {
  /** What its row was when the line was read; `undefined` where it leads nowhere. */
  readonly row:
    | {
        readonly bytes: number;
        /** `null` for never. */
        readonly expiresAt: number | null;
        /** Its list of index entries, in digits, if it has others than the line's. */
        readonly entries: string | null;
        readonly blob: number | null;
      }
    | undefined;
  readonly isGrouped: boolean;
}

const noEntries: readonly IndexEntry[] = [];

/** Changes the rows of one table within one batch: rows, blobs, index lines, and the tally of it all. */
export class TableWriter {
  readonly table: number;
  readonly tally: Tally;
  readonly statements: Statements;
  readonly now: number;
  readonly lines: LineWriter;
  readonly rows: RowRemover;
  readonly groups: LineGroups;
  /** Those that the file has: it lacks what {@link groups} hasn't written yet. */
  readonly storedGroups: TableGroups;
  readonly #version: number;

  constructor({ statements, lines, rows, now, version, operations }: BatchParts, table: number) {
    this.statements = statements;
    this.lines = lines;
    this.rows = rows;
    this.table = table;
    this.now = now;
    this.#version = version;
    this.tally = new Tally(statements, table);
    this.storedGroups = new TableGroups(statements, table);
    this.groups = new LineGroups(this.storedGroups, operations);
  }

  /** Writes what was kept until the end of the batch, but for what the writers share. */
  finish(): void {
    this.groups.write();
    this.tally.write(this.#version);
  }

  /** Sets a row; tells whether it replaced a live one. */
  set({ key, value, expiresAt, entries }: SetOperation): boolean {
    const { statements, table } = this;
    const bytes = storedBytes(key, value, entries);
    const list = encodeEntries(entries);
    const blob = value.length > INLINE_BYTES ? this.#storeBlob(key, value) : null;
    const inline = blob === null ? value : null;
    const before = statements.setRow(deadlineColumn(expiresAt), this.#version, bytes, list, blob, inline, boundKey.row(table, key));
    const rowBytes = told(entries, expiresAt, bytes, blob);
    if (!before) {
      if (list !== null) this.#insertLines(key, entries, rowBytes);
      this.tally.add(1, bytes);
      return false;
    }
    const [bytesBefore, deadlineBefore, listBefore, blobBefore] = before;
    const entriesBefore = listBefore === SAME_ENTRIES ? entries : decodeEntries(listBefore);
    if (listBefore !== SAME_ENTRIES || keepsPlace(entries, noEntries))
      this.#replaceLines(key, entriesBefore, told(entriesBefore, deadlineOf(deadlineBefore), bytesBefore, blobBefore), entries, rowBytes);
    if (blobBefore !== null && blobBefore !== blob) statements.deleteBlob.run(blobBefore);
    this.tally.add(0, bytes - bytesBefore);
    return this.#isLive(before);
  }

  /** Changes the deadline and some index entries of a live row; tells whether there was one. */
  touch({ key, expiresAt, indexes, entries }: TouchOperation): boolean {
    const before = this.statements.trace.get(boundKey.row(this.table, key));
    if (!before || !this.#isLive(before)) return false;
    const kept = decodeEntries(before[2]).filter(({ index }) => !indexes.includes(index));
    this.#change(key, before, [...kept, ...entries], expiresAt === undefined ? deadlineOf(before[1]) : expiresAt);
    return true;
  }

  /** Removes the row of an index line, by `rows`, or keeps it if the trim's review does. */
  trim(line: MetLine, operation: TrimOperation): TrimOutcome {
    const { key, row } = line;
    const isLive = row !== undefined && this.#isLiveAt(row.expiresAt);
    const entry = isLive ? reviewed(operation, this.table, line) : undefined;
    const old = entry && this.statements.trace.get(boundKey.row(this.table, key));
    if (old && entry) {
      this.#change(key, old, entriesInstead(decodeEntries(old[2]), operation, line, entry), deadlineOf(old[1]));
      return entry;
    }
    if (!line.isGrouped) this.lines.pass(this.table, operation.index, line.position);
    else if (!this.groups.remove(line.position, key)) throw new CacheError("CACHE_CORRUPT", "a group of index lines is damaged");
    if (!row) return "nothing";
    if (row.entries !== null) {
      const met = [{ index: operation.index, bytes: lineEntry(line) }];
      const others = entriesWithout(decodeEntries(Buffer.from(row.entries, "hex")), met);
      if (others.some(({ index }) => index === operation.index)) {
        // It may have gone since, with another of its lines.
        const removed = this.#remove(key, met);
        return removed === "absent" ? "nothing" : removed;
      }
      this.#deleteLines(key, others, 0);
    }
    this.rows.remove(this.table, key);
    if (row.blob !== null) this.statements.deleteBlob.run(row.blob);
    this.tally.add(-1, -row.bytes);
    return isLive ? "live" : "expired";
  }

  /** Removes a row. */
  remove(key: EncodedKey): Removed {
    return this.#remove(key, noEntries);
  }

  /** Removes a row, and its index lines but those of some entries. */
  #remove(key: EncodedKey, except: readonly IndexEntry[]): Removed {
    const { statements, table } = this;
    const removed = statements.deleteRow(boundKey.row(table, key), encodeEntries(except));
    if (!removed) return "absent";
    const [bytes, deadline, list, blob] = removed;
    if (list !== SAME_ENTRIES) {
      const entries = decodeEntries(list);
      this.#deleteLines(key, entriesWithout(entries, except), told(entries, deadlineOf(deadline), bytes, blob));
    }
    if (blob !== null) statements.deleteBlob.run(blob);
    this.tally.add(-1, -bytes);
    return this.#isLive(removed) ? "live" : "expired";
  }

  /** Removes the index lines of a row, all of whose entries these are. */
  deleteLines(key: EncodedKey, entries: readonly IndexEntry[]): void {
    this.#deleteLines(key, entries, toldBytes(entries, Number.POSITIVE_INFINITY, 1));
  }

  /** Removes index lines of a row, of whose bytes the line of its place may have told so many. */
  #deleteLines(key: EncodedKey, entries: readonly IndexEntry[], rowBytes: number): void {
    for (const { index, bytes } of entries)
      if (rowBytes === 0 || index !== ORDER_INDEX || !this.groups.remove(bytes, key)) this.lines.delete(this.table, index, bytes, key);
  }

  /** Changes the deadline and the index entries of a row. */
  #change(key: EncodedKey, [bytes, deadline, list, blob]: RowTrace, entries: readonly IndexEntry[], expiresAt: number): void {
    const before = decodeEntries(list);
    const growth = lineBytes(key, entries) - lineBytes(key, before);
    this.statements.touchRow.run(deadlineColumn(expiresAt), bytes + growth, encodeEntries(entries), boundKey.row(this.table, key));
    const toldBefore = told(before, deadlineOf(deadline), bytes, blob);
    this.#replaceLines(key, before, toldBefore, entries, told(entries, expiresAt, bytes + growth, blob));
    if (expiresAt < deadlineOf(deadline)) this.tally.add(0, growth);
    else this.tally.resize(growth);
  }

  #isLive(row: RowTrace | FormerRow): boolean {
    return this.#isLiveAt(row[1]);
  }

  #isLiveAt(deadline: number | null): boolean {
    return deadline === null || deadline > this.now;
  }

  /** Puts a large value into the blob that the row has already, or a new one. */
  #storeBlob(key: EncodedKey, value: Uint8Array): number {
    const before = this.statements.trace.get(boundKey.row(this.table, key))?.[3] ?? null;
    if (before === null) return Number(this.statements.insertBlob.run(value).lastInsertRowid);
    this.statements.updateBlob.run(value, before);
    return before;
  }

  #insertLines(key: EncodedKey, entries: readonly IndexEntry[], rowBytes: number): void {
    for (const { index, bytes } of entries)
      if (rowBytes === 0 || !this.groups.add(bytes, key, rowBytes)) this.lines.insert(this.table, index, bytes, key);
  }

  /** Replaces the index lines of a row, leaving those that stay the same, unless its place is among them. */
  #replaceLines(
    key: EncodedKey,
    before: readonly IndexEntry[],
    toldBefore: number,
    entries: readonly IndexEntry[],
    rowBytes: number,
  ): void {
    const come = entriesWithout(entries, before);
    const tellsAnew = keepsPlace(entries, come);
    this.#deleteLines(key, tellsAnew ? before : entriesWithout(before, entries), toldBefore);
    this.#insertLines(key, tellsAnew ? entries : come, rowBytes);
    // A trim may be on its way to some of them, and must find them there to pass them.
    if (tellsAnew) this.lines.flush();
  }
}

/** What a line may tell of a row's bytes, 0 for nothing: see `toldBytes` of core. A row with a blob must be read to be removed. */
function told(entries: readonly IndexEntry[], expiresAt: number, bytes: number, blob: number | null): number {
  return blob === null ? toldBytes(entries, expiresAt, bytes) : 0;
}

/** The bytes that a row's index lines count for. */
function lineBytes(key: EncodedKey, entries: readonly IndexEntry[]): number {
  return entries.reduce((sum, { bytes }) => sum + bytes.length + key.length, 0);
}
