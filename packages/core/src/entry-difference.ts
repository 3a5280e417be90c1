import { compareBytes } from "./byte-order.ts";
import type { IndexEntry } from "./entry.ts";

/** Up to this many comparisons are made one by one. */
const MAX_COMPARISONS = 1024;

/** The index entries that are not among `others`: what a store must write of a row's new ones, and remove of its old ones. */
export function entriesWithout(entries: readonly IndexEntry[], others: readonly IndexEntry[]): readonly IndexEntry[] {
  if (entries.length === 0 || others.length === 0) return entries;
  if (entries.length * others.length <= MAX_COMPARISONS) return entries.filter((entry) => !others.some((other) => isSame(entry, other)));
  const known = new Set(others.map(nameOf));
  return entries.filter((entry) => !known.has(nameOf(entry)));
}

function isSame(a: IndexEntry, b: IndexEntry): boolean {
  return a.index === b.index && a.bytes.length === b.bytes.length && compareBytes(a.bytes, b.bytes) === 0;
}

function nameOf({ index, bytes }: IndexEntry): string {
  return `${index}:${bytes.join()}`;
}
