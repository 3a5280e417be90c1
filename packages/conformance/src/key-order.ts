import type { Key, KeyPart } from "@cache/core";

/*
 * The order of keys, written from what the documentation says and not from how core encodes them: what the model goes by.
 */

/** Where a part's type stands among the types. */
function rank(part: KeyPart): number {
  if (part === null) return 0;
  if (typeof part === "boolean") return part ? 2 : 1;
  if (typeof part === "number") return 3;
  if (typeof part === "bigint") return 4;
  if (typeof part === "string") return 5;
  if (part instanceof Date) return 6;
  return part instanceof Uint8Array ? 7 : 8;
}

function compareLists<T>(a: readonly T[], b: readonly T[], compare: (a: T, b: T) => number): number {
  for (const [at, left] of a.entries()) {
    const right = b[at];
    // Parts of keys are never undefined: there is none at this place.
    if (right === undefined) return 1;
    const order = compare(left, right);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

function compareParts(a: KeyPart, b: KeyPart): number {
  const byType = rank(a) - rank(b);
  if (byType !== 0) return byType;
  if (typeof a === "string" && typeof b === "string") return compareLists(codePoints(a), codePoints(b), (left, right) => left - right);
  if (a instanceof Uint8Array && b instanceof Uint8Array) return compareLists([...a], [...b], (left, right) => left - right);
  if (Array.isArray(a) && Array.isArray(b)) return compareLists<KeyPart>(a, b, compareParts);
  if (a === null || b === null || typeof a === "boolean") return 0;
  if (a < b) return -1;
  return a > b ? 1 : 0;
}

/** The code points of a text; a lone surrogate is one of its own. */
function codePoints(text: string): number[] {
  return Array.from(text, (character) => character.codePointAt(0) ?? 0);
}

/** Compares two lists of parts: by the first part in which they differ, the beginning of a list before the list. */
export function compareKeys(a: readonly KeyPart[], b: readonly KeyPart[]): number {
  return compareLists(a, b, compareParts);
}

/** A key's parts: itself, if it is a list. */
export function partsOf(key: Key): readonly KeyPart[] {
  return Array.isArray(key) ? key : [key];
}

/** Whether a list of parts begins with another. */
export function beginsWith(parts: readonly KeyPart[], prefix: readonly KeyPart[]): boolean {
  return parts.length >= prefix.length && compareKeys(parts.slice(0, prefix.length), prefix) === 0;
}
