import type { Key } from "./key.ts";
import type { KeyPrefix } from "./key-range.ts";

/**
 * Why an entry was removed:
 *
 * - `delete`: by `delete`, `deleteMany`, `invalidateTag`, `invalidateTags`, a query's `delete`, or a migration that drops it.
 * - `replace`: by a `set` of its key.
 * - `expire`: its time was over, and its space was reclaimed. That it expired earlier, unseen, nobody tells.
 * - `evict`: it was live, and went to keep a budget.
 * - `clear`: by `clear` or `deletePrefix`, with all others; which there were isn't looked up.
 */
export type RemovalCause = "delete" | "replace" | "expire" | "evict" | "clear";

/**
 * What a cache tells its listeners. Events tell of what this open cache does, once it is committed. Of a removal hear the listeners of its cause,
 * and those of `remove`, each once; and where the store has the capability `watch`, soon after, those of all other caches that have the same data
 * open, too, once they have been listening for a moment.
 */
export interface CacheEvents<Value = unknown, K = Key> {
  /** A read found a live entry. */
  hit: { readonly key: K };
  /** A read found none; it may have been given an expired one. */
  miss: { readonly key: K };
  /** A value was stored. */
  set: { readonly key: K; readonly value: Value; readonly expiresAt: number | undefined };
  /** An entry was removed, for whichever cause; with `clear`, all whose keys begin with `prefix`, or simply all. */
  remove:
    | { readonly cause: Exclude<RemovalCause, "clear">; readonly key: K; readonly prefix?: undefined }
    | { readonly cause: "clear"; readonly key?: undefined; readonly prefix?: KeyPrefix<K> | undefined };
  delete: { readonly key: K };
  replace: { readonly key: K };
  expire: { readonly key: K };
  evict: { readonly key: K };
  clear: { readonly prefix?: KeyPrefix<K> };
  /** Something failed in the background, a damaged value was treated as a miss, or another listener threw. */
  error: { readonly error: unknown };
}
