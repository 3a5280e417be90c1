import { abortable } from "./abort.ts";
import type { Entry, Face, GetOptions, Iteration, IterationOptions, Namespace, Reply, SetOptions } from "./cache.ts";
import { allOf, andThen } from "./continuation.ts";
import type { EncodedKey } from "./entry.ts";
import { EntryReader } from "./entry-reader.ts";
import { EntryWriter } from "./entry-writer.ts";
import type { CacheEvents } from "./events.ts";
import { deadline, finite, type Ttl, ttlMs } from "./expiry.ts";
import type { FaceRunner } from "./face.ts";
import type { Key, KeyPart } from "./key.ts";
import { decodeKey } from "./key-decoder.ts";
import { encodeKey } from "./key-encoder.ts";
import { encodeRange, type KeyRange } from "./key-range.ts";
import { checkOptionNames } from "./options.ts";
import { absent, readRows, type RowReading } from "./row-reader.ts";
import type { Runtime } from "./runtime.ts";
import type { MaybePromise } from "./store.ts";

const noBytes = new Uint8Array(0);

/** The verbs over the keys that begin with some bytes, on either face. */
export class StoreNamespace<Value, F extends Face, Input> implements Namespace<Value, F, Input> {
  readonly #runtime: Runtime;
  readonly #face: FaceRunner<F>;
  readonly #prefix: EncodedKey;
  readonly #reader: EntryReader<Value>;
  readonly #writer: EntryWriter;

  constructor(runtime: Runtime, face: FaceRunner<F>, prefix: EncodedKey = noBytes) {
    this.#runtime = runtime;
    this.#face = face;
    this.#prefix = prefix;
    this.#reader = new EntryReader(runtime);
    this.#writer = new EntryWriter(runtime);
  }

