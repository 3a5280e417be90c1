import type { Cache } from "@cache/core";
import { ExplorerError } from "./explorer-error.ts";
import type { CachedValue } from "./file-entry.ts";

const KEY = ["folder"];

/**
 * Makes a cache that of one folder, by its absolute path. Throws an {@link ExplorerError} for a cache that is another folder's, or holds
 * something else altogether.
 */
export async function claim(cache: Cache<CachedValue>, folder: string): Promise<void> {
  const record = await cache.get(KEY);
  if (record?.kind === "folder") {
    if (record.folder === folder) return;
    throw new ExplorerError(`this cache is of ${record.folder}, not of ${folder}; give another path with --cache`);
  }
  if ((await cache.size) > 0)
    throw new ExplorerError("this cache holds something other than a folder's files; give another path with --cache");
  await cache.set(KEY, { kind: "folder", folder });
}
