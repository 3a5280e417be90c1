import type { EntryVerbs, Face, Reply, SetOptions } from "../verbs.ts";
import type { TableStatistics } from "../statistics.ts";
import type { Query } from "../query/query.ts";
import type { TableTypes } from "./table-definition.ts";

/** The verbs of every table. */
export interface TableVerbs<Types extends TableTypes, F extends Face> extends EntryVerbs<Types["value"], Types["key"], F> {
  readonly name: string;
  /**
   * What an index leads to: of a unique one the value or `undefined`, of others a query. Waits for an index that is still being built; on the
   * synchronous face that is `CACHE_NOT_READY`.
   */
  getBy<Name extends keyof Types["indexes"] & string>(
    index: Name,
    key: Types["indexes"][Name]["key"],
  ): Types["indexes"][Name]["unique"] extends true ? Reply<F, Types["value"] | undefined> : Query<Types, Types["indexes"][Name]["key"], F>;
  /** A question to the table; see {@link Query}. */
  query(): Query<Types, Types["key"], F>;
  /** Hits, misses and the rest for this table, and how full it is. */
  stats(): Reply<F, TableStatistics>;
}

/** The writing verbs of a table whose key is taken from the value. */
export interface PutVerbs<Types extends TableTypes, F extends Face> {
  /**
   * Stores a value under its key; tells the key. Refuses what the schema refuses with `CACHE_SCHEMA_INVALID`, and a second row with the same
   * entry in a unique index with `CACHE_UNIQUE`; the row that was there stays as it is.
   */
  put(value: Types["input"], options?: SetOptions): Reply<F, Types["key"]>;
  /** Stores several values, all or none; tells their keys. */
  putMany(values: Iterable<Types["input"]>, options?: SetOptions): Reply<F, Types["key"][]>;
}

/** The writing verbs of a table of keys and values. They refuse what `put` refuses. */
export interface SetVerbs<Types extends TableTypes, F extends Face> {
  set(key: Types["key"], value: Types["input"], options?: SetOptions): Reply<F, void>;
  /** Stores several values, all or none. The options of an entry win over those of the call. */
  setMany(
    entries: Iterable<readonly [key: Types["key"], value: Types["input"], options?: SetOptions]>,
    options?: SetOptions,
  ): Reply<F, void>;
}

/** A table of an open cache. Its verbs are those of the cache, with the types of its declaration. */
export type Table<Types extends TableTypes, F extends Face = "async"> = TableVerbs<Types, F> &
  (Types["keyed"] extends true ? PutVerbs<Types, F> : SetVerbs<Types, F>);
