import { opener, type OpenCache, type OpenCacheSync, syncOpener } from "@cache/core/spi";
import { lmdbStore } from "./lmdb-store.ts";
import { optionNames, type LmdbOptions } from "./options.ts";

/**
 * Opens a cache in a folder, or with `temporary: true` in one that vanishes when the cache is closed. Takes the options of the
 * store and those of the cache together.
 *
 * Throws a `TypeError` for wrong options, `CACHE_CORRUPT` for a folder that holds something else, `CACHE_VERSION` for data of a newer
 * release, `CACHE_LOCKED` when all reader slots are taken, `CACHE_FULL` when the disk is, and `CACHE_IO` for other failures.
 *
 * ```ts
 * await using cache = await openCache({ path: "./.cache", ttl: "30d" });
 * await cache.set(["disk", 7], { sectors: 41_943_040 });
 * ```
 */
export const openCache: OpenCache<LmdbOptions> = opener(lmdbStore, optionNames);

/** `openCache` with plain return values instead of promises. */
export const openCacheSync: OpenCacheSync<LmdbOptions> = syncOpener(lmdbStore, optionNames);
