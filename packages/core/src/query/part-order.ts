import { compareBytes } from "../byte-order.ts";
import type { KeyPart } from "../key.ts";
import { KEY_TAG } from "../key-encoder.ts";

/*
 * The order of keys on parts that need not fit into a key: what a condition is compared with may be a text of any length. That it is the
 * order of the encoded bytes is shown by a property test.
 */

/** Where a value's type stands among those of parts; `undefined` for what is no part. */
function rankOf(value: unknown): number | undefined {
  switch (typeof value) {
    case "string":
      return KEY_TAG.string;
    case "number":
      return Number.isNaN(value) ? undefined : KEY_TAG.number;
    case "boolean":
      return value ? KEY_TAG.true : KEY_TAG.false;
    case "bigint":
      return KEY_TAG.positive;
    case "object":
      if (value === null) return KEY_TAG.null;
      if (Array.isArray(value)) return KEY_TAG.list;
      if (value instanceof Uint8Array) return KEY_TAG.bytes;
      return value instanceof Date && !Number.isNaN(value.getTime()) ? KEY_TAG.date : undefined;
    case "undefined":
    case "function":
    case "symbol":
      return undefined;
  }
}

/** Whether a value could be part of a key, if it is short enough. */
export function isPart(value: unknown): value is KeyPart {
  return rankOf(value) !== undefined && (!Array.isArray(value) || value.every(isPart));
}

/** Compares two parts in the order of keys. Negative, zero or positive. */
export function compareParts(a: KeyPart, b: KeyPart): number {
  if (typeof a === "string" && typeof b === "string") return compareTexts(a, b);
  if (typeof a === "number" && typeof b === "number") return compareNumbers(a, b);
  const byType = (rankOf(a) ?? 0) - (rankOf(b) ?? 0);
  if (byType !== 0) return byType;
  if (typeof a === "bigint" && typeof b === "bigint") return compareNumbers(a, b);
  if (a instanceof Date && b instanceof Date) return compareNumbers(a.getTime(), b.getTime());
  if (a instanceof Uint8Array && b instanceof Uint8Array) return compareBytes(a, b);
  return Array.isArray(a) && Array.isArray(b) ? compareLists(a, b) : 0;
}

function compareNumbers<T extends number | bigint>(a: T, b: T): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function compareLists(a: readonly KeyPart[], b: readonly KeyPart[]): number {
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at++) {
    // Within both lists, and no part is undefined.
    const order = compareParts(a[at] as KeyPart, b[at] as KeyPart);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

/** By code point, where a lone surrogate is one of its own. */
function compareTexts(a: string, b: string): number {
  if (a === b) return 0;
  const length = Math.min(a.length, b.length);
  let at = 0;
  while (at < length && a.charCodeAt(at) === b.charCodeAt(at)) at++;
  // Behind a high surrogate, the difference may be in the character that begins there.
  const before = at > 0 && isHighSurrogate(a.charCodeAt(at - 1)) ? compareCharacters(a, b, at - 1) : 0;
  return before === 0 ? compareCharacters(a, b, at) : before;
}

function compareCharacters(a: string, b: string, at: number): number {
  return (a.codePointAt(at) ?? -1) - (b.codePointAt(at) ?? -1);
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit < 0xdc00;
}
