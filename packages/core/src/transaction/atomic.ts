import type { Face, Reply, SetOptions } from "../verbs.ts";
import type { Key } from "../key.ts";
import type { TableDefinitions, TableTypes, TypesOf } from "../table/table-definition.ts";

/** Whether a one-shot commit was carried out: not when a check failed. `version` is that of the entries it wrote. */
export type AtomicResult = { readonly ok: true; readonly version: number } | { readonly ok: false };

/** What every table takes in a one-shot commit. */
export interface AtomicVerbs<K, Root> {
  /** Demands that an entry has this version, or is absent (`undefined`). */
  check(key: K, version: number | undefined): Root;
  delete(key: K): Root;
}

/** What a table takes in a one-shot commit. */
export type AtomicTable<Types extends TableTypes, Root> = AtomicVerbs<Types["key"], Root> &
  (Types["keyed"] extends true
    ? { put(value: Types["input"], options?: SetOptions): Root }
    : { set(key: Types["key"], value: Types["input"], options?: SetOptions): Root });

/**
 * Checks and writes gathered for one commit: all or nothing, and nothing when a check fails. Writes take effect in the order of the calls.
 * Nothing is looked at before `commit`: keys, values and options are then taken as they are.
 *
 * ```ts
 * const entry = await cache.getEntry("counter");
 * const { ok } = await cache.atomic().check("counter", entry?.version).set("counter", next).commit();
 * ```
 */
export interface Atomic<F extends Face = "async", Input = unknown, Tables extends TableDefinitions = TableDefinitions> extends AtomicVerbs<
  Key,
  Atomic<F, Input, Tables>
> {
  set(key: Key, value: Input, options?: SetOptions): Atomic<F, Input, Tables>;
  readonly tables: { readonly [Name in keyof Tables & string]: AtomicTable<TypesOf<Tables[Name]>, Atomic<F, Input, Tables>> };
  /**
   * Carries it out, once: a second call is a `TypeError`. A check that fails is no error but `ok: false`. Throws what the verbs throw:
   * `CACHE_SCHEMA_INVALID`, `CACHE_UNIQUE`, `CACHE_KEY_TOO_LONG`, `CACHE_UNSUPPORTED`.
   */
  commit(): Reply<F, AtomicResult>;
}
