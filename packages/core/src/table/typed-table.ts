import type { Face, Reply, SetOptions } from "../verbs.ts";
import { andThen } from "../continuation.ts";
import type { EncodedKey } from "../entry.ts";
import { StoreEntries, type VerbScope } from "../entry-verbs.ts";
import { createQuery } from "../query/store-query.ts";
import type { Query } from "../query/query.ts";
import type { TableStatistics } from "../statistics.ts";
import { absent } from "../row-reader.ts";
import type { MaybePromise } from "../store.ts";
import type { SecondaryIndex } from "./secondary-index.ts";
import type { Table } from "./table.ts";
import type { TableTypes } from "./table-definition.ts";

/** Makes the verbs of a declared table. */
export function typedTable<Types extends TableTypes, F extends Face>(scope: VerbScope<F>): Table<Types, F> {
  const verbs = scope.table.settings.primaryKey ? new KeyedTable(scope) : new KeyValueTable(scope);
  // The declaration that makes the types decides on the class, too.
  return verbs as unknown as Table<Types, F>;
}

/** The verbs of every typed table. Its types are the declaration's business; here keys and values are unknown. */
class TypedEntries<F extends Face> extends StoreEntries<unknown, unknown, F> {
  get name(): string {
    return this.table.settings.name ?? "";
  }

  getBy(name: string, key: unknown): unknown {
    const index = this.table.indexes.get(name);
    if (index?.isUnique) return this.face.reply(() => this.#one(index, key));
    return this.query().index(name).eq(key);
  }

  query(): Query<TableTypes, unknown, F> {
    return createQuery({ table: this.table, rows: this.rows, face: this.face });
  }

  stats(): Reply<F, TableStatistics> {
    return this.face.reply(() => {
      this.rows.assertOpen();
      return this.rows.statistics(this.table);
    });
  }

  /** The value that a unique index leads to. */
  #one(index: SecondaryIndex, key: unknown): MaybePromise<unknown> {
    this.rows.assertOpen();
    const entry = { index: index.number, bytes: index.bound(key, false) };
    const { id } = this.table;
    if (index.state !== "ready")
      return andThen(this.rows.prepare(this.table, index), () =>
        this.rows.getBy(id, entry, (row) => (row ? this.reader.readFound(row) : this.reader.miss())),
      );
    // The entries that a row names are its own, whoever has declared the table differently since. Only that there is none may have that reason.
    return andThen(
      this.rows.getBy(id, entry, (row) => (row ? this.reader.readFound(row) : absent)),
      (value) => (value === absent ? andThen(this.rows.prepare(this.table, index), () => this.reader.miss()) : value),
    );
  }
}

/** A table whose key is taken from the value. */
class KeyedTable<F extends Face> extends TypedEntries<F> {
  put(value: unknown, options?: SetOptions): Reply<F, unknown> {
    return this.face.reply(() => {
      this.rows.assertOpen();
      // One value has one key.
      return this.writer.put([value], [this.ttl(options)], [this.tags(options)], ([key]) => this.decoded(key as EncodedKey));
    });
  }

  putMany(values: Iterable<unknown>, options?: SetOptions): Reply<F, unknown[]> {
    return this.face.reply(() => {
      this.rows.assertOpen();
      const ttl = this.ttl(options);
      const tags = this.tags(options);
      const all = [...values];
      const ttls = all.map(() => ttl);
      const tagsOfAll = all.map(() => tags);
      return all.length === 0 ? [] : this.writer.put(all, ttls, tagsOfAll, (keys) => keys.map((key) => this.decoded(key)));
    });
  }
}

/** A table of keys and values. */
class KeyValueTable<F extends Face> extends TypedEntries<F> {
  set(key: unknown, value: unknown, options?: SetOptions): Reply<F, void> {
    return this.setOne(key, value, options);
  }

  setMany(entries: Iterable<readonly [key: unknown, value: unknown, options?: SetOptions]>, options?: SetOptions): Reply<F, void> {
    return this.setAll(entries, options);
  }
}
