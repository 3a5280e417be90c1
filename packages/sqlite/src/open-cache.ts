import { opener, type OpenCache, type OpenCacheSync, syncOpener } from "@cache/core/spi";
import { sqliteStore } from "./sqlite-store.ts";
import { optionNames, type SqliteOptions } from "./options.ts";

/**
 * Opens a cache in a file, or with `temporary: true` in one that vanishes when the cache is closed. Takes the options of the
 * store and those of the cache together.
 *
 * Throws a `TypeError` for wrong options, `CACHE_CORRUPT` for a file that is damaged or holds something else, `CACHE_VERSION` for data of a
 * newer release, `CACHE_LOCKED` when another process holds the file too long, `CACHE_FULL` when the disk is, `CACHE_UNSUPPORTED` where SQLite
 * can't run, and `CACHE_IO` for other failures.
 *
 * ```ts
 * await using cache = await openCache({ path: "./cache.db", ttl: "30d" });
 * await cache.set(["disk", 7], { sectors: 41_943_040 });
 * ```
 */
export const openCache: OpenCache<SqliteOptions> = opener(sqliteStore, optionNames);

/** `openCache` with plain return values instead of promises. */
export const openCacheSync: OpenCacheSync<SqliteOptions> = syncOpener(sqliteStore, optionNames);
