import { CacheError, type IndexEntry, type StoredEntry } from "@cache/core/spi";
import { EXPIRES, HAS_ENTRIES, NUMBER_BYTES, readNumber, readShort, readWord, ROW_HEADER_BYTES } from "./layout.ts";

const noEntries: readonly IndexEntry[] = [];

/** A row read from its bytes. What it gives are views of these bytes, and valid as long as they are. */
export class StoredRow implements StoredEntry {
  readonly value: Uint8Array;
  readonly expiresAt: number;
  readonly version: number;
  readonly #bytes: Uint8Array;
  readonly #entriesStart: number;
  readonly #entriesEnd: number;

  /** `view` makes the value's view of the bytes. Throws `CACHE_CORRUPT` for bytes that are no row. */
  constructor(bytes: Uint8Array, view: (bytes: Uint8Array, start: number) => Uint8Array = viewFrom) {
    const flags = bytes[0] as number;
    let at = ROW_HEADER_BYTES;
    this.expiresAt = Number.POSITIVE_INFINITY;
    if (bytes.length < at || flags > (EXPIRES | HAS_ENTRIES)) throw damaged();
    this.version = readNumber(bytes, 1);
    if (flags & EXPIRES) {
      if (bytes.length < at + NUMBER_BYTES) throw damaged();
      this.expiresAt = readNumber(bytes, at);
      at += NUMBER_BYTES;
    }
    this.#bytes = bytes;
    this.#entriesStart = at;
    if (flags & HAS_ENTRIES) {
      if (bytes.length < at + 4) throw damaged();
      this.#entriesStart = at + 4;
      at += 4 + readWord(bytes, at);
      if (bytes.length < at) throw damaged();
    }
    this.#entriesEnd = at;
    this.value = view(bytes, at);
  }

  /** The row's index entries, read when they are asked for. */
  get entries(): readonly IndexEntry[] {
    return this.#entriesStart === this.#entriesEnd ? noEntries : readEntries(this.#bytes, this.#entriesStart, this.#entriesEnd);
  }
}

/** Not by `subarray`: the engine's buffer is larger than the `length` it shows. */
function viewFrom(bytes: Uint8Array, start: number): Uint8Array {
  return new Uint8Array(bytes.buffer, bytes.byteOffset + start, bytes.length - start);
}

function readEntries(bytes: Uint8Array, start: number, end: number): readonly IndexEntry[] {
  const entries: IndexEntry[] = [];
  for (let at = start; at < end;) {
    const from = at + 4;
    if (from > end) throw damaged();
    const to = from + readShort(bytes, at + 2);
    if (to > end) throw damaged();
    entries.push({ index: readShort(bytes, at), bytes: new Uint8Array(bytes.buffer, bytes.byteOffset + from, to - from) });
    at = to;
  }
  return entries;
}

function damaged(): CacheError {
  return new CacheError("CACHE_CORRUPT", "a stored row is damaged; delete its entry");
}
