import type { Key } from "./key.ts";
import type { KeyPrefix } from "./key-range.ts";

/** What a cache tells its listeners. */
export interface CacheEvents<Value = unknown, K = Key> {
  /** A read found a live entry. */
  hit: { readonly key: K };
  /** A read found none. */
  miss: { readonly key: K };
  /** A value was stored; told once it is committed. */
  set: { readonly key: K; readonly value: Value; readonly expiresAt: number | undefined };
  /** An entry was removed by `delete`, `deleteMany`, `invalidateTag` or `invalidateTags` (then `key`), by `deletePrefix` (`prefix`), or by `clear` (neither). */
  delete: { readonly key?: K; readonly prefix?: KeyPrefix<K> };
  /** A live entry was removed to keep a budget. */
  evict: { readonly key: K };
  /** The space of an expired entry was reclaimed. */
  expire: { readonly key: K };
  /** Something failed in the background, a damaged value was treated as a miss, or another listener threw. */
  error: { readonly error: unknown };
}
