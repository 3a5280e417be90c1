/** A key as bytes whose order is the order of keys. At most `MAX_KEY_BYTES` long. */
export type EncodedKey = Uint8Array;

/**
 * One line of a secondary index that leads to a row. `bytes` is ordered like what it stands for, and within one index no entry's bytes are
 * a proper prefix of another's: so bytes followed by the row's key sort by entry first and by key second.
 */
export interface IndexEntry {
  /** Which index of the table: 0 to 65,535. */
  readonly index: number;
  readonly bytes: Uint8Array;
  /**
   * Whether the index is unique: the same for all of an index's entries in all operations, and never so below `FIRST_INDEX`. A store may use
   * it to find out by an engine's own unique index what `unique` checks ask for, or pass it over; it need not come back in what is read.
   */
  readonly isUnique?: true;
}

/** A value and its metadata as a store keeps them. */
export interface StoredEntry {
  /** The encoded value. Valid until the next call of the same store: copy what must last longer. */
  readonly value: Uint8Array;
  /** When the entry becomes invisible, in epoch milliseconds; `Infinity` for never. */
  readonly expiresAt: number;
  /** The version of the commit that wrote the value. */
  readonly version: number;
  /** The row's whole list of index entries. Valid as long as `value`. */
  readonly entries: readonly IndexEntry[];
}

/**
 * The bytes that a row counts for in {@link Usage}: its key, its value, and for each index entry the entry and the key again. All stores
 * count alike; what an engine adds in pages and headers is its own.
 */
export function storedBytes(key: EncodedKey, value: Uint8Array, entries: readonly IndexEntry[]): number {
  let bytes = key.length + value.length;
  for (const entry of entries) bytes += entry.bytes.length + key.length;
  return bytes;
}
