import type { IndexEntry } from "@cache/core/spi";
import { copyBytes } from "./copy-bytes.ts";
import { countBytes, EXPIRES, HAS_ENTRIES, LINE_HEADER_BYTES, NUMBER_BYTES, ROW_HEADER_BYTES, writeCount, writeNumber } from "./layout.ts";

/** Room that is kept from one row to the next; a greater row gets its own for once. */
const KEPT_BYTES = 64 * 1024;

/** Bytes of which the engine writes only a part. lmdb-js knows these bounds from msgpackr; a view for each length would be slower. */
interface BoundedBytes extends Uint8Array {
  start: number;
  end: number;
}

/** Puts rows and index lines together in memory that it uses again and again: each result is valid until the next call. */
export class RowWriter {
  readonly #row: BoundedBytes = bounded(KEPT_BYTES);
  readonly #line: BoundedBytes = bounded(LINE_HEADER_BYTES + NUMBER_BYTES);

  /** The bytes of a row. */
  row(version: number, expiresAt: number, entries: readonly IndexEntry[], value: Uint8Array): Uint8Array {
    let entriesBytes = 0;
    for (const { index, bytes } of entries) entriesBytes += countBytes(index) + countBytes(bytes.length) + bytes.length;
    const expires = expiresAt !== Number.POSITIVE_INFINITY;
    const start = ROW_HEADER_BYTES + (expires ? NUMBER_BYTES : 0) + (entriesBytes > 0 ? countBytes(entriesBytes) + entriesBytes : 0);
    const target = this.#room(start + value.length);
    target[0] = (expires ? EXPIRES : 0) | (entriesBytes > 0 ? HAS_ENTRIES : 0);
    writeNumber(target, 1, version);
    if (expires) writeNumber(target, ROW_HEADER_BYTES, expiresAt);
    if (entriesBytes > 0) writeEntries(target, start - entriesBytes - countBytes(entriesBytes), entriesBytes, entries);
    target.set(value, start);
    return target;
  }

  /** The value of an index line: how long its entry is, and the row's deadline. */
  line(entryBytes: number, expiresAt: number): Uint8Array {
    const target = this.#line;
    target[0] = entryBytes >>> 8;
    target[1] = entryBytes;
    target.end = LINE_HEADER_BYTES;
    if (expiresAt !== Number.POSITIVE_INFINITY) {
      writeNumber(target, LINE_HEADER_BYTES, expiresAt);
      target.end += NUMBER_BYTES;
    }
    return target;
  }

  #room(bytes: number): Uint8Array {
    if (bytes > KEPT_BYTES) return bounded(bytes);
    this.#row.end = bytes;
    return this.#row;
  }
}

function bounded(bytes: number): BoundedBytes {
  return Object.assign(new Uint8Array(bytes), { start: 0, end: bytes });
}

function writeEntries(target: Uint8Array, start: number, length: number, entries: readonly IndexEntry[]): void {
  let at = writeCount(target, start, length);
  for (const { index, bytes } of entries) {
    at = writeCount(target, at, index);
    at = writeCount(target, at, bytes.length);
    at = copyBytes(bytes, target, at);
  }
}
