import { opener, type OpenCache } from "@cache/core/spi";
import { idbStore } from "./idb-store.ts";
import { optionNames, type IdbOptions } from "./options.ts";

/**
 * Opens a cache in a database of the browser, or with `temporary: true` in one that vanishes when the cache is closed. Takes the options of the
 * store and those of the cache together; the clock serves both.
 *
 * Throws a `TypeError` for wrong options, `CACHE_CORRUPT` for a database that holds something else, `CACHE_VERSION` for data of a newer
 * release, `CACHE_LOCKED` when other tabs hold the database too long, `CACHE_FULL` when the browser grants no more room, `CACHE_UNSUPPORTED`
 * where there is no IndexedDB, and `CACHE_IO` for other failures.
 *
 * ```ts
 * await using cache = await openCache({ name: "cache", ttl: "30d" });
 * await cache.set(["disk", 7], { sectors: 41_943_040 });
 * ```
 */
export const openCache: OpenCache<IdbOptions> = opener(idbStore, optionNames);
