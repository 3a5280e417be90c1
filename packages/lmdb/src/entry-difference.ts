import { compareBytes, type IndexEntry } from "@cache/core/spi";

/** Up to this many comparisons are made one by one. */
const MAX_COMPARISONS = 1024;

/** The entries that are not among `others`. */
export function without(entries: readonly IndexEntry[], others: readonly IndexEntry[]): readonly IndexEntry[] {
  if (entries.length === 0 || others.length === 0) return entries;
  if (entries.length * others.length <= MAX_COMPARISONS) return entries.filter((entry) => !others.some((other) => isSame(entry, other)));
  const known = new Set(others.map(name));
  return entries.filter((entry) => !known.has(name(entry)));
}

function isSame(a: IndexEntry, b: IndexEntry): boolean {
  return a.index === b.index && a.bytes.length === b.bytes.length && compareBytes(a.bytes, b.bytes) === 0;
}

function name({ index, bytes }: IndexEntry): string {
  return `${index} ${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1")}`;
}
