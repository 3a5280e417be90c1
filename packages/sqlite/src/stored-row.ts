import { CacheError, type IndexEntry, type StoredEntry } from "@cache/core/spi";
import { decodeEntries } from "./entry-list.ts";

/*
 * A byte string that the engine hands over costs as much as finding the row: a piece of memory of its own, and its collection later. A text
 * of a few hundred letters costs a fifth of it; with hexadecimal digits, and what it takes to make and to decode them, a little more than half.
 * So values that are kept beside their key come as digits, with what else is wanted of the row behind them.
 */

/**
 * The value of a row with what the caller wants behind it: as digits, or as bytes if the value has a place of its own; `null` if it is gone.
 * Then the row's deadline, `null` for never, and its version.
 */
export type StoredColumns = [bytes: string | Buffer | null, expiresAt: number | null, version: number];

/** The digits of a row's list of index entries. */
export type EntriesColumn = string | null;

const longValue = "(SELECT b.value FROM blobs AS b WHERE b.id = r.blob)";

/** {@link StoredColumns} of a line of `rows` called `r`, with nothing behind the value. */
export const storedColumns: string = `iif(r.value IS NULL, ${longValue}, hex(r.value)), r.expires_at, r.version`;

/** {@link StoredColumns} with another column behind the value. */
export function storedColumnsWith(column: string): string {
  return `iif(r.value IS NULL, CAST(${longValue} || ${column} AS BLOB), hex(r.value || ${column})), r.expires_at, r.version`;
}

/** {@link EntriesColumn} of a line of `rows` called `r`. */
export const entriesColumn: string = "iif(r.entries IS NULL, NULL, hex(r.entries))";

/** A row that was read with its index entries. Few readers want those, so they are decoded when asked for. */
export class StoredRow implements StoredEntry {
  readonly value: Uint8Array;
  readonly expiresAt: number;
  readonly version: number;
  readonly #entries: EntriesColumn;

  constructor(value: Uint8Array, expiresAt: number | null, version: number, entries: EntriesColumn) {
    this.value = value;
    this.expiresAt = deadlineOf(expiresAt);
    this.version = version;
    this.#entries = entries;
  }

  get entries(): readonly IndexEntry[] {
    return entriesFrom(this.#entries);
  }
}

/** A deadline from the column that holds it. */
export function deadlineOf(column: number | null): number {
  return column === null ? Number.POSITIVE_INFINITY : column;
}

/** The index entries that a column holds. Throws `CACHE_CORRUPT` for what isn't a list. */
export function entriesFrom(column: EntriesColumn): readonly IndexEntry[] {
  return column === null ? none : decodeEntries(Buffer.from(column, "hex"));
}

const none: readonly IndexEntry[] = Object.freeze([]);

/** The first column's bytes, which belong to the caller. Throws `CACHE_CORRUPT` when the value is gone. */
export function ownedBytes(bytes: StoredColumns[0]): Buffer {
  if (typeof bytes === "string") return Buffer.from(bytes, "hex");
  if (bytes === null) throw new CacheError("CACHE_CORRUPT", "a row has lost its value");
  return bytes;
}

/** The greatest number of bytes that are decoded to where others were. */
const KEPT_BYTES = 2048;

/** The place where the bytes of single rows are decoded, one after the other: new memory for each would cost more than the digits. */
export class KeptBytes {
  readonly #memory: Buffer = Buffer.allocUnsafeSlow(KEPT_BYTES);
  /** By length. Whoever unpacks a value leaves a `DataView` with its bytes, which serves the next of this length, too. */
  readonly #views: (Uint8Array | undefined)[] = Array<undefined>(KEPT_BYTES + 1).fill(undefined);

  /** The first column's bytes. Those that were decoded are valid until the next call. Throws `CACHE_CORRUPT` when the value is gone. */
  of(bytes: StoredColumns[0]): Uint8Array {
    if (typeof bytes !== "string" || bytes.length > 2 * KEPT_BYTES) return ownedBytes(bytes);
    this.#memory.write(bytes, "hex");
    return this.#first(bytes.length / 2);
  }

  /** The first of the bytes that `of` just gave. */
  firstOf(bytes: Uint8Array, length: number): Uint8Array {
    return bytes === this.#views[bytes.length] ? this.#first(length) : bytes.subarray(0, length);
  }

  #first(length: number): Uint8Array {
    // Not a Buffer: what `slice` gives of one isn't a copy.
    return (this.#views[length] ??= new Uint8Array(this.#memory.buffer, this.#memory.byteOffset, length));
  }
}
