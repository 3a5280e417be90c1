import { compareBytes } from "./byte-order.ts";
import type { EncodedKey } from "./entry.ts";
import { afterExtensions } from "./key-range.ts";
import { MAX_INDEX_BYTES } from "./limits.ts";
import type { ByteRange } from "./operation.ts";

/** The lines of a tag's rows as bounds for a trim. */
export interface TagLines {
  readonly tag: Uint8Array;
  readonly gte: Uint8Array;
  readonly lt: Uint8Array;
}

/** The line of a row with a tag: where it stands in the tag index. */
export function tagLine(tag: Uint8Array, key: EncodedKey): Uint8Array {
  const line = new Uint8Array(tag.length + key.length);
  line.set(tag);
  line.set(key, tag.length);
  return line;
}

/** The lines of a tag's rows in a namespace, whose own bytes are `namespace` (empty for none); `undefined` when there can't be any. */
export function tagLines(tag: Uint8Array, namespace: EncodedKey): TagLines | undefined {
  const start = tagLine(tag, namespace);
  if (start.length >= MAX_INDEX_BYTES) return undefined;
  // The key that equals the namespace's is outside; no key goes on with a 0.
  const gte = namespace.length > 0 ? tagLine(start, Uint8Array.of(0)) : start;
  return { tag, gte, lt: afterExtensions(start) };
}

/** The lines of a tag's rows whose keys lie in a range; `undefined` when there can't be any. */
export function tagRange(tag: Uint8Array, { gt, gte, lt, lte }: ByteRange): ByteRange | undefined {
  const low = gt ?? gte;
  const high = lt ?? lte;
  const from = cut(low ? tagLine(tag, low) : tag, gt !== undefined);
  const to = cut(high ? tagLine(tag, high) : afterExtensions(tag), lte !== undefined);
  if (compareBytes(from.bytes, to.bytes) === 0 && (from.isBehind || !to.isBehind)) return undefined;
  return { ...(from.isBehind ? { gt: from.bytes } : { gte: from.bytes }), ...(to.isBehind ? { lte: to.bytes } : { lt: to.bytes }) };
}

/** A bound right before or behind some bytes. One longer than any line, which engines need not take, lies behind what it begins with. */
function cut(bytes: Uint8Array, isBehind: boolean): { readonly bytes: Uint8Array; readonly isBehind: boolean } {
  return bytes.length > MAX_INDEX_BYTES ? { bytes: bytes.subarray(0, MAX_INDEX_BYTES), isBehind: true } : { bytes, isBehind };
}
