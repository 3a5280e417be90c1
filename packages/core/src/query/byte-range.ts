import { compareBytes } from "../byte-order.ts";
import type { ByteRange } from "../operation.ts";

interface End {
  readonly bytes: Uint8Array;
  readonly isClosed: boolean;
}

/** What two ranges have in common; `undefined` for nothing. */
export function overlap(a: ByteRange, b: ByteRange): ByteRange | undefined {
  const lower = tighter(lowerOf(a), lowerOf(b), 1);
  const upper = tighter(upperOf(a), upperOf(b), -1);
  if (lower && upper) {
    const order = compareBytes(lower.bytes, upper.bytes);
    if (order > 0 || (order === 0 && !(lower.isClosed && upper.isClosed))) return undefined;
  }
  return {
    ...(lower && (lower.isClosed ? { gte: lower.bytes } : { gt: lower.bytes })),
    ...(upper && (upper.isClosed ? { lte: upper.bytes } : { lt: upper.bytes })),
  };
}

function contains({ gt, gte, lt, lte }: ByteRange, bytes: Uint8Array): boolean {
  return (
    (!gt || compareBytes(bytes, gt) > 0) &&
    (!gte || compareBytes(bytes, gte) >= 0) &&
    (!lt || compareBytes(bytes, lt) < 0) &&
    (!lte || compareBytes(bytes, lte) <= 0)
  );
}

/** Whether a byte string is in one of several ranges, which are apart from each other and in order. */
export function isInOne(ranges: readonly ByteRange[], bytes: Uint8Array): boolean {
  let low = 0;
  let high = ranges.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const lower = ranges[middle] && lowerOf(ranges[middle]);
    if (lower && compareBytes(lower.bytes, bytes) > 0) high = middle;
    else low = middle + 1;
  }
  const range = ranges[low - 1];
  return range !== undefined && contains(range, bytes);
}

/** Whether a range leaves nothing out. */
export function isUnbounded(range: ByteRange): boolean {
  return !lowerOf(range) && !upperOf(range);
}

function lowerOf({ gt, gte }: ByteRange): End | undefined {
  return endOf(gt, gte);
}

function upperOf({ lt, lte }: ByteRange): End | undefined {
  return endOf(lt, lte);
}

function endOf(open: Uint8Array | undefined, closed: Uint8Array | undefined): End | undefined {
  if (open) return { bytes: open, isClosed: false };
  return closed && { bytes: closed, isClosed: true };
}

/** The end that leaves less: of two lower ones (`side` 1) the greater, of two upper ones (`side` −1) the lesser. */
function tighter(a: End | undefined, b: End | undefined, side: 1 | -1): End | undefined {
  if (!a || !b) return a ?? b;
  const order = compareBytes(a.bytes, b.bytes) * side;
  if (order === 0) return a.isClosed ? b : a;
  return order > 0 ? a : b;
}
