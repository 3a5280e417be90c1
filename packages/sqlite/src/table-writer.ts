import {
  entriesInstead,
  entriesWithout,
  type EncodedKey,
  type IndexEntry,
  lineEntry,
  reviewed,
  type SetOperation,
  storedBytes,
  type TouchOperation,
  type TrimLine,
  type TrimOperation,
  type TrimOutcome,
} from "@cache/core/spi";
import { boundKey } from "./bound-bytes.ts";
import { decodeEntries, encodeEntries } from "./entry-list.ts";
import { deadlineColumn, INLINE_BYTES } from "./layout.ts";
import type { LineWriter } from "./line-writer.ts";
import { type FormerRow, type RowTrace, SAME_ENTRIES, type Statements } from "./statements.ts";
import { Tally } from "./tally.ts";

/** What became of a row that was to be removed. */
export type Removed = "live" | "expired" | "absent";

const noEntries: readonly IndexEntry[] = [];

/** Changes the rows of one table within one batch: rows, blobs, index lines, and the tally of it all. */
export class TableWriter {
  readonly table: number;
  readonly tally: Tally;
  readonly statements: Statements;
  readonly now: number;
  readonly lines: LineWriter;
  readonly #version: number;

  constructor(statements: Statements, lines: LineWriter, table: number, now: number, version: number) {
    this.statements = statements;
    this.lines = lines;
    this.table = table;
    this.now = now;
    this.#version = version;
    this.tally = new Tally(statements, table);
  }

  /** Sets a row; tells whether it replaced a live one. */
  set({ key, value, expiresAt, entries }: SetOperation): boolean {
    const { statements, table } = this;
    const bytes = storedBytes(key, value, entries);
    const list = encodeEntries(entries);
    const blob = value.length > INLINE_BYTES ? this.#storeBlob(key, value) : null;
    const inline = blob === null ? value : null;
    const before = statements.setRow(deadlineColumn(expiresAt), this.#version, bytes, list, blob, inline, boundKey.row(table, key));
    if (!before) {
      if (list !== null) this.#insertLines(key, entries);
      this.tally.add(1, bytes);
      return false;
    }
    const [bytesBefore, , listBefore, blobBefore] = before;
    if (listBefore !== SAME_ENTRIES) this.#replaceLines(key, listBefore, entries);
    if (blobBefore !== null && blobBefore !== blob) statements.deleteBlob.run(blobBefore);
    this.tally.add(0, bytes - bytesBefore);
    return this.#isLive(before);
  }

  /** Changes the deadline and some index entries of a live row; tells whether there was one. */
  touch({ key, expiresAt, indexes, entries }: TouchOperation): boolean {
    const before = this.statements.trace.get(boundKey.row(this.table, key));
    if (!before || !this.#isLive(before)) return false;
    const kept = decodeEntries(before[2]).filter(({ index }) => !indexes.includes(index));
    this.#change(key, before, [...kept, ...entries], expiresAt === undefined ? before[1] : deadlineColumn(expiresAt));
    return true;
  }

  /** Removes the row of an index line, or keeps it if the trim's review does. */
  trim(line: TrimLine, operation: TrimOperation): TrimOutcome {
    const { key } = line;
    // Asked first: of most rows nothing need be known but that they go.
    const entry = reviewed(operation, this.table, line);
    const old = entry && this.statements.trace.get(boundKey.row(this.table, key));
    if (old && entry && this.#isLive(old)) {
      this.#change(key, old, entriesInstead(decodeEntries(old[2]), operation, line, entry), old[1]);
      return entry;
    }
    const met: IndexEntry = { index: operation.index, bytes: lineEntry(line) };
    this.lines.pass(this.table, met.index, line.position);
    const removed = this.#remove(key, [met]);
    return removed === "absent" ? "nothing" : removed;
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
    const [bytes, , list, blob] = removed;
    if (list !== SAME_ENTRIES) this.deleteLines(key, entriesWithout(decodeEntries(list), except));
    if (blob !== null) statements.deleteBlob.run(blob);
    this.tally.add(-1, -bytes);
    return this.#isLive(removed) ? "live" : "expired";
  }

  /** Removes the index lines of a row's entries. */
  deleteLines(key: EncodedKey, entries: readonly IndexEntry[]): void {
    for (const { index, bytes } of entries) this.lines.delete(this.table, index, bytes, key);
  }

  /** Changes the deadline and the index entries of a row. */
  #change(key: EncodedKey, [bytes, , list]: RowTrace, entries: readonly IndexEntry[], deadline: number | null): void {
    const growth = lineBytes(key, entries) - lineBytes(key, decodeEntries(list));
    this.statements.touchRow.run(deadline, bytes + growth, encodeEntries(entries), boundKey.row(this.table, key));
    this.#replaceLines(key, list, entries);
    this.tally.resize(growth);
  }

  #isLive(row: RowTrace | FormerRow): boolean {
    return row[1] === null || row[1] > this.now;
  }

  /** Puts a large value into the blob that the row has already, or a new one. */
  #storeBlob(key: EncodedKey, value: Uint8Array): number {
    const before = this.statements.trace.get(boundKey.row(this.table, key))?.[3] ?? null;
    if (before === null) return Number(this.statements.insertBlob.run(value).lastInsertRowid);
    this.statements.updateBlob.run(value, before);
    return before;
  }

  #insertLines(key: EncodedKey, entries: readonly IndexEntry[]): void {
    for (const { index, bytes } of entries) this.lines.insert(this.table, index, bytes, key);
  }

  /** Replaces the index lines of a row, leaving those that stay the same. */
  #replaceLines(key: EncodedKey, before: Buffer | null, entries: readonly IndexEntry[]): void {
    const old = decodeEntries(before);
    this.deleteLines(key, entriesWithout(old, entries));
    this.#insertLines(key, entriesWithout(entries, old));
  }
}

/** The bytes that a row's index lines count for. */
function lineBytes(key: EncodedKey, entries: readonly IndexEntry[]): number {
  return entries.reduce((sum, { bytes }) => sum + bytes.length + key.length, 0);
}
