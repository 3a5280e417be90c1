import type { EncodedKey, IndexEntry } from "../entry.ts";
import { CacheError } from "../errors.ts";
import type { Key, KeyPart } from "../key.ts";
import { decodeParts } from "../key-decoder.ts";
import { encodeEntry } from "../key-encoder.ts";
import { MAX_INDEX_BYTES } from "../limits.ts";
import { compareBytes } from "../byte-order.ts";
import { readElements, readField, splitPath, type Steps } from "./field.ts";
import type { AnyIndex } from "./table-definition.ts";

/** Whether an index leads to all rows. `conflict`: rows that were there break its uniqueness. */
export type IndexState = "ready" | "building" | "conflict";

/** A declared index of an open table: what entries values have in it. */
export class SecondaryIndex {
  readonly table: string;
  readonly name: string;
  /** The number under which the store keeps its entries. */
  readonly number: number;
  readonly isUnique: boolean;
  readonly isMulti: boolean;
  /** The fields whose values are the parts of its entries, in order; `undefined` when a function gives them. */
  readonly fields: readonly string[] | undefined;
  /** Whether its keys are lists of parts even if there is but one. */
  readonly isComposite: boolean;
  state: IndexState;
  /** The only key of a value, unless there may be several. */
  readonly #keyOf: ((value: unknown) => Key | undefined) | undefined;
  readonly #keysOf: (value: unknown) => Iterable<Key | readonly []>;

  constructor(table: string, name: string, options: AnyIndex, number: number, state: IndexState) {
    const { on, unique = false, multi = false } = options;
    this.table = table;
    this.name = name;
    this.number = number;
    this.state = state;
    this.isUnique = unique;
    this.isMulti = multi;
    this.isComposite = typeof on === "object";
    if (typeof on === "function") {
      this.fields = undefined;
      // A function that makes one key makes no list of them.
      this.#keyOf = multi ? undefined : (on as (value: unknown) => Key | undefined);
      this.#keysOf = (value) => severalOf(on(value));
      return;
    }
    this.fields = typeof on === "string" ? [on] : on;
    const paths = this.fields.map(splitPath);
    const [path = []] = paths;
    // What isn't a key is refused when it is encoded.
    const single = this.isComposite
      ? (value: unknown) => tuple(value, paths)
      : (value: unknown) => readField(value, path) as Key | undefined;
    this.#keyOf = multi ? undefined : single;
    this.#keysOf = this.isComposite ? (value) => products(value, paths) : (value) => readElements(value, path) as Key[];
  }

  /**
   * Adds the entries of a value to those that its row has in other indexes, each once. Throws a `TypeError` for what is no key,
   * `CACHE_KEY_TOO_LONG` for an entry too long.
   */
  addEntries(entries: IndexEntry[], key: EncodedKey, value: unknown): void {
    if (this.#keyOf) {
      const indexKey = this.#keyOf(value);
      if (indexKey !== undefined) entries.push(this.#entry(this.#encode(indexKey, key)));
      return;
    }
    const start = entries.length;
    for (const indexKey of this.#keysOf(value)) {
      const bytes = this.#encode(indexKey, key);
      if (!entries.some((entry, at) => at >= start && compareBytes(entry.bytes, bytes) === 0)) entries.push(this.#entry(bytes));
    }
  }

  /** The bytes of a bound on the entries; see `encodeEntry`. */
  bound(key: unknown, isOpen: boolean): Uint8Array {
    // What isn't a key is refused when it is encoded.
    return encodeEntry(key as Key, isOpen);
  }

  /** The parts of an entry. */
  partsOf(entry: Uint8Array): readonly KeyPart[] {
    return decodeParts(entry, 0, entry.length - 1);
  }

  #entry(bytes: Uint8Array): IndexEntry {
    const { number: index } = this;
    return this.isUnique ? { index, bytes, isUnique: true } : { index, bytes };
  }

  #encode(key: Key | readonly [], rowKey: EncodedKey): Uint8Array {
    let bytes: Uint8Array;
    try {
      bytes = encodeEntry(key);
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      throw new TypeError(`index "${this.name}" of table "${this.table}": ${error.message}`, { cause: error });
    }
    if (bytes.length + rowKey.length <= MAX_INDEX_BYTES) return bytes;
    throw new CacheError(
      "CACHE_KEY_TOO_LONG",
      `an entry of index "${this.name}" of table "${this.table}" and the row's key are longer than ${MAX_INDEX_BYTES} bytes together; index a hash or a part`,
    );
  }
}

/** What a function of a multi-entry index gives: several keys, but one, or none. */
function severalOf(made: Key | Iterable<Key> | undefined): Iterable<Key> {
  const isSeveral = typeof made === "object" && made !== null && Symbol.iterator in made && !(made instanceof Uint8Array);
  if (isSeveral) return made;
  return made === undefined ? [] : [made];
}

/** The list of a value's fields, unless one is missing. */
function tuple(value: unknown, paths: readonly Steps[]): Key | undefined {
  // What isn't a part of a key is refused when it is encoded.
  const parts = paths.map((path) => readField(value, path) as KeyPart | undefined);
  return parts.every((part) => part !== undefined) ? parts : undefined;
}

/** The lists of a value's fields, with one for each element of those that are lists. */
function products(value: unknown, paths: readonly Steps[]): readonly Key[] {
  let lists: readonly (readonly KeyPart[])[] = [[]];
  for (const path of paths) {
    const elements = readElements(value, path) as readonly KeyPart[];
    lists = lists.flatMap((list) => elements.map((element) => [...list, element]));
  }
  return lists;
}
