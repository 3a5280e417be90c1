import { Packr } from "msgpackr";
import { CacheError } from "./errors.ts";

/** The names of a record's fields, in order. */
export type Structure = readonly string[];

/** How many structures a table's rows may share; a row tells in one byte how many it relies on. What comes later is packed in full. */
const MAX_STRUCTURES = 32;

/** Objects with more fields than this are taken for dictionaries, whose field names are data. */
const MAX_FIELDS = 64;

/**
 * A list of record structures and the packer that uses and extends it. The list only grows at its end: what was packed with a shorter list
 * reads the same with a longer one that begins with it. Structures that the packer invented are *unsaved* until a commit has stored them.
 */
export class RecordStructures {
  readonly packr: Packr;
  /** The version of the row that holds the saved structures; `undefined` when there is none yet. */
  version: number | undefined;
  /** How many structures, from the front, are known to be in the store. */
  savedCount: number;
  readonly #list: string[][] & { sharedLength?: number };

  constructor(saved: readonly Structure[], version: number | undefined) {
    // msgpackr adds marks to the lists it is given.
    this.#list = saved.map((fields) => [...fields]);
    this.savedCount = saved.length;
    this.version = version;
    this.packr = new Packr({
      useRecords: true,
      structuredClone: true,
      copyBuffers: true,
      maxSharedStructures: MAX_STRUCTURES,
      structures: this.#list,
      shouldShareStructure: (fields) => fields.length <= MAX_FIELDS,
      // Saving is the commit's business: the structures go with the first rows that need them.
      saveStructures: () => undefined,
      writeFunction: () => {
        throw new CacheError("CACHE_UNSUPPORTED", "a function can't be stored in a cache");
      },
    });
  }

  /** How many structures there are, unsaved ones included. */
  get count(): number {
    return this.#list.sharedLength ?? this.#list.length;
  }

  /** The structures as they are to be stored. */
  list(): Structure[] {
    return this.#list.slice(0, this.count).map((fields) => [...fields]);
  }
}
