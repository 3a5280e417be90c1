import { abortable } from "./abort.ts";
import type { Entry, EntryVerbs, Face, GetOptions, Iteration, IterationOptions, Reply, SetOptions } from "./verbs.ts";
import { allOf, andThen, run } from "./continuation.ts";
import type { EncodedKey } from "./entry.ts";
import { EntryReader } from "./entry-reader.ts";
import { EntryWriter } from "./entry-writer.ts";
import type { CacheEvents } from "./events.ts";
import { deadline, finite, type Ttl, ttlMs } from "./expiry.ts";
import type { FaceRunner } from "./face.ts";
import type { Key } from "./key.ts";
import { decodeKey } from "./key-decoder.ts";
import { encodeKey } from "./key-encoder.ts";
import { encodeRange, type KeyPrefix, type KeyRange } from "./key-range.ts";
import { checkOptionNames } from "./option-names.ts";
import { countRows, type RowAccess } from "./row-access.ts";
import { absent, readRows, type RowReading } from "./row-reader.ts";
import type { MaybePromise } from "./store.ts";
import type { OpenTable } from "./table/open-table.ts";
import { decodeTags, type EncodedTags, encodeTag, encodeTags, noTags } from "./tag.ts";
import { expireTagged, removeTagged, type TagScope } from "./tag-change.ts";

const noBytes = new Uint8Array(0);

/** The options of reads that give values, and of those that only look. */
const readNames = ["signal", "stale"] as const satisfies readonly (keyof GetOptions)[];
const lookNames = ["signal"] as const satisfies readonly (keyof GetOptions)[];

/** What the verbs work on. */
export interface VerbScope<F extends Face> {
  readonly table: OpenTable;
  readonly rows: RowAccess;
  readonly face: FaceRunner<F>;
}

/** The verbs over the entries of a table whose keys begin with some bytes, on either face. */
export class StoreEntries<Value, K, F extends Face> implements EntryVerbs<Value, K, F> {
  protected readonly table: OpenTable;
  protected readonly rows: RowAccess;
  protected readonly face: FaceRunner<F>;
  protected readonly reader: EntryReader<Value>;
  protected readonly writer: EntryWriter;
  /** What the keys of all entries begin with. */
  protected readonly prefix: EncodedKey;

  constructor({ table, rows, face }: VerbScope<F>, prefix: EncodedKey = noBytes) {
    this.table = table;
    this.rows = rows;
    this.face = face;
    this.reader = new EntryReader(table, rows);
    this.writer = new EntryWriter(table, rows);
    this.prefix = prefix;
  }

  get(key: K, options?: GetOptions): Reply<F, Value | undefined> {
    return this.face.reply(() => {
      const encoded = this.key(key, options);
      const value = this.rows.get(this.table.id, encoded, (stored) => this.reader.read(encoded, stored, options?.stale), options?.stale);
      return options ? abortable(value, options.signal) : value;
    });
  }

  getMany(keys: Iterable<K>, options?: GetOptions): Reply<F, (Value | undefined)[]> {
    return this.face.reply(() => {
      const encoded = this.#keys(keys, options);
      const stale = options?.stale;
      const values = andThen(this.rows.getMany(this.table.id, encoded, stale), (rows) => {
        const hits = rows.map((row) => this.reader.hitOf(row, stale));
        return andThen(
          allOf(encoded, (key, at) => this.reader.value(key, rows[at], stale)),
          (all) => all.map((value, at) => this.reader.count(encoded[at] ?? noBytes, value, hits[at])),
        );
      });
      return abortable(values, options?.signal);
    });
  }

