import { compareBytes } from "./byte-order.ts";
import type { EncodedKey } from "./entry.ts";
import type { Key } from "./key.ts";
import { encodeKey } from "./key-encoder.ts";
import type { ByteRange } from "./operation.ts";

/** The beginnings of a key: of a list of parts its first ones, of a single part itself. */
export type KeyPrefix<K> = K extends readonly [infer First, ...infer Rest]
  ? First | readonly [First] | (Rest extends readonly [] ? never : readonly [First, ...Continued<Rest>])
  : K;

type Continued<Rest extends readonly unknown[]> = Rest extends readonly [infer First, ...infer More]
  ? [First] | (More extends readonly [] ? never : [First, ...Continued<More>])
  : Rest;

/** Bounds on keys. At most one lower and one upper bound. */
export interface KeyRange<K = Key> {
  readonly gt?: K | KeyPrefix<K> | undefined;
  readonly gte?: K | KeyPrefix<K> | undefined;
  readonly lt?: K | KeyPrefix<K> | undefined;
  readonly lte?: K | KeyPrefix<K> | undefined;
  /** Only keys that begin with these parts; the key that equals them is among them. Bounds given beside it narrow it further. */
  readonly prefix?: KeyPrefix<K> | undefined;
}

interface Bound {
  readonly bytes: EncodedKey;
  /** Whether the bound itself is in the range. */
  readonly closed: boolean;
}

/**
 * The bytes of a range of keys within a namespace, whose own bytes are `namespace` (empty for none); `undefined` for a range that can hold
 * nothing. Throws a `TypeError` for two lower or two upper bounds.
 */
export function encodeRange(range: KeyRange, namespace: EncodedKey): ByteRange | undefined {
  if (range.gt !== undefined && range.gte !== undefined) throw new TypeError("a range takes gt or gte, not both");
  if (range.lt !== undefined && range.lte !== undefined) throw new TypeError("a range takes lt or lte, not both");
  let lower = bound(range.gt, range.gte, namespace);
  let upper = bound(range.lt, range.lte, namespace);
  if (range.prefix !== undefined) {
    const prefix = encodeKey(range.prefix, namespace);
    lower = tighter(lower, { bytes: prefix, closed: true }, 1);
    upper = tighter(upper, open(afterExtensions(prefix)), -1);
  }
  if (namespace.length > 0) {
    lower = tighter(lower, { bytes: namespace, closed: false }, 1);
    upper = tighter(upper, open(afterExtensions(namespace)), -1);
  }
  if (lower && upper) {
    const order = compareBytes(lower.bytes, upper.bytes);
    if (order > 0 || (order === 0 && !(lower.closed && upper.closed))) return undefined;
  }
  return {
    ...(lower && (lower.closed ? { gte: lower.bytes } : { gt: lower.bytes })),
    ...(upper && (upper.closed ? { lte: upper.bytes } : { lt: upper.bytes })),
  };
}

function bound(exclusive: Key | undefined, inclusive: Key | undefined, namespace: EncodedKey): Bound | undefined {
  if (exclusive !== undefined) return { bytes: encodeKey(exclusive, namespace), closed: false };
  if (inclusive !== undefined) return { bytes: encodeKey(inclusive, namespace), closed: true };
  return undefined;
}

function open(bytes: EncodedKey): Bound {
  return { bytes, closed: false };
}

/** What stands above all keys that begin with some parts: no part begins with FF, but within a string it goes on after a 00. */
export function afterExtensions(prefix: EncodedKey): EncodedKey {
  const bytes = new Uint8Array(prefix.length + 1);
  bytes.set(prefix);
  bytes[prefix.length] = 0xff;
  return bytes;
}

/** Whether a key begins with all parts of another one. */
export function extendsKey(key: EncodedKey, prefix: EncodedKey): boolean {
  return key.length >= prefix.length && key[prefix.length] !== 0xff && compareBytes(key.subarray(0, prefix.length), prefix) === 0;
}

/** The bound that leaves less: of two lower ones (`side` 1) the greater, of two upper ones (`side` −1) the lesser. */
function tighter(a: Bound | undefined, b: Bound | undefined, side: 1 | -1): Bound | undefined {
  if (!a || !b) return a ?? b;
  const order = compareBytes(a.bytes, b.bytes) * side;
  if (order === 0) return a.closed ? b : a;
  return order > 0 ? a : b;
}
