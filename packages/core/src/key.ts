/**
 * One part of a key. Parts sort by type first, in the order of this list, then by value: `null`, `false`, `true`, numbers, bigints, strings
 * (by code point), dates, bytes, nested lists. −0 is the same key as 0; NaN and invalid dates are refused.
 */
export type KeyPart = null | boolean | number | bigint | string | Date | Uint8Array | readonly KeyPart[];

/**
 * What entries are stored under: a list of parts, at least one. A single part that is not itself a list may stand for the list of just
 * it: `"a"` and `["a"]` are the same key, and come back as `"a"`.
 */
export type Key = KeyPart;
