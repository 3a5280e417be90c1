import type { Key } from "./key.ts";

/** What a cache tells its listeners. */
export interface CacheEvents<Value = unknown> {
  /** A read found a live entry. */
  hit: { readonly key: Key };
  /** A read found none. */
  miss: { readonly key: Key };
  /** A value was stored; told once it is committed. */
  set: { readonly key: Key; readonly value: Value; readonly expiresAt: number | undefined };
  /** An entry was removed by `delete` or `deleteMany` (then `key`), by `deletePrefix` (`prefix`), or by `clear` (neither). */
  delete: { readonly key?: Key; readonly prefix?: Key };
  /** The space of an expired entry was reclaimed. */
  expire: { readonly key: Key };
  /** Something failed in the background, a damaged value was treated as a miss, or another listener threw. */
  error: { readonly error: unknown };
}
