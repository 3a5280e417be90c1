/** The table of the cache's own records: record structures, and what typed tables are declared as. */
export const SYSTEM_TABLE = 0;

/** The table behind `cache.set` and `cache.get`. */
export const DEFAULT_TABLE = 1;

/** The first id that typed tables get. */
export const FIRST_TABLE = 16;

/** The first number that declared indexes get; those below are the system's. */
export const FIRST_INDEX = 16;
