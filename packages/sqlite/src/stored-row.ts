import { CacheError, type IndexEntry, type StoredEntry } from "@cache/core/spi";
import { decodeEntries } from "./layout.ts";

/*
 * Each byte string that the engine hands over costs as much as finding the row (a piece of memory of its own, and its collection later). So
 * all of a row's byte strings come in one: what the caller wants in front, then the value, then the list of index entries.
 */

/** A row's byte strings, how long the last of them is, its deadline (`null` for never) and its version. */
export type StoredColumns = [bytes: Buffer | null, listLength: number, expiresAt: number | null, version: number];

const value = "coalesce(r.value, (SELECT b.value FROM blobs AS b WHERE b.id = r.blob))";
const others = "ifnull(length(r.entries), 0), r.expires_at, r.version";

/** {@link StoredColumns} of a line of `rows` called `r`, with nothing in front. */
export const storedColumns: string = `CASE WHEN r.entries IS NULL THEN ${value} ELSE CAST(${value} || r.entries AS BLOB) END, ${others}`;

/** {@link StoredColumns} with a column in front. */
export function storedColumnsAfter(front: string): string {
  return `CAST(${front} || ${value} || ifnull(r.entries, x'') AS BLOB), ${others}`;
}

/** A row as it was read. Its index entries, which few readers want, are decoded when asked for. */
export class StoredRow implements StoredEntry {
  readonly value: Uint8Array;
  readonly expiresAt: number;
  readonly version: number;
  readonly #bytes: Buffer;
  readonly #end: number;

  /** For columns with so many bytes in front. Throws `CACHE_CORRUPT` for a row whose value is gone. */
  constructor([bytes, listLength, expiresAt, version]: readonly [...StoredColumns, ...unknown[]], frontLength = 0) {
    if (bytes === null) throw new CacheError("CACHE_CORRUPT", "a row has lost its value");
    const end = bytes.length - listLength;
    this.value = frontLength === 0 && listLength === 0 ? bytes : bytes.subarray(frontLength, end);
    this.expiresAt = expiresAt === null ? Number.POSITIVE_INFINITY : expiresAt;
    this.version = version;
    this.#bytes = bytes;
    this.#end = end;
  }

  get entries(): readonly IndexEntry[] {
    return this.#end === this.#bytes.length ? none : decodeEntries(this.#bytes.subarray(this.#end));
  }
}

const none: readonly IndexEntry[] = Object.freeze([]);
