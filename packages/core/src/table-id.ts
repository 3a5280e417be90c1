/** The table of the cache's own records: record structures, and what typed tables are declared as. */
export const SYSTEM_TABLE = 0;

/** The table behind `cache.set` and `cache.get`. */
export const DEFAULT_TABLE = 1;
