import { compareBytes } from "./byte-order.ts";
import { allOf, andThen } from "./continuation.ts";
import type { EncodedKey } from "./entry.ts";
import { expiring, finite, type Life } from "./expiry.ts";
import type { ByteRange, DeleteOperation } from "./operation.ts";
import type { RowAccess } from "./row-access.ts";
import { validate } from "./schema.ts";
import type { MaybePromise } from "./store.ts";
import type { OpenTable } from "./table/open-table.ts";
import type { EncodedTags } from "./tag.ts";
import { uniqueChecks } from "./table/unique.ts";
import type { Unit } from "./unit.ts";
import type { ValueOperation } from "./value-codec.ts";

const forEver: Life = { expiresAt: Number.POSITIVE_INFINITY, lifetime: 0 };

/** Makes units of writes of what the verbs ask for, and counts and tells what became of them. */
export class EntryWriter {
  readonly #table: OpenTable;
  readonly #rows: RowAccess;

  constructor(table: OpenTable, rows: RowAccess) {
    this.#table = table;
    this.#rows = rows;
  }

  /** Validates and stores values, all or none. */
  set(keys: readonly EncodedKey[], values: readonly unknown[], ttls: readonly number[], tags: readonly EncodedTags[]): MaybePromise<void> {
    return this.#rows.write(
      [{ table: this.#table.id, keys }],
      andThen(this.#valid(values), (outputs) => this.setUnit(keys, outputs, ttls, tags, () => undefined)),
    );
  }

  /** Validates and stores values under their own keys, all or none; gives what `answer` makes of the keys. */
  put<T>(
    values: readonly unknown[],
    ttls: readonly number[],
    tags: readonly EncodedTags[],
    answer: (keys: readonly EncodedKey[]) => T,
  ): MaybePromise<T> {
    const valid = this.#valid(values);
    if (!(valid instanceof Promise)) {
      const keys = this.#keysOf(valid);
      return this.#rows.write(
        [{ table: this.#table.id, keys }],
        this.setUnit(keys, valid, ttls, tags, () => answer(keys)),
      );
    }
    const unit = valid.then((outputs) => {
      const keys = this.#keysOf(outputs);
      return this.setUnit(keys, outputs, ttls, tags, () => answer(keys));
    });
    return this.#rows.write([{ table: this.#table.id, keys: undefined }], unit);
  }

  #valid(values: readonly unknown[]): MaybePromise<readonly unknown[]> {
    const { schema } = this.#table.settings;
    return schema ? allOf(values, (value) => validate(schema, value)) : values;
  }

  #keysOf(values: readonly unknown[]): readonly EncodedKey[] {
    const { primaryKey } = this.#table.settings;
    if (!primaryKey) throw new TypeError(`the values of ${this.#table.title} hold no key; use set(key, value)`);
    return values.map((value) => primaryKey.encodedOf(value));
  }

  /** A unit that stores valid values. */
  setUnit<T>(
    keys: readonly EncodedKey[],
    values: readonly unknown[],
    ttls: readonly number[],
    tags: readonly EncodedTags[],
    done: () => T,
  ): Unit<T> {
    const now = this.#rows.now();
    return this.unitUntil(
      keys,
      values,
      ttls.map((ttl) => this.#table.lifeFrom(now, ttl)),
      tags,
      done,
    );
  }

  /** What the schema makes of a value that is to replace the one at a key. Throws a `TypeError` for a value with another key. */
  replacement(key: EncodedKey, value: unknown): MaybePromise<unknown> {
    const { schema, primaryKey } = this.#table.settings;
    return andThen(schema ? validate(schema, value) : value, (valid) => {
      if (primaryKey && compareBytes(primaryKey.encodedOf(valid), key) !== 0)
        throw new TypeError(`an update of ${this.#table.title} changed the key of a row; a row keeps its key`);
      return valid;
    });
  }

  /** A unit that stores valid values with given lives. */
  unitUntil<T>(
    keys: readonly EncodedKey[],
    values: readonly unknown[],
    lives: readonly Life[],
    tags: readonly EncodedTags[],
    done: () => T,
  ): Unit<T> {
    const { codec, counters, emitter, eviction, id, reclaimer, settings } = this.#table;
    const operations = keys.map((key, at): ValueOperation | DeleteOperation => {
      const { expiresAt, lifetime } = lives[at] ?? forEver;
      reclaimer.expect(expiresAt);
      const entries = this.#table.entriesOf(key, values[at], expiresAt, tags[at]);
      const value = codec.encode(values[at], settings.version, lifetime);
      // What was there is out of date.
      if (!this.#table.keeps(key, value, entries)) return { type: "delete", table: id, key };
      return { type: "set", table: id, key, value, expiresAt, entries, codec, structures: codec.structures };
    });
    const sets = operations.filter((operation) => operation.type === "set");
    const checks = this.#table.indexes.size === 0 ? [] : uniqueChecks(this.#table, sets);
    const removed: { readonly cause: "replace" | "evict"; readonly key: EncodedKey }[] = [];
    return {
      operations,
      checks: checks.length > 0 ? checks : undefined,
      done:
        eviction?.ranking.stored || sets.length < operations.length || emitter.hears("replace")
          ? (counts, from) => {
              for (const [at, { type, key }] of operations.entries())
                // A row goes unreplaced when there is no room for what would replace it.
                if (counts[from + at] === 1) removed.push({ cause: type === "set" ? "replace" : "evict", key });
              return done();
            }
          : done,
      told: () => {
        counters.sets += sets.length;
        for (const { cause, key } of removed) {
          if (cause === "evict") counters.evictions++;
          if (emitter.hears(cause)) emitter.remove(cause, { key });
        }
        if (!emitter.has("set")) return;
        for (const [at, operation] of operations.entries())
          if (operation.type === "set")
            emitter.emit("set", { key: operation.key, value: values[at], expiresAt: finite(operation.expiresAt) });
      },
    };
  }

  /** Removes rows; tells for each whether it was live. */
  delete(keys: readonly EncodedKey[]): MaybePromise<boolean[]> {
    return this.#rows.write([{ table: this.#table.id, keys }], this.deleteUnit(keys));
  }

  /** A unit that removes rows, and tells for each whether it was live. */
  deleteUnit(keys: readonly EncodedKey[]): Unit<boolean[]> {
    const { counters, emitter, id } = this.#table;
    let removed: readonly EncodedKey[] = [];
    return {
      operations: keys.map((key) => ({ type: "delete", table: id, key })),
      done: (counts, from) => {
        const were = keys.map((_key, at) => counts[from + at] === 1);
        removed = keys.filter((_key, at) => were[at]);
        return were;
      },
      told: () => {
        counters.deletes += removed.length;
        if (emitter.hears("delete")) for (const key of removed) emitter.remove("delete", { key });
      },
    };
  }

  /** Removes a range of keys, all of which begin with `removed`; tells how many live rows there were. */
  deleteRange(range: ByteRange, removed: EncodedKey): MaybePromise<number> {
    const { counters, emitter, id } = this.#table;
    let count = 0;
    return this.#rows.write([{ table: id, keys: undefined }], {
      operations: [{ type: "deleteRange", table: id, ...range }],
      done: (counts, from) => (count = counts[from] ?? 0),
      told: () => {
        counters.deletes += count;
        if (count > 0) emitter.remove("clear", { removed });
      },
    });
  }

  /** Moves a live row's deadline; tells whether there was one. */
  expireAt(key: EncodedKey, expiresAt: number): MaybePromise<boolean> {
    const { id, reclaimer, sliding } = this.#table;
    reclaimer.expect(expiresAt);
    return this.#rows.write([{ table: id, keys: [key] }], {
      operations: [expiring(id, key, expiresAt)],
      done: (counts, from) => counts[from] === 1,
      told: () => sliding?.forget(key),
    });
  }
}
