import { CacheError, type IndexEntry, type StoredEntry } from "@cache/core/spi";
import { equalBytes } from "./equal-bytes.ts";
import { afterCount, EXPIRES, HAS_ENTRIES, NUMBER_BYTES, readCount, readNumber, ROW_HEADER_BYTES } from "./layout.ts";

/** How a row's list of index entries differs from its successor's: what stands at the same place in both is left out. */
export interface EntryChange {
  readonly gone: readonly IndexEntry[];
  readonly come: readonly IndexEntry[];
}

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
      const start = afterCount(bytes, at);
      at = start + readCount(bytes, at);
      if (bytes.length < at) throw damaged();
      this.#entriesStart = start;
    }
    this.#entriesEnd = at;
    this.value = view(bytes, at);
  }

  /** The index of its first entry; `undefined` if it has none. */
  get firstIndex(): number | undefined {
    return this.#entriesStart === this.#entriesEnd ? undefined : readCount(this.#bytes, this.#entriesStart);
  }

  /** The row's index entries, read when they are asked for. */
  get entries(): readonly IndexEntry[] {
    return this.#entriesStart === this.#entriesEnd ? noEntries : this.changeTo(noEntries).gone;
  }

  /** How its index entries differ from others. Nothing is made of those that stay, which are most. */
  changeTo(others: readonly IndexEntry[]): EntryChange {
    const bytes = this.#bytes;
    const end = this.#entriesEnd;
    const gone: IndexEntry[] = [];
    const come: IndexEntry[] = [];
    let place = 0;
    for (let at = this.#entriesStart; at < end; place++) {
      const index = readCount(bytes, at);
      const lengthAt = afterCount(bytes, at);
      const from = afterCount(bytes, lengthAt);
      const to = from + readCount(bytes, lengthAt);
      if (to > end) throw damaged();
      const other = others[place];
      if (other?.index !== index || !equalBytes(bytes, from, to, other.bytes)) {
        gone.push({ index, bytes: new Uint8Array(bytes.buffer, bytes.byteOffset + from, to - from) });
        if (other) come.push(other);
      }
      at = to;
    }
    for (; place < others.length; place++) come.push(others[place] as IndexEntry);
    return { gone, come };
  }
}

/** Not by `subarray`: the engine's buffer is larger than the `length` it shows. */
function viewFrom(bytes: Uint8Array, start: number): Uint8Array {
  return new Uint8Array(bytes.buffer, bytes.byteOffset + start, bytes.length - start);
}

function damaged(): CacheError {
  return new CacheError("CACHE_CORRUPT", "a stored row is damaged; delete its entry");
}
