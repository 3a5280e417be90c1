import { CacheError, type IndexEntry } from "@cache/core/spi";
import { BoundBytes } from "./bound-bytes.ts";
import { ENTRY_HEADER_BYTES } from "./layout.ts";

const none: readonly IndexEntry[] = Object.freeze([]);

const bound = new BoundBytes();

/** A list of index entries as one byte string; `null` for none. Valid until the next list is encoded. */
export function encodeEntries(entries: readonly IndexEntry[]): Buffer | null {
  if (entries.length === 0) return null;
  let length = 0;
  for (const { bytes } of entries) length += ENTRY_HEADER_BYTES + bytes.length;
  const list = bound.room(length);
  let at = 0;
  for (const { index, bytes } of entries) {
    at = list.writeUInt16BE(index, at);
    at = list.writeUInt16BE(bytes.length, at);
    list.set(bytes, at);
    at += bytes.length;
  }
  return list;
}

/** The entries of a list. Their bytes are views of it. Throws `CACHE_CORRUPT` for what isn't a list. */
export function decodeEntries(list: Buffer | null): readonly IndexEntry[] {
  if (list === null) return none;
  const entries: IndexEntry[] = [];
  for (let at = 0; at < list.length;) {
    const start = at + ENTRY_HEADER_BYTES;
    const end = start <= list.length ? start + list.readUInt16BE(at + 2) : Number.POSITIVE_INFINITY;
    if (end > list.length) throw new CacheError("CACHE_CORRUPT", "a row's list of index entries is damaged");
    entries.push({ index: list.readUInt16BE(at), bytes: list.subarray(start, end) });
    at = end;
  }
  return entries;
}
