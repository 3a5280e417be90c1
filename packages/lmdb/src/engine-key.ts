import { CacheError, MAX_INDEX_BYTES } from "@cache/core/spi";
import { copyBytes } from "./copy-bytes.ts";
import { INDEX_PREFIX_BYTES, type Kind, KIND } from "./layout.ts";

/** The longest key that the engine takes. */
const MAX_ENGINE_KEY_BYTES = MAX_INDEX_BYTES + 8;

const none = new Uint8Array();

/**
 * The parts of a key of the B-tree. The engine's key buffer is written straight from them, so that no key is put together in memory of its
 * own. Objects of this class are made once and filled again for each call: the engine reads them before it returns.
 */
export class EngineKey {
  kind: Kind = KIND.format;
  /** How many bytes of prefix the key has: kind, then table, then index. */
  prefixBytes = 1;
  table = 0;
  index = 0;
  entry: Uint8Array = none;
  key: Uint8Array = none;

  /** Makes it the key of a record that exists once. */
  single(kind: Kind): this {
    this.kind = kind;
    this.prefixBytes = 1;
    this.entry = none;
    this.key = none;
    return this;
  }

  /** Makes it the key of a table's record, or the bound before which a table's rows begin. */
  ofTable(kind: Kind, table: number): this {
    return this.row(table, none, kind);
  }

  /** Makes it a row's key. */
  row(table: number, key: Uint8Array, kind: Kind = KIND.row): this {
    this.kind = kind;
    this.prefixBytes = 3;
    this.table = table;
    this.entry = none;
    this.key = key;
    return this;
  }

  /** Makes it the key of an index line. Without a row's key: the bound before which the lines of an entry begin. */
  line(table: number, index: number, entry: Uint8Array, key: Uint8Array = none): this {
    this.kind = KIND.index;
    this.prefixBytes = INDEX_PREFIX_BYTES;
    this.table = table;
    this.index = index;
    this.entry = entry;
    this.key = key;
    return this;
  }

  /** Makes it the least key greater than all that share this key's prefix of kind, table and index. */
  afterPrefix(): this {
    this.entry = none;
    this.key = none;
    if (this.prefixBytes === INDEX_PREFIX_BYTES) {
      if (++this.index <= 0xffff) return this;
      this.prefixBytes = 3;
    }
    if (++this.table <= 0xffff) return this;
    this.prefixBytes = 1;
    // One greater than a kind is the next kind, or what would be.
    this.kind = (this.kind + 1) as Kind;
    return this;
  }
}

/** Where the engine has put the key of the line that an iteration is at: its prefix included, valid until the next step. */
export interface FoundKey {
  bytes: Uint8Array;
  start: number;
  end: number;
}

const found: FoundKey = { bytes: none, start: 0, end: 0 };

/** How lmdb-js turns our keys into bytes, and bytes into what an iteration gives. */
export const keyEncoder = {
  writeKey(key: EngineKey, target: Uint8Array, start: number): number {
    const { kind, prefixBytes, table, index, entry } = key;
    if (prefixBytes + entry.length + key.key.length > MAX_ENGINE_KEY_BYTES) throw tooLong();
    target[start] = kind;
    let at = start + 1;
    if (prefixBytes > 1) {
      target[at++] = table >>> 8;
      target[at++] = table;
      if (prefixBytes > 3) {
        target[at++] = index >>> 8;
        target[at++] = index;
        at = copyBytes(entry, target, at);
      }
    }
    return copyBytes(key.key, target, at);
  },
  readKey(bytes: Uint8Array, start: number, end: number): FoundKey {
    found.bytes = bytes;
    found.start = start;
    found.end = end;
    return found;
  },
};

function tooLong(): CacheError {
  return new CacheError("CACHE_KEY_TOO_LONG", `a key and its index entry may be at most ${MAX_INDEX_BYTES} bytes long together`);
}