  getEntry(key: K, options?: GetOptions): Reply<F, Entry<Value, K> | undefined> {
    return this.face.reply(() => {
      const encoded = this.key(key, options);
      const entry = this.rows.get(
        this.table.id,
        encoded,
        (stored) => {
          // Decoding may wait, and the row's bytes don't last; its numbers do.
          const { expiresAt = 0, version = 0, entries = [] } = stored ?? {};
          const tags = decodeTags(entries);
          const hit = this.reader.hitOf(stored, options?.stale);
          this.rows.tellDeadline(this.table.id, encoded, expiresAt);
          return andThen(this.reader.value(encoded, stored, options?.stale), (value): Entry<Value, K> | undefined => {
            this.reader.count(encoded, value, hit);
            if (value === absent) return undefined;
            return { key: this.decoded(encoded), value, expiresAt: finite(expiresAt), tags, version, isStale: hit === "stale" };
          });
        },
        options?.stale,
      );
      return abortable(entry, options?.signal);
    });
  }

  has(key: K, options?: Pick<GetOptions, "signal">): Reply<F, boolean> {
    return this.face.reply(() =>
      abortable(this.rows.get(this.table.id, this.key(key, options, lookNames), this.reader.isLive), options?.signal),
    );
  }

  hasMany(keys: Iterable<K>, options?: Pick<GetOptions, "signal">): Reply<F, boolean[]> {
    return this.face.reply(() =>
      abortable(
        andThen(this.rows.getMany(this.table.id, this.#keys(keys, options, lookNames)), (rows) => rows.map(this.reader.isLive)),
        options?.signal,
      ),
    );
  }

  protected setOne(key: K, value: unknown, options: SetOptions | undefined): Reply<F, void> {
    return this.face.reply(() => this.writer.set([this.key(key)], [value], [this.ttl(options)], [this.tags(options)]));
  }

  protected setAll(
    entries: Iterable<readonly [key: K, value: unknown, options?: SetOptions]>,
    options: SetOptions | undefined,
  ): Reply<F, void> {
    return this.face.reply(() => {
      this.rows.assertOpen();
      const keys: EncodedKey[] = [];
      const values: unknown[] = [];
      const ttls: number[] = [];
      const tags: EncodedTags[] = [];
      const common = this.ttl(options);
      const commonTags = this.tags(options);
      for (const [key, value, own] of entries) {
        keys.push(this.key(key));
        values.push(value);
        ttls.push(own === undefined ? common : this.ttl(own, common));
        tags.push(this.tags(own, commonTags));
      }
      return keys.length === 0 ? undefined : this.writer.set(keys, values, ttls, tags);
    });
  }

  delete(key: K): Reply<F, boolean> {
    return this.face.reply(() => andThen(this.writer.delete([this.key(key)]), ([removed = false]) => removed));
  }

  deleteMany(keys: Iterable<K>): Reply<F, boolean[]> {
    return this.face.reply(() => {
      const encoded = this.#keys(keys);
      return encoded.length === 0 ? [] : this.writer.delete(encoded);
    });
  }

  deletePrefix(prefix: KeyPrefix<K>): Reply<F, number> {
    return this.face.reply(() => {
      this.rows.assertOpen();
      return this.#deleteRange({ prefix }, encode(prefix, this.prefix));
    });
  }

  clear(): Reply<F, void> {
    return this.face.reply(() => {
      this.rows.assertOpen();
      return andThen(this.#deleteRange({}, this.prefix), () => undefined);
    });
  }

  touch(key: K, ttl?: Ttl): Reply<F, boolean> {
    return this.face.reply(() => {
      const encoded = this.key(key);
      const { settings } = this.table;
      return this.writer.expireAt(encoded, deadline(this.rows.now(), ttl === undefined ? settings.ttl : ttlMs(ttl)));
    });
  }

  expire(key: K): Reply<F, boolean> {
    return this.face.reply(() => this.writer.expireAt(this.key(key), Math.floor(this.rows.now())));
  }

  invalidateTag(tag: string): Reply<F, number> {
    return this.face.reply(() => {
      this.rows.assertOpen();
      return run(removeTagged(this.tagScope, [encodeTag(tag)]));
    });
  }

  invalidateTags(tags: readonly string[]): Reply<F, number> {
    return this.face.reply(() => {
      this.rows.assertOpen();
      return run(removeTagged(this.tagScope, encodeTags(tags)));
    });
  }

  expireTag(tag: string): Reply<F, number> {
    return this.face.reply(() => {
      this.rows.assertOpen();
      return run(expireTagged(this.tagScope, encodeTag(tag)));
    });
  }

  keys(options: IterationOptions<K> = {}): Iteration<F, K> {
    return this.#iterate(options, true, ({ key }) => this.decoded(key));
  }

  values(options: IterationOptions<K> = {}): Iteration<F, Value> {
    return this.#iterate(options, false, ({ key, stored }) => this.reader.value(key, stored));
  }

  entries(options: IterationOptions<K> = {}): Iteration<F, [key: K, value: Value]> {
    return this.#iterate(options, false, ({ key, stored }) =>
      andThen(this.reader.value(key, stored), (value): [K, Value] | typeof absent =>
        value === absent ? absent : [this.decoded(key), value],
      ),
    );
  }

  count(range: KeyRange<K> = {}): Reply<F, number> {
    return this.face.reply(() => {
      this.rows.assertOpen();
      checkOptionNames("a range", range, ["gt", "gte", "lt", "lte", "prefix"]);
      const bytes = encodeRange(range as KeyRange, this.prefix);
      if (!bytes) return 0;
      const { id } = this.table;
      if (Object.keys(bytes).length === 0) return this.rows.size(id);
      return run(countRows((query) => this.rows.range(id, query), { ...bytes, liveAt: this.rows.now() }));
    });
  }

  get size(): Reply<F, number> {
    return this.count();
  }

  on<Name extends keyof CacheEvents<Value, K>>(name: Name, listener: (event: CacheEvents<Value, K>[Name]) => void): () => void {
    return this.table.emitter.on<Value, K, Name>(name, this.prefix, listener);
  }

  protected key(key: K, options?: GetOptions, names: readonly string[] = readNames): EncodedKey {
    this.rows.assertOpen();
    if (options) checkOptionNames("a read", options, names);
    options?.signal?.throwIfAborted();
    return encode(key, this.prefix);
  }

  #keys(keys: Iterable<K>, options?: GetOptions, names: readonly string[] = readNames): EncodedKey[] {
    this.rows.assertOpen();
    if (options) checkOptionNames("a read", options, names);
    options?.signal?.throwIfAborted();
    return Array.from(keys, (key) => encode(key, this.prefix));
  }

  protected decoded(key: EncodedKey): K {
    // Only keys of this kind were written.
    return decodeKey(key, this.prefix.length) as K;
  }

  protected ttl(options: SetOptions | undefined, otherwise: number = this.table.settings.ttl): number {
    if (options) checkOptionNames("set", options, ["ttl", "tags"]);
    return options?.ttl === undefined ? otherwise : ttlMs(options.ttl);
  }

  protected tags(options: SetOptions | undefined, otherwise: EncodedTags = noTags): EncodedTags {
    return options?.tags === undefined ? otherwise : encodeTags(options.tags);
  }

  /** The entries that the verbs of tags are about. */
  protected get tagScope(): TagScope {
    return { rows: this.rows, tables: [this.table], prefix: this.prefix };
  }

  /** Removes a range; `removed` is what all its keys begin with. */
  #deleteRange(range: KeyRange<K>, removed: EncodedKey): MaybePromise<number> {
    const bytes = encodeRange(range as KeyRange, this.prefix);
    return bytes ? this.writer.deleteRange(bytes, removed) : 0;
  }

  #iterate<T>(options: IterationOptions<K>, keysOnly: boolean, item: RowReading<T>["item"]): Iteration<F, T> {
    return this.face.iterate(
      () => readRows(this.rows, options as IterationOptions, { table: this.table.id, namespace: this.prefix, keysOnly, item }),
      options.signal,
    );
  }
}

/** The bytes of a key of any kind; whatever the caller's types say, the encoder refuses what is none. */
function encode(key: unknown, prefix: EncodedKey): EncodedKey {
  return encodeKey(key as Key, prefix);
}
