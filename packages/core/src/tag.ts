import { compareBytes } from "./byte-order.ts";
import type { EncodedKey, IndexEntry } from "./entry.ts";
import { CacheError, isCacheError } from "./errors.ts";
import { decodeParts } from "./key-decoder.ts";
import { encodeEntry } from "./key-encoder.ts";
import { MAX_INDEX_BYTES } from "./limits.ts";

/** The system index that lists rows by tag. An entry is the bytes of the tag as a key, and a terminator. */
export const TAG_INDEX = 2;

/** A row's tags as the bytes of their index entries, each once and in order. */
export type EncodedTags = readonly Uint8Array[];

/** What a row without tags has. */
export const noTags: EncodedTags = [];

/** A lone half of a surrogate pair: no text, and lost when it is written as UTF-8. */
const loneSurrogate = /\p{Surrogate}/u;

/** The index entry of a tag. Throws a `TypeError` for what is no well-formed string, `CACHE_KEY_TOO_LONG`. */
export function encodeTag(tag: unknown): Uint8Array {
  if (typeof tag !== "string") throw new TypeError("a tag must be a string");
  if (loneSurrogate.test(tag)) throw new TypeError("a tag must be well-formed; it has half a surrogate pair");
  try {
    return encodeEntry(tag);
  } catch (error) {
    throw isCacheError(error, "CACHE_KEY_TOO_LONG") ? tooLong() : error;
  }
}

/** The index entries of several tags. Throws what `encodeTag` throws, and a `TypeError` for what is no list. */
export function encodeTags(tags: unknown): EncodedTags {
  if (!Array.isArray(tags)) throw new TypeError("tags must be a list of strings");
  const sorted = Array.from(tags, encodeTag).toSorted(compareBytes);
  return sorted.filter((tag, at) => compareBytes(tag, sorted[at - 1] ?? noBytes) !== 0);
}

/** Less than any tag. */
const noBytes = new Uint8Array(0);

/** Adds a row's tags to its index entries. Throws `CACHE_KEY_TOO_LONG` where one is too long for the row's key. */
export function addTags(entries: IndexEntry[], key: EncodedKey, tags: EncodedTags): void {
  for (const bytes of tags) {
    if (bytes.length + key.length > MAX_INDEX_BYTES) throw tooLong();
    entries.push({ index: TAG_INDEX, bytes });
  }
}

/** The tags among a row's index entries, for another row in its place: the bytes are copies. */
export function tagsAmong(entries: readonly IndexEntry[]): EncodedTags {
  const found = entries.filter(({ index }) => index === TAG_INDEX);
  return found.length === 0 ? noTags : found.map(({ bytes }) => bytes.slice());
}

/** The tags that a row's index entries stand for, in the order of keys. */
export function decodeTags(entries: readonly IndexEntry[]): string[] {
  const found = entries.filter(({ index }) => index === TAG_INDEX).toSorted((a, b) => compareBytes(a.bytes, b.bytes));
  // Only strings were written.
  return found.map(({ bytes }) => decodeParts(bytes, 0, bytes.length - 1)[0] as string);
}

function tooLong(): CacheError {
  return new CacheError(
    "CACHE_KEY_TOO_LONG",
    `a tag and the key of its entry may be at most ${MAX_INDEX_BYTES} bytes long together when encoded; hash long tags`,
  );
}
