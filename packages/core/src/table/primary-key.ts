import type { EncodedKey } from "../entry.ts";
import type { Key } from "../key.ts";
import { encodeKey } from "../key-encoder.ts";
import { readField, splitPath, type Steps } from "./field.ts";
import type { AnyTableOptions } from "./table-definition.ts";

/** Where the keys of a table's values come from. */
export class PrimaryKey {
  /** The fields whose values are the key's parts, in order; `undefined` when a function makes it. */
  readonly fields: readonly string[] | undefined;
  /** Whether keys are lists of parts even if there is but one. */
  readonly isComposite: boolean;
  readonly #table: string;
  readonly #keyOf: (value: unknown) => Key;

  constructor(table: string, from: NonNullable<AnyTableOptions["key"]>) {
    this.#table = table;
    this.isComposite = typeof from === "object";
    if (typeof from === "function") {
      this.fields = undefined;
      this.#keyOf = from;
      return;
    }
    this.fields = typeof from === "string" ? [from] : from;
    const paths = this.fields.map(splitPath);
    const [first] = paths;
    const read = (value: unknown, path: Steps): Key => {
      const part = readField(value, path);
      if (part === undefined) throw new TypeError(`a value of table "${table}" has no field "${path.join(".")}" to take its key from`);
      // What isn't a key is refused when it is encoded.
      return part as Key;
    };
    this.#keyOf = typeof from === "string" && first ? (value) => read(value, first) : (value) => paths.map((path) => read(value, path));
  }

  /** The key of a value, encoded. Throws a `TypeError` for a value without one. */
  encodedOf(value: unknown): EncodedKey {
    const key = this.#keyOf(value);
    if (key === undefined) throw new TypeError(`the key function of table "${this.#table}" gave no key`);
    return encodeKey(key);
  }
}
