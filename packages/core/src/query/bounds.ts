import { compareBytes } from "../byte-order.ts";
import type { KeyPart } from "../key.ts";
import { encodeEntry } from "../key-encoder.ts";
import { afterExtensions } from "../key-range.ts";
import type { ByteRange } from "../operation.ts";
import { overlap } from "./byte-range.ts";
import { Pattern } from "./pattern.ts";
import type { RowOrder } from "./row-order.ts";

/** The bounds that a query was given for the order it is read in; bytes are of parts, without what ends them. */
export interface Bounds {
  /** Any of these, in order and each once. */
  readonly points?: readonly Uint8Array[];
  readonly prefix?: { readonly bytes: Uint8Array; readonly parts: number };
  readonly gt?: Uint8Array;
  readonly gte?: Uint8Array;
  readonly lt?: Uint8Array;
  readonly lte?: Uint8Array;
  /** What a text in the first part after `prefix` must match. */
  readonly match?: Pattern;
}

/** The names of the verbs that bound. */
export type BoundName = "eq" | "in" | Exclude<keyof Bounds, "points">;

const low = ["gt", "gte"] as const;
const high = ["lt", "lte"] as const;

/** The bounds of one kind with each verb's. */
const alike: Readonly<Record<Exclude<BoundName, "eq" | "in">, readonly (keyof Bounds)[]>> = {
  prefix: ["prefix"],
  gt: low,
  gte: low,
  lt: high,
  lte: high,
  match: ["match"],
};

/** Some bounds and one more. Throws a `TypeError` for what is no key, and for a bound that doesn't go with those there are. */
export function withBound(bounds: Bounds, name: BoundName, bound: unknown, order: RowOrder): Bounds {
  const isTaken =
    name === "eq" || name === "in" ? Object.keys(bounds).length > 0 : bounds.points || alike[name].some((one) => bounds[one] !== undefined);
  if (isTaken)
    throw new TypeError(`${name} doesn't go with a condition before it: eq and in stand alone, and there is one bound of a kind`);
  if (name === "eq") return { points: [order.open(bound)] };
  // Whatever was given, the encoder refuses what are no keys.
  if (name === "in") return { points: inOrder(Array.from(bound as Iterable<unknown>, (point) => order.open(point))) };
  if (name === "match") return { ...bounds, match: new Pattern(bound as string) };
  const bytes = order.open(bound);
  return { ...bounds, [name]: name === "prefix" ? { bytes, parts: Array.isArray(bound) ? bound.length : 1 } : bytes };
}

/** The ranges that bounds leave of an order, in order. */
export function rangesOf({ points, prefix, gt, gte, lt, lte, match }: Bounds, order: RowOrder): readonly ByteRange[] {
  if (points) return points.map((point) => order.exactly(point));
  const bounded: (ByteRange | undefined)[] = [
    prefix && order.beginning(prefix.bytes),
    gt && order.above(gt),
    gte && order.from(gte),
    lt && order.below(lt),
    lte && order.upTo(lte),
    match?.isRange ? textsLike(match, prefix?.bytes) : undefined,
  ];
  return commonOf(bounded);
}

/** What several ranges have in common: one range, or none. */
export function commonOf(ranges: readonly (ByteRange | undefined)[]): readonly ByteRange[] {
  let common: ByteRange = {};
  for (const range of ranges) {
    const both: ByteRange | undefined = range ? overlap(common, range) : common;
    if (!both) return [];
    common = both;
  }
  return [common];
}

/** Where the texts are that a pattern could match, after some bytes. */
export function textsLike({ literal, kind }: Pattern, before: Uint8Array = new Uint8Array(0)): ByteRange {
  const encoded = encodeEntry([literal], true);
  // Only the whole text is followed by its terminator.
  const text = kind === "exact" ? encoded : encoded.subarray(0, -1);
  const bytes = joined(before, text);
  return { gte: bytes, lt: afterExtensions(bytes) };
}

/** Bytes followed by others. */
export function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(first.length + second.length);
  bytes.set(first);
  bytes.set(second, first.length);
  return bytes;
}

/** Bounds as parts, to tell them from others by. */
export function boundSignature(bounds: Bounds): readonly KeyPart[] {
  // Bytes and lists of them, but for two that are objects.
  return Object.entries({ ...bounds, prefix: bounds.prefix?.bytes, match: bounds.match?.source })
    .filter(([, bound]) => bound !== undefined)
    .map(([name, bound]) => [name, bound as KeyPart]);
}

function inOrder(points: readonly Uint8Array[]): readonly Uint8Array[] {
  const sorted = points.toSorted(compareBytes);
  return sorted.filter((point, at) => at === 0 || compareBytes(point, sorted[at - 1] ?? point) !== 0);
}