  get(key: Key, options?: GetOptions): Reply<F, Value | undefined> {
    return this.#face.reply(() => {
      const encoded = this.#key(key, options);
      const value = this.#runtime.get(encoded, (stored) => this.#reader.read(encoded, stored));
      return options ? abortable(value, options.signal) : value;
    });
  }

  getMany(keys: Iterable<Key>, options?: GetOptions): Reply<F, (Value | undefined)[]> {
    return this.#face.reply(() => {
      const encoded = this.#keys(keys, options);
      const values = andThen(this.#runtime.getMany(encoded), (rows) => allOf(encoded, (key, at) => this.#reader.value(key, rows[at])));
      return abortable(
        andThen(values, (all) => all.map((value, at) => this.#reader.count(encoded[at] ?? noBytes, value))),
        options?.signal,
      );
    });
  }

  getEntry(key: Key, options?: GetOptions): Reply<F, Entry<Value> | undefined> {
    return this.#face.reply(() => {
      const encoded = this.#key(key, options);
      const entry = this.#runtime.get(encoded, (stored) => {
        // Decoding may wait, and the row's bytes don't last; its numbers do.
        const { expiresAt = 0, version = 0 } = stored ?? {};
        return andThen(this.#reader.value(encoded, stored), (value): Entry<Value> | undefined => {
          this.#reader.count(encoded, value);
          if (value === absent) return undefined;
          return { key: this.#decodeKey(encoded), value, expiresAt: finite(expiresAt), version };
        });
      });
      return abortable(entry, options?.signal);
    });
  }

  has(key: Key, options?: GetOptions): Reply<F, boolean> {
    return this.#face.reply(() => abortable(this.#runtime.get(this.#key(key, options), this.#reader.isLive), options?.signal));
  }

  hasMany(keys: Iterable<Key>, options?: GetOptions): Reply<F, boolean[]> {
    return this.#face.reply(() =>
      abortable(
        andThen(this.#runtime.getMany(this.#keys(keys, options)), (rows) => rows.map(this.#reader.isLive)),
        options?.signal,
      ),
    );
  }

  set(key: Key, value: Input, options?: SetOptions): Reply<F, void> {
    return this.#face.reply(() => this.#writer.set([this.#key(key)], [value], [this.#ttl(options)]));
  }

  setMany(entries: Iterable<readonly [key: Key, value: Input, options?: SetOptions]>, options?: SetOptions): Reply<F, void> {
    return this.#face.reply(() => {
      this.#runtime.assertOpen();
      const keys: EncodedKey[] = [];
      const values: Input[] = [];
      const ttls: number[] = [];
      const common = this.#ttl(options);
      for (const [key, value, own] of entries) {
        keys.push(this.#key(key));
        values.push(value);
        ttls.push(own === undefined ? common : this.#ttl(own, common));
      }
      return keys.length === 0 ? undefined : this.#writer.set(keys, values, ttls);
    });
  }

  delete(key: Key): Reply<F, boolean> {
    return this.#face.reply(() => andThen(this.#writer.delete([this.#key(key)]), ([removed = false]) => removed));
  }

  deleteMany(keys: Iterable<Key>): Reply<F, boolean[]> {
    return this.#face.reply(() => {
      const encoded = this.#keys(keys);
      return encoded.length === 0 ? [] : this.#writer.delete(encoded);
    });
  }

  deletePrefix(prefix: Key): Reply<F, number> {
    return this.#face.reply(() => {
      this.#runtime.assertOpen();
      return this.#deleteRange({ prefix }, encodeKey(prefix, this.#prefix));
    });
  }

  clear(): Reply<F, void> {
    return this.#face.reply(() => {
      this.#runtime.assertOpen();
      return andThen(this.#deleteRange({}, this.#prefix), () => undefined);
    });
  }

  touch(key: Key, ttl?: Ttl): Reply<F, boolean> {
    return this.#face.reply(() => {
      const encoded = this.#key(key);
      const { settings } = this.#runtime;
      return this.#writer.expireAt(encoded, deadline(this.#runtime.now(), ttl === undefined ? settings.ttl : ttlMs(ttl)));
    });
  }

  expire(key: Key): Reply<F, boolean> {
    return this.#face.reply(() => this.#writer.expireAt(this.#key(key), Math.floor(this.#runtime.now())));
  }

  keys(options: IterationOptions = {}): Iteration<F, Key> {
    return this.#iterate(options, true, ({ key }) => this.#decodeKey(key));
  }

  values(options: IterationOptions = {}): Iteration<F, Value> {
    return this.#iterate(options, false, ({ key, stored }) => this.#reader.value(key, stored));
  }

  entries(options: IterationOptions = {}): Iteration<F, [key: Key, value: Value]> {
    return this.#iterate(options, false, ({ key, stored }) =>
      andThen(this.#reader.value(key, stored), (value): [Key, Value] | typeof absent =>
        value === absent ? absent : [this.#decodeKey(key), value],
      ),
    );
  }

  count(range: KeyRange = {}): Reply<F, number> {
    return this.#face.reply(() => {
      this.#runtime.assertOpen();
      checkOptionNames("a range", range, ["gt", "gte", "lt", "lte", "prefix"]);
      const bytes = encodeRange(range, this.#prefix);
      if (!bytes) return 0;
      return Object.keys(bytes).length === 0 ? this.#runtime.size() : this.#runtime.count({ ...bytes, liveAt: this.#runtime.now() });
    });
  }

  get size(): Reply<F, number> {
    return this.count();
  }

  namespace<Narrow extends Value = Value>(...prefix: readonly [KeyPart, ...KeyPart[]]): Namespace<Narrow, F, Narrow & Input> {
    return new StoreNamespace(this.#runtime, this.#face, encodeKey(prefix, this.#prefix));
  }

  on<Name extends keyof CacheEvents<Value>>(name: Name, listener: (event: CacheEvents<Value>[Name]) => void): () => void {
    return this.#runtime.emitter.on<Value, Name>(name, this.#prefix, listener);
  }

  #key(key: Key, options?: GetOptions): EncodedKey {
    this.#runtime.assertOpen();
    options?.signal?.throwIfAborted();
    return encodeKey(key, this.#prefix);
  }

  #keys(keys: Iterable<Key>, options?: GetOptions): EncodedKey[] {
    this.#runtime.assertOpen();
    options?.signal?.throwIfAborted();
    return Array.from(keys, (key) => encodeKey(key, this.#prefix));
  }

  #decodeKey(key: EncodedKey): Key {
    return decodeKey(key, this.#prefix.length);
  }

  #ttl(options: SetOptions | undefined, otherwise: number = this.#runtime.settings.ttl): number {
    if (options) checkOptionNames("set", options, ["ttl"]);
    return options?.ttl === undefined ? otherwise : ttlMs(options.ttl);
  }

  /** Removes a range; `removed` is what all its keys begin with. */
  #deleteRange(range: KeyRange, removed: EncodedKey): MaybePromise<number> {
    const bytes = encodeRange(range, this.#prefix);
    return bytes ? this.#writer.deleteRange(bytes, removed) : 0;
  }

  #iterate<T>(options: IterationOptions, keysOnly: boolean, item: RowReading<T>["item"]): Iteration<F, T> {
    return this.#face.iterate(() => readRows(this.#runtime, options, { namespace: this.#prefix, keysOnly, item }), options.signal);
  }
}
