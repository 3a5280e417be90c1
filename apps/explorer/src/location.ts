import { isUtf8 } from "node:buffer";
import { basename, resolve } from "node:path";
import type { KeyPart } from "@cache/core";

/** One name of a path: text where its bytes are UTF-8, else the bytes themselves. */
export type Name = string | Uint8Array;

/** What all keys of file entries begin with. */
export const ENTRY_KEY = "entry";

const slash = Buffer.from("/");

/** A place in the folder that is explored: the folder itself, or something below it. */
export class Location {
  /** The names that lead here from the folder; none for the folder itself. */
  readonly parts: readonly Name[];
  /** The absolute path, as the system takes it. */
  readonly absolute: Buffer;
  /** The directory that it is in; `undefined` for the folder itself. */
  readonly parent: Location | undefined;

  private constructor(parts: readonly Name[], absolute: Buffer, parent: Location | undefined) {
    this.parts = parts;
    this.absolute = absolute;
    this.parent = parent;
  }

  /** The location of a folder to explore. */
  static root(folder: string): Location {
    return new Location([], Buffer.from(resolve(folder)), undefined);
  }

  /** The location of a name in the directory here. */
  child(name: Uint8Array): Location {
    const separator = this.absolute.at(-1) === slash[0] ? [] : [slash];
    return new Location([...this.parts, nameOf(name)], Buffer.concat([this.absolute, ...separator, name]), this);
  }

  /** The location that names lead to from here. */
  at(parts: readonly Name[]): Location {
    return parts.reduce<Location>((location, name) => location.child(bytesOf(name)), this);
  }

  /** The last name; for the folder itself its own. Bytes that aren't UTF-8 are written `\xff`. */
  get name(): string {
    const last = this.parts.at(-1);
    return last === undefined ? basename(this.absolute.toString()) : shownName(last);
  }

  /** The path from the folder, with `/` between names; `.` for the folder itself. Bytes that aren't UTF-8 are written `\xff`. */
  get path(): string {
    return this.parts.length === 0 ? "." : this.parts.map(shownName).join("/");
  }

  /** The cache's key of what is here. In the order of keys a directory comes first and all that is below it right after. */
  get key(): readonly KeyPart[] {
    return [ENTRY_KEY, ...this.parts];
  }

  /** How long the key is when encoded: each part takes its bytes and two more. */
  get keyBytes(): number {
    return this.parts.reduce((sum, name) => sum + Buffer.byteLength(name) + 2, ENTRY_KEY.length + 2);
  }
}

/** A name from its bytes. */
export function nameOf(bytes: Uint8Array): Name {
  return isUtf8(bytes) ? Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString() : bytes;
}

function bytesOf(name: Name): Uint8Array {
  return typeof name === "string" ? Buffer.from(name) : name;
}

/** The names of a directory in the order of keys: text first, by code point, which is the order of its bytes; then all others. */
export function sortedNames(names: readonly Buffer[]): Buffer[] {
  const { text = [], other = [] } = Object.groupBy(
    names.toSorted((a, b) => Buffer.compare(a, b)),
    (name) => (isUtf8(name) ? "text" : "other"),
  );
  return [...text, ...other];
}

/** Where names stand in the order of keys. */
function compareNames(a: Name, b: Name): number {
  if (typeof a === typeof b) return a === b ? 0 : Buffer.compare(bytesOf(a), bytesOf(b));
  return typeof a === "string" ? -1 : 1;
}

/** Where lists of names stand in the order of keys. */
export function compareParts(a: readonly Name[], b: readonly Name[]): number {
  for (const [at, name] of a.entries()) {
    const other = b[at];
    if (other === undefined) return 1;
    const order = compareNames(name, other);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

// Two, three and four bytes of UTF-8 by their first byte, or one stray byte.
const sequences = /[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}|[\x80-\xff]/g;

/** A name for people: valid runs of UTF-8 as they are, every other byte as `\xff`. */
export function shownName(name: Name): string {
  if (typeof name === "string") return name;
  // In Latin-1 each byte is one character, so a pattern can tell the well-formed sequences from the stray bytes.
  return Buffer.from(name)
    .toString("latin1")
    .replaceAll(sequences, (sequence) => {
      const bytes = Buffer.from(sequence, "latin1");
      return isUtf8(bytes) ? bytes.toString() : Array.from(bytes, (byte) => `\\x${byte.toString(16)}`).join("");
    });
}
