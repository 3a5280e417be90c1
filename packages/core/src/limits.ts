/**
 * Limits that hold on every store alike, so that what is accepted by one is accepted by all.
 */

/** What the strictest engine takes as one key: LMDB with pages of 4,096 bytes, as lmdb-js builds it. */
const ENGINE_KEY_BYTES = 1978;

/** What a store may put before a key of its own accord: a kind, a table id, an index id. */
const STORE_PREFIX_BYTES = 8;

/** The longest system index entry: sixteen bytes of stamps. */
const SYSTEM_ENTRY_BYTES = 16;

/** The longest encoded key in bytes, namespaces included. A longer one is refused with `CACHE_KEY_TOO_LONG`. */
export const MAX_KEY_BYTES: number = ENGINE_KEY_BYTES - STORE_PREFIX_BYTES - SYSTEM_ENTRY_BYTES;

/** The longest sum in bytes of an index entry and the key of its row. A longer one is refused with `CACHE_KEY_TOO_LONG`. */
export const MAX_INDEX_BYTES: number = ENGINE_KEY_BYTES - STORE_PREFIX_BYTES;

/** The greatest table id. Ids are two bytes in every store. */
export const MAX_TABLE_ID = 0xffff;

/** The greatest number of an index. Numbers are two bytes in every store. */
export const MAX_INDEX_NUMBER = 0xffff;

/** The latest moment an entry may expire at, in epoch milliseconds: stores keep deadlines in six bytes (the year 10889). */
export const MAX_EXPIRES_AT: number = 2 ** 48 - 1;

/** The greatest version of a table. Values keep it in two bytes. */
export const MAX_VERSION = 0xffff;
