import { lstat, readdir } from "node:fs/promises";
import { join } from "node:path";
import { type Cache, openCache as openCacheOver } from "@cache/core";
import { memoryStore } from "@cache/core/memory";
import type { CachedValue } from "./file-entry.ts";
import { codeOf } from "./file-system.ts";

/** The stores that the explorer can work with, in the order in which it does. */
export const storeNames = ["lmdb", "sqlite", "memory"] as const;

/** The name of a store. */
export type StoreName = (typeof storeNames)[number];

/** Where a cache lives: it can be opened, closed and opened again. */
export interface CacheHome {
  readonly store: StoreName;
  /** Where it is on disk; `undefined` for one in memory. */
  readonly path: string | undefined;
  /** All absolute paths, folders included, that the cache may be in. */
  readonly files: readonly string[];
  open(): Promise<Cache<CachedValue>>;
  /** The size of its files in bytes, to be asked while it is closed; of one in memory, the bytes of its keys and values. */
  bytes(): Promise<number>;
}

// A damaged entry is one to be made anew; a comparison with the folder misses it like any other.
const options = { onCorrupt: "miss" } as const;

/** A cache of a store at a path: a folder for LMDB, a file for SQLite, nothing for memory. Loads the engine, and no other. */
export async function cacheHome(store: StoreName, path: string): Promise<CacheHome> {
  switch (store) {
    case "lmdb": {
      const { openCache } = await import("@cache/lmdb");
      return onDisk(store, path, [path], () => openCache({ path, ...options }));
    }
    case "sqlite": {
      const { openCache } = await import("@cache/sqlite");
      return onDisk(store, path, [path, `${path}-wal`, `${path}-shm`, `${path}-journal`], () => openCache({ path, ...options }));
    }
    case "memory":
      return inMemory();
  }
}

function onDisk(store: StoreName, path: string, files: readonly string[], open: CacheHome["open"]): CacheHome {
  const bytes = async (): Promise<number> => {
    const sizes = await Promise.all(files.map(sizeOf));
    return sizes.reduce((sum, size) => sum + size, 0);
  };
  return { store, path, files, open, bytes };
}

function inMemory(): CacheHome {
  // The store's data lives as long as this object, so it can be closed and opened like a file.
  const store = memoryStore();
  const open = (): Promise<Cache<CachedValue>> => openCacheOver<CachedValue>(store, options);
  const bytes = async (): Promise<number> => {
    const cache = await open();
    const { bytes: used } = await cache.stats();
    await cache.close();
    return used;
  };
  return { store: "memory", path: undefined, files: [], open, bytes };
}

/** The size of a file, or of all files in a folder, in bytes; 0 for what isn't there. */
async function sizeOf(path: string): Promise<number> {
  try {
    const stats = await lstat(path);
    if (!stats.isDirectory()) return stats.size;
    const sizes = await Promise.all((await readdir(path)).map((name) => sizeOf(join(path, name))));
    return sizes.reduce((sum, size) => sum + size, 0);
  } catch (error) {
    if (codeOf(error) === "ENOENT") return 0;
    throw error;
  }
}
