import type { Cache, Key } from "@cache/core";
import type { CachedValue, FileEntry } from "./file-entry.ts";
import { ENTRY_KEY, type Name } from "./location.ts";

/** A file entry in the cache, and the names that lead to it from the folder. */
export interface CachedEntry {
  readonly parts: readonly Name[];
  readonly entry: FileEntry;
}

/** All file entries of a cache, in the order of their keys. */
export async function* cachedEntries(cache: Cache<CachedValue>, signal: AbortSignal): AsyncGenerator<CachedEntry, void, undefined> {
  for await (const [key, value] of cache.entries({ prefix: [ENTRY_KEY], signal }))
    if (value.kind !== "folder") yield { parts: partsOf(key), entry: value };
}

/** The names in a key of a file entry. A key of one part comes back as that part. */
function partsOf(key: Key): Name[] {
  const [, ...names] = Array.isArray(key) ? key : [key];
  return names.filter((name): name is Name => typeof name === "string" || name instanceof Uint8Array);
}
