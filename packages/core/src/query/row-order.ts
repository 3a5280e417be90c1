import type { Key, KeyPart } from "../key.ts";
import { decodeParts } from "../key-decoder.ts";
import { encodeEntry, encodeKey } from "../key-encoder.ts";
import { afterExtensions } from "../key-range.ts";
import type { ByteRange } from "../operation.ts";
import type { PageRow } from "../store.ts";
import type { OpenTable } from "../table/open-table.ts";
import type { SecondaryIndex } from "../table/secondary-index.ts";

/**
 * An order that rows can be read in: that of the primary key, or of an index. What it sorts by are lists of parts; an index's end in a zero
 * and are followed by the row's key.
 */
export class RowOrder {
  /** `undefined` for the primary key. */
  readonly index: SecondaryIndex | undefined;
  /** The fields whose values are the parts; `undefined` when they are made otherwise. */
  readonly fields: readonly string[] | undefined;
  /** Whether each field is one part, and not a list its parts. */
  readonly isComposite: boolean;
  /** Whether a row may be in it several times. */
  readonly isMulti: boolean;
  /** Whether no two rows have the same parts. */
  readonly isUnique: boolean;

  constructor({ settings: { primaryKey } }: Pick<OpenTable, "settings">, index?: SecondaryIndex) {
    this.index = index;
    this.fields = index ? index.fields : primaryKey?.fields;
    this.isComposite = (index ? index.isComposite : primaryKey?.isComposite) ?? false;
    this.isMulti = index?.isMulti ?? false;
    this.isUnique = index?.isUnique ?? true;
  }

  /** The bytes that begin all that begins with these parts. Throws a `TypeError` for what is no key. */
  open(key: unknown): Uint8Array {
    // What isn't a key is refused when it is encoded.
    return this.index ? this.index.bound(key, true) : encodeKey(key as Key);
  }

  /** What stands at just these parts. */
  exactly(open: Uint8Array): ByteRange {
    return this.index ? { gte: closed(open), lt: afterExtensions(closed(open)) } : { gte: open, lte: open };
  }

  beginning(open: Uint8Array): ByteRange {
    return { gte: open, lt: afterExtensions(open) };
  }

  /** What stands above these parts; what goes on from them does. */
  above(open: Uint8Array): ByteRange {
    return { gt: this.index ? afterExtensions(closed(open)) : open };
  }

  from(open: Uint8Array): ByteRange {
    return { gte: open };
  }

  below(open: Uint8Array): ByteRange {
    return { lt: open };
  }

  /** What stands up to these parts; what goes on from them doesn't. */
  upTo(open: Uint8Array): ByteRange {
    return this.index ? { lt: afterExtensions(closed(open)) } : { lte: open };
  }

  /** The parts that a row stands at. */
  partsOf({ key, entry }: PageRow): readonly KeyPart[] {
    return this.index ? (entry ? this.index.partsOf(entry) : []) : decodeParts(key, 0, key.length);
  }

  /** Where a row stands, among all. */
  positionOf({ key, entry }: PageRow): Uint8Array {
    if (!this.index || !entry) return key;
    const position = new Uint8Array(entry.length + key.length);
    position.set(entry);
    position.set(key, entry.length);
    return position;
  }

  /** The value of the field at a place among `fields`, from the parts. A list of one part is that part, as keys are. */
  fieldOf(parts: readonly KeyPart[], at: number): KeyPart | undefined {
    return this.isComposite || parts.length === 1 ? parts[at] : parts;
  }

  /** The bytes of one field's value, to be appended to those of the fields before it. */
  fieldBytes(value: KeyPart): Uint8Array {
    return encodeEntry(this.isComposite ? [value] : value, true);
  }
}

function closed(open: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(open.length + 1);
  bytes.set(open);
  return bytes;
}
